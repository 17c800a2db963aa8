// Answers the server has not acknowledged yet: kept on the device, over cuts and reloads, and sent once the line is there.
import type { QuestionAnswer } from '#domain/question.ts';
import type { RequestErrorCode } from './request-error.ts';

/** `chosenAt`: when it was sent off, by the server's clock. */
export interface KeptAnswer { personId: string; lessonId: string; quizId: string; answer: QuestionAnswer; chosenAt: string }
export type AnswerStore = Pick<Storage, 'getItem' | 'setItem'>;
/** `acknowledged`: the server has it; `refused`: it never will; `waits`: nobody knows, it is kept. */
export type Sent = { became: 'acknowledged' | 'waits' } | { became: 'refused'; code: RequestErrorCode };

const storageKey = 'keshi.answers';
/** The server takes nothing after a minute; what is older than a day belongs to a lesson nobody will enter again. */
const keptForMs = 86_400_000;
const most = 50;
/** Refusals that say nothing of the answer: the line or the seat was gone, or the server had trouble of its own. */
const unsettled: readonly RequestErrorCode[] = ['unreachable', 'not_entered', 'seat_taken_over', 'internal', 'unauthenticated'];

function isAnswer(one: unknown): one is QuestionAnswer {
  const { choices, text } = (one ?? {}) as Record<string, unknown>;
  return typeof text === 'string' || (Array.isArray(choices) && choices.every(Number.isInteger));
}
/** What a page of before kept names its choices itself: over a change of the product no answer is lost. */
function keptOf(one: unknown): KeptAnswer | null {
  const { personId, lessonId, quizId, choices, answer = { choices }, chosenAt } = (one ?? {}) as Record<string, unknown>;
  const whole = [personId, lessonId, quizId, chosenAt].every((part) => typeof part === 'string') && isAnswer(answer);
  return whole ? { personId, lessonId, quizId, answer, chosenAt } as KeptAnswer : null;
}

export class KeptAnswers {
  readonly #store: AnswerStore | null;
  readonly #send: (answer: KeptAnswer) => Promise<Sent>;
  /** Where storage is forbidden, this page's memory is all there is. */
  #answers: KeptAnswer[];
  readonly #onTheWay = new Map<string, Promise<Sent>>();

  /** `send` tells the server, once; it never throws. */
  constructor(store: AnswerStore | null, send: (answer: KeptAnswer) => Promise<Sent>) {
    this.#store = store;
    this.#send = send;
    this.#answers = this.#read();
  }

  /** Those of one person in one lesson. Other tabs may have added theirs. */
  of(personId: string, lessonId: string): KeptAnswer[] {
    this.#answers = this.#read();
    return this.#answers.filter((one) => one.personId === personId && one.lessonId === lessonId);
  }

  /** Kept first, then sent: whatever becomes of the line or the page, it is not lost. Sent once at a time, however often it is asked for. */
  async give(answer: KeptAnswer): Promise<Sent> {
    const name = `${answer.personId} ${answer.quizId}`;
    const before = this.#onTheWay.get(name);
    if (before) return before;
    this.#write([...this.#read().filter((one) => !same(one, answer)), answer].slice(-most));
    const sending = this.#send(answer).then((sent) => {
      if (sent.became !== 'waits') this.#write(this.#read().filter((one) => !same(one, answer)));
      return sent;
    }).finally(() => this.#onTheWay.delete(name));
    this.#onTheWay.set(name, sending);
    return sending;
  }

  #read(): KeptAnswer[] {
    if (!this.#store) return this.#answers ?? [];
    try {
      const found: unknown = JSON.parse(this.#store.getItem(storageKey) ?? '[]');
      return Array.isArray(found) ? found.map(keptOf).filter((one) => one !== null) : [];
    } catch {
      return this.#answers ?? [];
    }
  }

  #write(answers: KeptAnswer[]): void {
    const newest = Math.max(0, ...answers.map(({ chosenAt }) => Date.parse(chosenAt)));
    this.#answers = answers.filter(({ chosenAt }) => Date.parse(chosenAt) > newest - keptForMs);
    try {
      this.#store?.setItem(storageKey, JSON.stringify(this.#answers));
    } catch { /* Full or forbidden: memory has it. */ }
  }
}

const same = (a: KeptAnswer, b: KeptAnswer): boolean => a.personId === b.personId && a.quizId === b.quizId;

/** What a refusal means for an answer that is kept. */
export const becameOf = (code: RequestErrorCode): Sent => (unsettled.includes(code) ? { became: 'waits' } : { became: 'refused', code });

/** The browser's own storage; null where it is forbidden. */
export function browserStore(): AnswerStore | null {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}
