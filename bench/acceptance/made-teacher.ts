// The teacher of a simulated lesson: starts it, sends a made picture and sound, asks questions, and comes back after every loss as the page does.
import { setTimeout as pause } from 'node:timers/promises';
import type { CheckBrief } from '#contracts/check.ts';
import type { LessonSnapshot } from '#contracts/lesson.ts';
import { newId } from '#domain/id.ts';
import type { ClipWish, Generator } from '../receiver/generator.ts';
import { senderParameters } from '../receiver/sender.ts';
import { LearnerLine, LineError } from './learner-line.ts';

const firstSsrc = 500_000;
const ssrcStep = 100;

export class MadeTeacher {
  readonly #line: LearnerLine;
  readonly #generator: Generator;
  readonly #clip: ClipWish;
  #entered = Promise.withResolvers<LessonSnapshot>();
  #turn = 0;
  #builds = 0;
  #sending = false;
  #looks: Promise<void> = Promise.resolve();
  /** Quizzes opened, as acknowledged. */
  readonly quizIds: string[] = [];

  constructor(url: string, cookie: string, lessonId: string, generator: Generator, clip: ClipWish) {
    this.#generator = generator;
    this.#clip = clip;
    this.#line = new LearnerLine(url, cookie, lessonId, {
      entered: (snapshot) => {
        this.#entered.resolve(snapshot);
        // Its media go on where its own line alone was lost; the room tells where they are gone.
        const own = snapshot.producers.filter(({ personId }) => personId === snapshot.me.personId);
        if (this.#sending && own.length === 0) void this.#send();
      },
      event: (name, data) => {
        if (name === 'media:reset' && this.#sending) void this.#send();
        if (name === 'check:waiting') this.#looks = this.#looks.then(() => this.#look((data as CheckBrief).checkId));
      },
    });
  }

  get builds(): number { return this.#builds; }

  /** Answers when the lesson is live and the picture is sent. */
  async teach(): Promise<void> {
    this.#line.start();
    await this.#entered.promise;
    await this.#line.ask('lesson:start', {});
    this.#sending = true;
    await this.#send();
  }

  /** Opened again until acknowledged; the learners are asked once. */
  async openQuiz(seconds: number): Promise<string> {
    const prompt = `问题 ${this.quizIds.length + 1}`;
    for (;;) {
      try {
        const { quizId } = await this.#line.ask('quiz:open', { kind: 'single', prompt, options: ['A', 'B', 'C', 'D'], right: [1], seconds });
        this.quizIds.push(quizId);
        return quizId;
      } catch (error) {
        if (!(error instanceof LineError)) throw error;
        await pause(200);
      }
    }
  }

  /** As staff do for whoever signs in without a face: one after the other. What cannot be said now waits for nobody; such a sign-in stays open. */
  async #look(checkId: string): Promise<void> {
    await this.#line.ask('check:look', { checkId, seen: true }).catch((error: unknown) => { if (!(error instanceof LineError)) throw error; });
  }

  /** How many answers the platform has; null where that could not be learnt. */
  async closeQuiz(quizId: string): Promise<number | null> {
    let answered: number | null = null;
    await this.#again(async () => { answered = (await this.#line.ask('quiz:close', { quizId })).answeredCount; }, ['quiz_closed']);
    return answered;
  }

  async say(text: string): Promise<void> { await this.#again(() => this.#line.ask('chat:send', { messageId: newId(), text })); }

  async end(): Promise<void> {
    this.#sending = false;
    await this.#again(() => this.#line.ask('lesson:end', {}), ['lesson_not_live', 'lesson_ended']);
  }

  close(): void {
    this.#sending = false;
    this.#turn++;
    this.#line.close();
  }

  async #again<T>(work: () => Promise<T>, fine: readonly string[] = []): Promise<void> {
    for (let tries = 0; tries < 100; tries++) {
      try {
        await work();
        return;
      } catch (error) {
        if (!(error instanceof LineError)) throw error;
        if (fine.includes(error.code)) return;
        await pause(200);
      }
    }
    throw new Error('the teacher was refused for 20 seconds');
  }

  /** Until it stands, or something newer takes its place. */
  async #send(): Promise<void> {
    const turn = ++this.#turn;
    while (turn === this.#turn && this.#sending) {
      try {
        return await this.#attempt();
      } catch {
        await pause(200 + Math.random() * 200);
      }
    }
  }

  async #attempt(): Promise<void> {
    await this.#line.ask('media:join', {});
    const transport = await this.#line.ask('media:createTransport', { direction: 'send' });
    const { transportId } = transport;
    await this.#line.ask('media:connectTransport', { transportId, dtlsParameters: this.#generator.dtlsParameters });
    const ssrc = firstSsrc + ssrcStep * this.#builds++;
    const { video, audio } = senderParameters(this.#clip.layers.length, ssrc);
    for (const [source, kind, rtpParameters] of [['camera', 'video', video], ['microphone', 'audio', audio]] as const) {
      await this.#line.ask('media:produce', { transportId, kind, source, rtpParameters, paused: false });
    }
    await this.#generator.ask('teach', { ...this.#clip, transport, firstSsrc: ssrc });
  }
}
