// One learner of a class that is asked: hears the question, chooses at a moment of their own, and hands the answer in whatever becomes of the line.
import { setTimeout as pause } from 'node:timers/promises';
import { newId } from '#domain/id.ts';
import { LearnerLine, type LineOptions } from '../sockets/line.ts';
import { sharedMs } from '../statistics.ts';

/** When this learner chooses, as a share 0..1 of the time left when the question is heard; `cut`: gone at which share, for how long, and whether the answer was out (and its acknowledgement lost) before. */
export interface Plan { atShare: number; choice: number; cut: { fromShare: number; forMs: number; sentBefore: boolean } | null }
/** `heardMs`, `acknowledgedMs`: by `sharedMs`. */
export interface Told { heardMs: number | null; ackMs: number[]; acknowledgedMs: number | null; sends: number; code: string | null; wasCut: boolean }

const retryMs = 500;
const deadlineIn = /"deadlineAt":"([^"]+)"/;
const quizIdIn = /"quizId":"([\w-]+)"/;
const codeIn = /"code":"(\w+)"/;
/** Refusals after which the page enters again and asks again. */
const passing = new Set(['not_entered', 'internal', 'seat_taken_over']);

export class Learner {
  told: Told = { heardMs: null, ackMs: [], acknowledgedMs: null, sends: 0, code: null, wasCut: false };
  closed = 0;
  readonly #options: LineOptions;
  readonly #lessonId: string;
  readonly #deviceId = `bench-${newId()}`;
  #line: LearnerLine | null = null;
  #plan: Plan | null = null;
  #done: () => void = () => undefined;
  /** The quiz this learner was asked last: a question heard again after a return is no new one. */
  #asked = '';

  constructor(options: LineOptions, lessonId: string) {
    this.#options = options;
    this.#lessonId = lessonId;
  }

  /** Opens a line and enters; answers the error of a refusal. */
  async enter(): Promise<string | null> {
    const line = await LearnerLine.open(this.#options, { event: (text) => this.#hear(text), closed: () => { if (this.#line === line) { this.#line = null; this.closed++; } } });
    const reply = await line.ask('lesson:enter', { lessonId: this.#lessonId, deviceId: this.#deviceId });
    if (!reply.startsWith('[{"ok":true')) {
      line.close();
      return reply.slice(0, 200);
    }
    this.#line = line;
    // As the page does: nothing waits for it.
    void line.ask('presence:report', { visible: true, active: true, playing: false, rttMs: 5 });
    return null;
  }

  /** Resolves when the next question is answered or refused for good. */
  plan(plan: Plan): Promise<void> {
    this.told = { heardMs: null, ackMs: [], acknowledgedMs: null, sends: 0, code: null, wasCut: plan.cut !== null };
    this.#plan = plan;
    return new Promise((done) => { this.#done = done; });
  }

  #hear(text: string): void {
    if (!text.startsWith('["quiz:opened"')) return;
    const quizId = quizIdIn.exec(text)?.[1];
    if (!quizId || quizId === this.#asked || !this.#plan) return;
    this.#asked = quizId;
    this.told.heardMs = sharedMs();
    const plan = this.#plan;
    this.#plan = null;
    const leftMs = Math.max(0, Date.parse(deadlineIn.exec(text)?.[1] ?? '') - Date.now());
    void this.#answer(quizId, plan, leftMs).finally(() => this.#done());
  }

  async #answer(quizId: string, { atShare, choice, cut }: Plan, leftMs: number): Promise<void> {
    await pause((cut?.fromShare ?? atShare) * leftMs);
    if (cut?.sentBefore) this.#sendAndForget(quizId, choice);
    if (cut) this.#cutOff();
    const stillMs = Math.min((atShare - (cut?.fromShare ?? atShare)) * leftMs, cut?.forMs ?? 0);
    await pause(stillMs);
    const chosenAt = new Date().toISOString();
    if (cut) {
      await pause(cut.forMs - stillMs);
      await this.#return();
    }
    while (!await this.#send(quizId, choice, chosenAt)) {
      await pause(retryMs);
      await this.#return();
    }
  }

  #sendAndForget(quizId: string, choice: number): void {
    this.told.sends++;
    void this.#line?.ask('quiz:answer', { quizId, choices: [choice], chosenAt: new Date().toISOString() });
  }

  #cutOff(): void {
    const line = this.#line;
    this.#line = null;
    line?.close();
  }

  async #return(): Promise<void> {
    if (this.#line) return;
    await this.enter().catch(() => null);
  }

  /** True when the server has said what becomes of it. */
  async #send(quizId: string, choice: number, chosenAt: string): Promise<boolean> {
    const line = this.#line;
    if (!line) return false;
    const sentMs = sharedMs();
    this.told.sends++;
    const reply = await Promise.race([line.ask('quiz:answer', { quizId, choices: [choice], chosenAt }), pause(8_000, '')]);
    if (reply === '') return false;
    const code = codeIn.exec(reply)?.[1] ?? 'unknown';
    if (reply.startsWith('[{"ok":true')) {
      this.told.acknowledgedMs = sharedMs();
      this.told.ackMs.push(this.told.acknowledgedMs - sentMs);
      return true;
    }
    this.told.code = code;
    if (code === 'not_entered') this.#cutOff();
    return !passing.has(code);
  }
}
