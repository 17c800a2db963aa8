// One question at a time over a film: put to its viewing, answered, and what became of it.
import { ref, shallowRef } from 'vue';
import type { FilmResult, ShownQuestion } from '#contracts/film-question.ts';
import type { QuestionAnswer } from '#domain/question.ts';
import { serverNow } from '../clock.ts';
import { rest, RestError, type RestErrorCode } from '../rest.ts';
import type { FilmPlayer } from './FilmPlayer.ts';
import type { KeptFilmAnswer, KeptFilmAnswers } from './kept-film-answers.ts';

export interface AskingParts {
  film: () => FilmPlayer | null; kept: KeptFilmAnswers; makesUp: boolean;
  /** Questions stand differently now. Never throws. */
  changed: () => Promise<void>;
}

export class FilmAsking {
  readonly shown = shallowRef<ShownQuestion | null>(null);
  readonly result = shallowRef<FilmResult | null>(null);
  /** Given on this device, not acknowledged yet. */
  readonly waiting = ref(false);
  readonly busy = ref(false);
  /** Why it could not be shown, or why the answer was not taken. */
  readonly failure = ref<RestErrorCode | null>(null);
  readonly #parts: AskingParts;
  #asked: string | null = null;

  constructor(parts: AskingParts) { this.#parts = parts; }

  async put(questionId: string): Promise<void> {
    const film = this.#parts.film();
    const viewingId = film?.viewingId;
    if (!viewingId || this.busy.value) return;
    this.#asked = questionId;
    this.busy.value = true;
    try {
      await film.hold();
      this.shown.value = await rest('POST /api/viewings/:viewingId/questions/:questionId/showing', { params: { viewingId, questionId } });
      this.result.value = this.shown.value.result;
      this.failure.value = null;
    } catch (error) {
      if (!(error instanceof RestError)) throw error;
      // Where it may be skipped the film simply goes on; where it is in the way the film goes back a little, or the learner is told.
      if (!this.#parts.makesUp || error.code === 'question_not_reached') film.release();
      else this.failure.value = error.code;
    } finally {
      this.busy.value = false;
    }
  }

  /** Shown anew, with its time. */
  async again(): Promise<void> {
    this.failure.value = null;
    if (this.#asked) await this.put(this.#asked);
  }

  async answer(given: QuestionAnswer): Promise<void> {
    const viewingId = this.#parts.film()?.viewingId;
    if (!this.shown.value || !viewingId || this.waiting.value) return;
    this.failure.value = null;
    const own = 'text' in given ? { text: given.text } : { choices: [...given.choices] };
    await this.#send({ viewingId, questionId: this.shown.value.questionId, body: { ...own, chosenAt: new Date(serverNow()).toISOString() } });
  }

  async #send(answer: KeptFilmAnswer): Promise<void> {
    const mine = (): boolean => this.shown.value?.questionId === answer.questionId;
    if (mine()) this.waiting.value = true;
    const sent = await this.#parts.kept.give(answer);
    if (!mine() || sent.became === 'waits') return;
    this.waiting.value = false;
    if (sent.became === 'taken') this.result.value = sent.result;
    // Answered elsewhere before: that answer stands, and is shown.
    else if (sent.code === 'answer_differs') await this.put(answer.questionId);
    else this.failure.value = sent.code;
    await this.#parts.changed();
  }
  /** Hands in what the device keeps. Never throws. */
  async sendKept(): Promise<void> { await Promise.all(this.#parts.kept.all().map((one) => this.#send(one))); }

  clear(): void {
    this.shown.value = null;
    this.result.value = null;
    this.failure.value = null;
    this.waiting.value = false;
  }
  /** Away with it, answered or (where it may be skipped) not. */
  close(): void {
    this.clear();
    this.#parts.film()?.release();
  }
}
