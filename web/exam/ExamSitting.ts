// One person taking one attempt on this page: its paper, its clock, its answers, and what ends it. The server decides everything; this keeps up with it.
import { ref, shallowRef } from 'vue';
import type { AttemptPulse, AttemptState, OwnResult, PaperItem } from '#contracts/exam.ts';
import type { ExamAnswer } from '#domain/exam.ts';
import { serverNow } from '../clock.ts';
import type { CheckCalls } from '../face/AwayCheck.vue';
import { rest, RestError, type RestErrorCode } from '../rest.ts';
import { deviceStore, KeptPaper } from './kept-paper.ts';
import { ownDevice } from './own-device.ts';
import { isAnswer, sentAnswer } from './paper-answer.ts';
import { PaperSaver, passing, type SaveState } from './PaperSaver.ts';

/** `cut`: everything is saved, and there is no line. */
export type LineState = SaveState | 'cut';
/** `waits`: it goes out once the line is back. */
export type HandingIn = 'no' | 'sending' | 'waits';

const pulseMs = 5000;
/** While a check waits for its verdict, the next page waits too. */
const quickPulseMs = 1500;
/** Answers that no question of the paper has: of a page older than the server. */
const spoilt: readonly RestErrorCode[] = ['exam_answer_invalid', 'bad_request'];

export class ExamSitting {
  readonly #examId: string;
  readonly #personId: string;
  #kept: KeptPaper | null = null;
  #saver: PaperSaver | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;
  #opening: Promise<void> | null = null;

  readonly state = shallowRef<AttemptState | null>(null);
  readonly pulse = shallowRef<AttemptPulse | null>(null);
  /** Set where it cannot go on. */
  readonly error = shallowRef<RestError | null>(null);
  /** What stands on the sheets, finished or not. */
  readonly answers = shallowRef<ReadonlyMap<number, ExamAnswer | null>>(new Map());
  readonly flags = shallowRef<ReadonlySet<number>>(new Set());
  readonly line = ref<LineState>('saved');
  /** Another page of this person goes on with it. */
  readonly elsewhere = ref(false);
  readonly handingIn = ref<HandingIn>('no');
  readonly result = shallowRef<OwnResult | null>(null);

  constructor(examId: string, personId: string) {
    this.#examId = examId;
    this.#personId = personId;
    window.addEventListener('online', this.#back);
    document.addEventListener('visibilitychange', this.#back);
  }

  get items(): readonly PaperItem[] { return this.state.value?.items ?? []; }
  get #params(): { attemptId: string } { return { attemptId: this.state.value!.attemptId }; }
  get #turn(): { turn: number } { return { turn: this.pulse.value!.turn }; }

  /** Begins or goes on, here: what is open on another device ends there. Asked twice at once it is one question. */
  open(): Promise<void> {
    this.#opening ??= this.#open().finally(() => { this.#opening = null; });
    return this.#opening;
  }

  async #open(): Promise<void> {
    clearTimeout(this.#timer);
    this.error.value = null;
    try {
      this.#met(await rest('POST /api/exams/:examId/attempts', { params: { examId: this.#examId }, body: { deviceId: ownDevice() } }));
    } catch (error) {
      if (!(error instanceof RestError)) throw error;
      this.error.value = error;
    }
  }

  #met(state: AttemptState): void {
    this.state.value = state;
    // Before anything is sent: what waits from before a reload goes out under this turn.
    this.pulse.value = state;
    this.elsewhere.value = false;
    if (state.items && !this.#closed) {
      this.#kept ??= new KeptPaper(deviceStore(), state.attemptId, this.#personId);
      this.answers.value = this.#kept.meet(state.items);
      this.flags.value = this.#kept.flags;
      this.#saver?.close();
      this.#saver = new PaperSaver(this.#kept, (answers) => this.#send(answers), { state: (line) => { this.line.value = line; }, refused: (code) => { this.#refused(code); } });
      void this.#saver.flush();
    }
    this.#heard(state);
  }

  async #send(answers: ReturnType<PaperSaver['waiting']>): Promise<void> {
    await rest('PUT /api/exam-attempts/:attemptId/answers', { params: this.#params, body: { ...this.#turn, answers } });
  }

  /** Shown at once, kept on the device, sent when it can be. What is no answer yet is shown only. */
  answer(item: PaperItem, answer: ExamAnswer | null): void {
    if (!this.#saver || this.handingIn.value !== 'no' || this.elsewhere.value) return;
    const before = this.answers.value.get(item.ordinal) ?? null;
    this.answers.value = new Map(this.answers.value).set(item.ordinal, answer);
    const given = isAnswer(item, answer) ? sentAnswer(answer) : null;
    if (given === null && !isAnswer(item, before)) return;
    this.#saver.give(item.ordinal, given, new Date(serverNow()).toISOString(), given !== null && 'text' in given);
  }

  flag(ordinal: number, on: boolean): void {
    this.#kept?.flag(ordinal, on, new Date(serverNow()).toISOString());
    this.flags.value = this.#kept?.flags ?? new Set();
  }

  /** Once: repeated until the server has answered. What it does not have yet goes along. */
  async handIn(): Promise<void> {
    clearTimeout(this.#timer);
    if (!this.state.value || this.handingIn.value === 'sending' || this.result.value) return;
    this.handingIn.value = 'sending';
    try {
      this.#done(await rest('POST /api/exam-attempts/:attemptId/submission', { params: this.#params, body: { ...this.#turn, answers: this.#saver?.waiting() ?? [] } }));
    } catch (error) {
      if (!(error instanceof RestError)) throw error;
      if (passing.includes(error.code)) {
        this.handingIn.value = 'waits';
        this.#timer = setTimeout(() => { void this.handIn(); }, quickPulseMs * 2);
        return;
      }
      this.handingIn.value = 'no';
      this.#refused(error.code);
    }
  }

  /** What is asked of a check; every answer says how the attempt stands. */
  readonly calls: CheckCalls = {
    again: async () => this.#heard(await rest('POST /api/exam-attempts/:attemptId/check', { params: this.#params, body: this.#turn })),
    sendCode: async () => this.#heard(await rest('POST /api/exam-attempts/:attemptId/phone-code', { params: this.#params, body: this.#turn })),
    answer: async (code) => this.#heard(await rest('POST /api/exam-attempts/:attemptId/phone-answer', { params: this.#params, body: { code } })),
  };

  /** Asks how it stands, and goes on asking. */
  async beat(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#closed || !this.state.value || this.result.value || this.elsewhere.value || this.handingIn.value !== 'no') return;
    try {
      const pulse = await rest('POST /api/exam-attempts/:attemptId/pulses', { params: this.#params, body: this.#turn });
      if (this.line.value === 'cut') this.line.value = 'saved';
      if (this.line.value === 'offline') void this.#saver?.flush();
      this.#heard(pulse);
    } catch (error) {
      if (!(error instanceof RestError)) throw error;
      if (!passing.includes(error.code)) return this.#refused(error.code);
      if (this.line.value === 'saved') this.line.value = 'cut';
      this.#plan(pulseMs);
    }
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#saver?.close();
    window.removeEventListener('online', this.#back);
    document.removeEventListener('visibilitychange', this.#back);
  }

  readonly #back = (): void => {
    if (document.hidden) return;
    if (this.handingIn.value === 'waits') void this.handIn();
    else void this.beat();
  };

  #heard(pulse: AttemptPulse): void {
    const before = this.pulse.value;
    this.pulse.value = pulse;
    if (pulse.stand === 'submitted') return void this.#fetchResult();
    // The sign-in is passed: the questions can be had.
    if (pulse.stand !== 'sign_in' && !this.state.value?.items) return void this.open();
    const judging = pulse.check === null && pulse.last !== null && pulse.last.verdict === null;
    this.#plan(pulse.stand === 'sign_in' || judging || before?.check?.checkId !== pulse.check?.checkId ? quickPulseMs : pulseMs);
  }

  #plan(ms: number): void {
    clearTimeout(this.#timer);
    if (!this.#closed && this.handingIn.value === 'no') this.#timer = setTimeout(() => { void this.beat(); }, ms);
  }

  #refused(code: RestErrorCode): void {
    clearTimeout(this.#timer);
    this.#saver?.close();
    if (code === 'exam_elsewhere') this.elsewhere.value = true;
    else if (code === 'exam_over') void this.#fetchResult();
    else if (code === 'exam_sign_in_first' || spoilt.includes(code)) {
      // Sent again they would be refused again, for ever.
      if (spoilt.includes(code)) this.#kept?.forget();
      void this.open();
    } else this.error.value = new RestError(code, 'the attempt cannot go on');
  }

  async #fetchResult(): Promise<void> {
    try {
      this.#done(await rest('GET /api/exam-attempts/:attemptId/result', { params: this.#params }));
    } catch (error) {
      if (!(error instanceof RestError)) throw error;
      // The server closes it in a moment.
      this.#timer = setTimeout(() => { void this.#fetchResult(); }, quickPulseMs);
    }
  }

  #done(result: OwnResult): void {
    this.#saver?.close();
    this.#kept?.forget();
    this.handingIn.value = 'no';
    this.result.value = result;
  }
}
