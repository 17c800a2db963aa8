// Answers to questions over a film the server has not acknowledged: kept on the device, over cuts and reloads, and sent once the line is there.
import type { FilmAnswerBody, FilmResult } from '#contracts/film-question.ts';
import { rest, RestError, type RestErrorCode } from '../rest.ts';

export interface KeptFilmAnswer { viewingId: string; questionId: string; body: FilmAnswerBody & { chosenAt: string } }
export type FilmAnswerStore = Pick<Storage, 'getItem' | 'setItem'>;
/** `waits`: nobody knows, it is kept. */
export type FilmAnswerSent = { became: 'taken'; result: FilmResult } | { became: 'refused'; code: RestErrorCode } | { became: 'waits' };

const storageKey = 'keshi.filmAnswers';
const most = 20;
/** Refusals that say nothing of the answer. */
const unsettled: readonly RestErrorCode[] = ['unreachable', 'internal', 'unauthenticated', 'too_many_attempts'];

const isKept = (one: unknown): one is KeptFilmAnswer => {
  const { viewingId, questionId, body } = (one ?? {}) as Record<string, unknown>;
  return typeof viewingId === 'string' && typeof questionId === 'string' && typeof (body as { chosenAt?: unknown } | null | undefined)?.chosenAt === 'string';
};
const same = (one: KeptFilmAnswer, other: KeptFilmAnswer): boolean => one.viewingId === other.viewingId && one.questionId === other.questionId;

/** Tells the server, once. Throws RestError. */
export type SendFilmAnswer = (answer: KeptFilmAnswer) => Promise<FilmResult>;
const overRest: SendFilmAnswer = ({ viewingId, questionId, body }) => rest('POST /api/viewings/:viewingId/questions/:questionId/answer', { params: { viewingId, questionId }, body });

export class KeptFilmAnswers {
  readonly #store: FilmAnswerStore | null;
  readonly #send: SendFilmAnswer;
  /** Where storage is forbidden, this page's memory is all there is. */
  #answers: KeptFilmAnswer[] = [];
  readonly #onTheWay = new Map<string, Promise<FilmAnswerSent>>();

  constructor(store: FilmAnswerStore | null, send: SendFilmAnswer = overRest) {
    this.#store = store;
    this.#send = send;
  }

  all(): KeptFilmAnswer[] {
    try {
      const kept: unknown = this.#store ? JSON.parse(this.#store.getItem(storageKey) ?? '[]') : this.#answers;
      if (Array.isArray(kept)) this.#answers = kept.filter(isKept);
    } catch { /* Forbidden or spoilt: what this page remembers is there. */ }
    return this.#answers;
  }

  #write(answers: KeptFilmAnswer[]): void {
    this.#answers = answers.slice(-most);
    try { this.#store?.setItem(storageKey, JSON.stringify(this.#answers)); } catch { /* This page's memory has it. */ }
  }

  /** Kept first, then sent, once at a time. Never throws. */
  give(answer: KeptFilmAnswer): Promise<FilmAnswerSent> {
    const name = `${answer.viewingId} ${answer.questionId}`;
    const before = this.#onTheWay.get(name);
    if (before) return before;
    this.#write([...this.all().filter((one) => !same(one, answer)), answer]);
    const sending = this.#tell(answer).finally(() => this.#onTheWay.delete(name));
    this.#onTheWay.set(name, sending);
    return sending;
  }

  async #tell(answer: KeptFilmAnswer): Promise<FilmAnswerSent> {
    try {
      const result = await this.#send(answer);
      this.#write(this.all().filter((one) => !same(one, answer)));
      return { became: 'taken', result };
    } catch (error) {
      if (!(error instanceof RestError)) throw error;
      if (unsettled.includes(error.code)) return { became: 'waits' };
      this.#write(this.all().filter((one) => !same(one, answer)));
      return { became: 'refused', code: error.code };
    }
  }
}

export function browserFilmAnswers(): KeptFilmAnswers {
  try {
    return new KeptFilmAnswers(globalThis.localStorage ?? null);
  } catch {
    return new KeptFilmAnswers(null);
  }
}
