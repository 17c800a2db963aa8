// One simulated learner: present, answering, and where wanted watching; what happened to it is kept as figures.
import { setTimeout as pause } from 'node:timers/promises';
import type { CheckBrief } from '#contracts/check.ts';
import type { LessonSnapshot } from '#contracts/lesson.ts';
import type { ProducerInfo } from '#contracts/media.ts';
import type { OpenQuiz } from '#contracts/quiz.ts';
import { passed } from '#domain/check.ts';
import { LearnerLine, LineError, type LineFigures } from './learner-line.ts';
import { LearnerMedia, type MediaFigures } from './learner-media.ts';

const presenceEveryMs = 15_000;
const thinkMs = 3000;
const answerForMs = 60_000;
/** So many packets of the picture after a mark count as receiving again. */
const steadyPackets = 20;

export interface LearnerWish { personId: string; cookie: string; media: boolean }
export interface LearnerFigures extends LineFigures {
  personId: string; entered: boolean;
  /** Ms from the click on an answer to its acknowledgement, and quizzes by what became of them. */
  answerMs: number[]; answered: string[]; unanswered: { quizId: string; code: string }[]; roundTripMs: number[];
  /** Seen at a sign-in, so that minutes count: by the look of staff, for simulated people have no face. */
  signedIn: boolean;
  media: MediaFigures | null;
  /** Since the last mark: when the socket answered again, when it heard the words, when the picture came steadily. On the machine's clock, null: not yet. */
  sinceMark: { answeredAt: number | null; heardAt: number | null; pictureAt: number | null };
}

/** `rebuilt`: the seat of that moment is lost, so what its dying media worker still sends does not count. */
interface Mark { words: string; rebuilt: boolean; builds: number; packets: number }

const clock = (): number => performance.timeOrigin + performance.now();

export class Learner {
  readonly line: LearnerLine;
  readonly media: LearnerMedia | null;
  readonly personId: string;
  readonly #figures: Pick<LearnerFigures, 'answerMs' | 'answered' | 'unanswered' | 'roundTripMs' | 'signedIn' | 'sinceMark'> = {
    signedIn: false, answerMs: [], answered: [], unanswered: [], roundTripMs: [], sinceMark: { answeredAt: null, heardAt: null, pictureAt: null },
  };
  readonly #answering = new Set<string>();
  #mark: Mark | null = null;
  #reportedMs = 0;
  #closed = false;

  constructor({ personId, cookie, media }: LearnerWish, url: string, lessonId: string) {
    this.personId = personId;
    this.line = new LearnerLine(url, cookie, lessonId, { entered: (snapshot) => this.#entered(snapshot), event: (name, data) => this.#event(name, data) });
    this.media = media ? new LearnerMedia(this.line) : null;
    this.line.start();
  }

  get figures(): LearnerFigures {
    return { personId: this.personId, entered: this.line.entered, ...this.line.figures, ...this.#figures, media: this.media?.figures ?? null };
  }

  /** From now on it is noted when this learner is served again; `words` are said by the teacher in the chat. */
  mark(words: string, rebuilt: boolean): void {
    const media = this.media?.figures;
    this.#mark = { words, rebuilt, builds: media?.builds ?? 0, packets: media?.packets ?? 0 };
    this.#figures.sinceMark = { answeredAt: null, heardAt: null, pictureAt: null };
    void this.#probe(this.#mark);
  }

  /** About ten times a second. */
  tick(nowMs: number): void {
    this.media?.tick(nowMs);
    if (this.#figures.sinceMark.pictureAt === null && this.#servedAgain()) this.#figures.sinceMark.pictureAt = clock();
    if (this.line.entered && nowMs - this.#reportedMs > presenceEveryMs) {
      this.#reportedMs = nowMs + Math.random() * 1000;
      this.#report().catch(() => undefined);
    }
  }

  close(): void {
    this.#closed = true;
    this.media?.close();
    this.line.close();
  }

  #entered({ quiz, producers }: LessonSnapshot): void {
    this.#reportedMs = 0;
    this.media?.entered(producers);
    if (quiz && !quiz.answered) void this.#answer(quiz);
  }

  #event(name: string, data: unknown): void {
    if (name === 'quiz:opened') void this.#answer(data as OpenQuiz);
    if (name === 'chat:sent' && this.#mark && (data as { text: string }).text === this.#mark.words) this.#figures.sinceMark.heardAt ??= clock();
    if (name === 'check:settled') this.#settled(data as CheckBrief);
    if (name === 'media:reset') void this.media?.reset();
    if (name === 'media:produced') this.media?.produced(data as ProducerInfo);
    if (name === 'media:producerClosed') this.media?.closed((data as { producerId: string }).producerId);
  }

  #settled({ personId, kind, verdict }: CheckBrief): void {
    if (personId === this.personId && kind === 'sign_in' && verdict !== null && passed(verdict)) this.#figures.signedIn = true;
  }

  async #report(): Promise<void> {
    const from = performance.now();
    const rttMs = this.#figures.roundTripMs.at(-1);
    await this.line.ask('presence:report', { visible: true, active: true, playing: this.media !== null, ...(rttMs !== undefined && { rttMs }) });
    if (this.#figures.roundTripMs.length < 100) this.#figures.roundTripMs.push(Number((performance.now() - from).toFixed(1)));
  }

  #servedAgain(): boolean {
    if (!this.media || !this.#mark) return false;
    const { rebuilt, builds, packets } = this.#mark;
    const now = this.media.figures;
    return rebuilt ? now.builds > builds && now.seatPackets >= steadyPackets : now.packets >= packets + steadyPackets;
  }

  async #probe(mark: Mark): Promise<void> {
    while (!this.#closed && this.#mark === mark && this.#figures.sinceMark.answeredAt === null) {
      try {
        await this.#report();
        this.#figures.sinceMark.answeredAt = clock();
      } catch {
        await pause(100);
      }
    }
  }

  /** Thinks a moment, then clicks, and repeats until acknowledged, as the page does. */
  async #answer({ quizId, options }: OpenQuiz): Promise<void> {
    if (this.#answering.has(quizId)) return;
    this.#answering.add(quizId);
    await pause(Math.random() * thinkMs);
    const choices = [Math.floor(Math.random() * options.length)];
    const clickedMs = performance.now();
    let code = 'unreachable';
    while (!this.#closed && performance.now() - clickedMs < answerForMs) {
      try {
        await this.line.ask('quiz:answer', { quizId, choices });
        this.#figures.answerMs.push(Math.round(performance.now() - clickedMs));
        this.#figures.answered.push(quizId);
        return;
      } catch (error) {
        code = error instanceof LineError ? error.code : 'internal';
        if (!['unreachable', 'not_entered', 'internal'].includes(code)) break;
        await pause(200 + Math.random() * 200);
      }
    }
    this.#figures.unanswered.push({ quizId, code });
  }
}
