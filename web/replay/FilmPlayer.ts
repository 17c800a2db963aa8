// One part of a replay being watched: the film, what was played of it, the viewing the server counts, and what people see of all that.
import { reactive } from 'vue';
import type { MakeUpState } from '#contracts/make-up.ts';
import type { HeartbeatReply, LessonReplay, ReplayPart } from '#contracts/replay.ts';
import { heartbeatEveryMs } from '#domain/recording/watching.ts';
import { RestError } from '../rest.ts';
import { openFilm, type FilmSource, type Quality } from './film-source.ts';
import { firstState, type FilmState } from './film-state.ts';
import { isAsking, isPlayed, moveAfter, stillEveryMs } from './make-up-guide.ts';
import { createPlayedSpans } from './played-spans.ts';
import { jumpTo, stepBy, type SeekAnswer, type SeekBounds } from './seek-rules.ts';
import { Watching, type OverReason } from './Watching.ts';

const tickMs = 1000;
/** A jump waits so long for the server's ear, then it goes ahead. */
const seekPatienceMs = 3000;
const toldLostMs = 1000;
const toldResumedMs = 5000;
const toldResumedForMs = 20_000;

export class FilmPlayer {
  readonly state: FilmState;
  readonly #video: HTMLVideoElement;
  readonly #replayId: string;
  readonly #makesUp: boolean;
  readonly #spans = createPlayedSpans();
  readonly #listening = new AbortController();
  readonly #timer: ReturnType<typeof setInterval>;
  #watching: Watching | null = null;
  #source: FilmSource | null = null;
  #opening: Promise<void> | null = null;
  #beatAtMs = 0;
  /** A jump on its way, or wished for before there is a film. */
  #seekTo: number | null = null;
  #seeking = false;
  #closed = false;

  /** What is kept on the device goes out first: a heartbeat says that the device is there. Never throws. */
  beforeBeat: () => Promise<void> = () => Promise.resolve();

  private constructor(video: HTMLVideoElement, replayId: string, state: FilmState, makesUp: boolean) {
    this.#video = video;
    this.#replayId = replayId;
    this.#makesUp = makesUp;
    this.state = reactive(state);
    this.#timer = setInterval(() => this.#tick(), tickMs);
    this.#listen();
  }

  /** `learner`: the rules of a first viewing bind this person; `makesUp`: plays what is open to making up, and nothing else. */
  static create(video: HTMLVideoElement, part: ReplayPart & { replayId: string }, rules: LessonReplay['rules'], learner: boolean, quality: Quality, makesUp = false): FilmPlayer {
    return new FilmPlayer(video, part.replayId, firstState(part, { skippingForbidden: learner && rules.firstViewingWithoutSkipping && !part.completed, muted: video.muted, quality }), makesUp);
  }

  #listen(): void {
    const { signal } = this.#listening;
    const on = (name: keyof HTMLMediaElementEventMap, work: () => void): void => this.#video.addEventListener(name, work, { signal });
    on('play', () => this.#started());
    on('pause', () => this.#stopped());
    on('ended', () => { this.state.ended = true; });
    on('timeupdate', () => this.#moved());
    on('seeking', () => { this.#spans.cut(); this.state.ended = false; });
    on('waiting', () => { this.state.waiting = true; });
    for (const name of ['playing', 'canplay', 'seeked'] as const) on(name, () => { this.state.waiting = false; });
    on('volumechange', () => { this.state.muted = this.#video.muted; });
    on('ratechange', () => this.#spedUp());
    for (const name of ['durationchange', 'progress'] as const) on(name, () => this.#measured());
    // What nobody sees makes nothing up.
    document.addEventListener('visibilitychange', () => { if (document.hidden) { if (this.#makesUp) this.#video.pause(); this.#beat(); } }, { signal });
    window.addEventListener('online', () => { if (this.#watching?.unanswered) this.#beat(); }, { signal });
    window.addEventListener('pagehide', () => this.#hide(), { signal });
  }

  #started(): void {
    Object.assign(this.state, { playing: true, ended: false, elsewhere: false });
    if (!this.#source) void this.#open();
    else if (this.#watching?.lapsed) this.#watching.end();
  }

  #stopped(): void {
    this.#moved();
    this.#spans.cut();
    this.state.playing = false;
    this.#beat();
  }

  #moved(): void {
    const { currentTime, playbackRate, seeking, paused, ended } = this.#video;
    if (!this.#shows || seeking) return;
    if (!paused || ended || this.state.playing) this.#spans.at(currentTime * 1000, performance.now(), playbackRate);
    this.state.furthestMs = Math.max(this.state.furthestMs, this.#spans.furthestMs());
    if (this.#seekTo === null) this.state.positionMs = currentTime * 1000;
    if (this.state.resumedFromMs !== null && currentTime * 1000 > this.state.resumedFromMs + toldResumedForMs) this.state.resumedFromMs = null;
    const { makeUp } = this.state;
    if (makeUp && !paused && !this.state.held && isAsking(makeUp, currentTime * 1000)) {
      this.state.held = true;
      this.#video.pause();
      return;
    }
    const played = makeUp !== null && isPlayed(makeUp, currentTime * 1000) && performance.now() - this.#beatAtMs >= tickMs;
    if (!paused && (played || performance.now() - this.#beatAtMs >= heartbeatEveryMs)) this.#beat();
  }

  #spedUp(): void {
    const { playbackRate, currentTime, paused } = this.#video;
    // The step from the last reading to here passed at the old speed or the new one.
    if (!paused && this.#source) this.#spans.at(currentTime * 1000, performance.now(), Math.max(playbackRate, this.state.speed));
    this.state.speed = playbackRate;
  }

  #measured(): void {
    const { duration, buffered, currentTime } = this.#video;
    if (Number.isFinite(duration) && duration > 0) this.state.durationMs = duration * 1000;
    this.state.bufferedMs = 0;
    for (let index = 0; index < buffered.length; index++) {
      if (buffered.start(index) <= currentTime + 0.3 && buffered.end(index) > currentTime) this.state.bufferedMs = buffered.end(index) * 1000;
    }
  }

  #tick(): void {
    const watching = this.#watching;
    if (!watching) return;
    this.#moved();
    if (this.state.line !== 'up') this.state.line = watching.lapsed ? 'lapsed' : 'down';
    if (watching.unanswered && performance.now() - this.#beatAtMs >= heartbeatEveryMs) this.#beat();
    if ((this.#makesUp || this.state.asking) && !this.state.playing && performance.now() - this.#beatAtMs >= stillEveryMs(this.state.held)) this.#beat();
    void watching.prepareFarewell(this.#standsMs);
  }

  /** Before it shows something the film stands where it was sent, whatever the element says. */
  get #shows(): boolean { return this.#source !== null && this.#video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA; }
  get #standsMs(): number { return this.#shows ? this.#video.currentTime * 1000 : this.state.positionMs; }
  #beat(toMs = this.#standsMs): void { void this.#tell(toMs); }

  async #tell(positionMs: number): Promise<void> {
    this.#beatAtMs = performance.now();
    await this.beforeBeat();
    await this.#watching?.beat(positionMs);
  }

  #open(again = false): Promise<void> {
    this.#opening ??= this.#begin(again).catch((error: unknown) => {
      if (!(error instanceof RestError)) throw error;
      Object.assign(this.state, { trouble: error.code, waiting: false });
      this.#video.pause();
    }).finally(() => { this.#opening = null; });
    return this.#opening;
  }

  async #begin(again: boolean): Promise<void> {
    Object.assign(this.state, { waiting: true, trouble: null, elsewhere: false, line: 'up', ...(!again && { lostMs: 0 }) });
    const watching = await Watching.create(this.#replayId, this.#spans, {
      heard: (reply, toldMs) => this.#heard(reply, toldMs), unheard: () => { this.state.line = 'down'; }, over: (reason) => this.#over(watching, reason),
    }, Date.now, this.#makesUp);
    if (this.#closed) { watching.leave(); return; }
    this.#watching = watching;
    const { start } = watching;
    Object.assign(this.state, { furthestMs: start.furthestMs, creditedMs: start.creditedMs, skippingForbidden: start.skippingForbidden });
    const fromMs = this.#seekTo ?? start.positionMs;
    if (!again && !this.#makesUp && this.#seekTo === null && fromMs >= toldResumedMs) this.state.resumedFromMs = fromMs;
    this.#seekTo = null;
    this.state.positionMs = fromMs;
    this.led(start.makeUp, fromMs);
    if (fromMs !== start.positionMs) await this.#tell(fromMs);
    const source = await openFilm(this.#video, start, fromMs, this.state.quality, { over: () => watching.end(), broken: () => this.#broken() });
    if (this.#watching !== watching) { source.close(); return; }
    this.#source = source;
    this.#beatAtMs = performance.now();
    this.#video.playbackRate = this.state.speed;
    if (this.state.playing) void this.#video.play().catch(() => undefined);
  }

  #heard({ creditedMs, furthestMs, completed, makeUp, inClass = false }: HeartbeatReply, toldMs: number): void {
    Object.assign(this.state, { inClass, creditedMs, furthestMs: Math.max(furthestMs, this.#spans.furthestMs()), line: 'up' });
    if (completed && !this.state.completed) Object.assign(this.state, { completed, skippingForbidden: false });
    this.led(makeUp, toldMs);
  }

  /** The server says how making up stands: the film goes on, elsewhere, or stands still. */
  led(makeUp: MakeUpState | undefined, toldMs = this.#standsMs): void {
    if (!makeUp) return;
    // Whoever reads why an answer was right is not hurried on.
    if (this.state.asking) return void Object.assign(this.state, { makeUp, held: true });
    const move = moveAfter(makeUp, toldMs, this.state.held);
    const released = this.state.held && move.kind === 'jump';
    Object.assign(this.state, { makeUp, held: move.kind === 'hold' || move.kind === 'done' });
    if (this.state.held) this.#video.pause();
    if (move.kind === 'done') this.#leave();
    if (move.kind === 'jump') this.#go({ toMs: move.toMs, refused: false });
    if (released && this.#source) void this.#video.play().catch(() => undefined);
  }

  get viewingId(): string | null { return this.#watching?.start.viewingId ?? null; }
  ask(): void { this.#beat(); }
  /** Stands still for a question; the server has heard where. */
  async hold(): Promise<void> {
    this.#video.pause();
    Object.assign(this.state, { asking: true, playing: false });
    await this.#tell(this.#standsMs);
  }
  release(): void {
    if (!this.state.asking) return;
    this.state.asking = false;
    // The server says where making up goes on.
    if (this.#makesUp) this.#beat();
    else void this.toggle();
  }

  #over(watching: Watching, reason: OverReason): void {
    if (this.#watching !== watching || this.#closed) return;
    const lostMs = reason === 'lapsed' ? this.#spans.waitingMs() + watching.unansweredMs : 0;
    const goesOn = reason === 'lapsed' && this.state.playing;
    if (!goesOn) this.#video.pause();
    this.#drop();
    Object.assign(this.state, { playing: goesOn, waiting: false, elsewhere: reason === 'elsewhere', line: 'up', held: false, asking: false, makeUp: null, inClass: false, lostMs: lostMs >= toldLostMs ? lostMs : 0 });
    // Nobody else watches: it goes on by itself, from where the server has heard of.
    if (goesOn) void this.#open(true);
  }

  #broken(): void {
    this.#leave();
    Object.assign(this.state, { trouble: 'broken', waiting: false, playing: false });
  }

  #drop(): void {
    this.#source?.close();
    this.#source = null;
    this.#watching = null;
    this.#spans.cut();
    this.#spans.take();
  }

  #leave(): void {
    this.#watching?.leave();
    this.#drop();
  }

  /** The browser may keep this page and show it again: then it stands where it was. */
  #hide(): void {
    this.#leave();
    Object.assign(this.state, { playing: false, waiting: false, held: false, asking: false, makeUp: null });
  }

  async toggle(): Promise<void> {
    if (this.state.held || this.state.asking) return;
    if (this.state.playing) { this.#video.pause(); this.state.playing = false; return; }
    // Asked for within the touch itself: the film follows, and the browser remembers that it may sound.
    await this.#video.play().catch(() => undefined);
  }

  get #bounds(): SeekBounds {
    const { positionMs, durationMs, furthestMs, skippingForbidden } = this.state;
    return { positionMs, durationMs, furthestMs, skippingForbidden };
  }
  jump(toMs: number): void { this.#wish(jumpTo(toMs, this.#bounds)); }
  step(byMs: number): void { this.#wish(stepBy(byMs, this.#bounds)); }
  #wish(answer: SeekAnswer): void { if (!this.state.asking) this.#go(this.#makesUp ? { toMs: this.state.positionMs, refused: true } : answer); }

  #go({ toMs, refused }: SeekAnswer): void {
    if (refused) this.state.refusals++;
    if (toMs === this.state.positionMs) return;
    this.#seekTo = toMs;
    Object.assign(this.state, { positionMs: toMs, resumedFromMs: null });
    if (this.#source && !this.#seeking) void this.#seek();
  }

  /** The server hears of a jump before it happens: it gives out only what lies near the position. The last of several wishes counts. */
  async #seek(): Promise<void> {
    this.#seeking = true;
    while (this.#seekTo !== null && this.#source) {
      const toMs = this.#seekTo;
      await Promise.race([this.#tell(toMs), new Promise((done) => { setTimeout(done, seekPatienceMs); })]);
      if (this.#seekTo !== toMs) continue;
      this.#spans.cut();
      if (this.#source) this.#video.currentTime = toMs / 1000;
      this.#seekTo = null;
    }
    this.#seeking = false;
  }

  setSpeed(speed: number): void {
    this.#video.playbackRate = speed;
    this.state.speed = speed;
  }

  setQuality(quality: Quality): void {
    this.state.quality = quality;
    this.#source?.setQuality(quality);
    this.#video.playbackRate = this.state.speed;
  }

  toggleMute(): void { this.#video.muted = !this.#video.muted; }
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    this.#listening.abort();
    this.#leave();
  }
}
