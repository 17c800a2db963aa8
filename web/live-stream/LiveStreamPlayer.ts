// Plays the broadcast: asks for it until it is there, feeds it to the <video>, measures how far behind it is, and asks again when it breaks off.
import type { ErrorData, HlsConfig, default as HlsType } from 'hls.js';
import { serverNow } from '../clock.ts';
import { loadHls } from '../replay/film-source.ts';
import { rest, RestError } from '../rest.ts';
import type { useLiveStream } from './live-stream-store.ts';

type Store = ReturnType<typeof useLiveStream>;
/** Safari tells the moment of the first picture of what it plays. */
type DatedVideo = HTMLVideoElement & { getStartDate?(): Date };

const askEveryMs = 2000;
const askAgainMs = 8000;
const lookEveryMs = 1000;
const hlsType = 'application/vnd.apple.mpegurl';

/** A segment and a half behind the last one: with the 4 s until it is listed and what the list waits to be read, 12 to 13 s behind the teacher, measured (`bench live-stream --watch`); 8 s were 15 to 17. Who fell behind catches up a little faster. */
const syncSeconds = 6;
/** hls.js goes a second farther back with each stall, and never forth again: after so many looks without one it may. */
const steadyLooks = 45;
const config: Partial<HlsConfig> = {
  liveSyncDuration: syncSeconds, liveMaxLatencyDuration: 24, maxLiveSyncPlaybackRate: 1.08, maxBufferLength: 30, backBufferLength: 30,
  manifestLoadPolicy: { default: { maxTimeToFirstByteMs: 10_000, maxLoadTimeMs: 20_000, timeoutRetry: { maxNumRetry: 4, retryDelayMs: 500, maxRetryDelayMs: 2000 }, errorRetry: { maxNumRetry: 4, retryDelayMs: 500, maxRetryDelayMs: 2000 } } },
};

export class LiveStreamPlayer {
  readonly #video: DatedVideo;
  readonly #lessonId: string;
  readonly #store: Store;
  readonly #looking: ReturnType<typeof setInterval>;
  readonly #listening = new AbortController();
  #hls: HlsType | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastTime = 0;
  #recoveries = 0;
  /** Looks in a row at a picture that moved. */
  #steady = 0;
  #closed = false;

  private constructor(video: HTMLVideoElement, lessonId: string, store: Store) {
    this.#video = video;
    this.#lessonId = lessonId;
    this.#store = store;
    this.#looking = setInterval(() => this.#look(), lookEveryMs);
    const { signal } = this.#listening;
    video.addEventListener('ended', () => { if (!this.#closed) store.phase = 'over'; }, { signal });
    video.addEventListener('error', () => { if (!this.#hls) this.#again('gone', askAgainMs); }, { signal });
  }

  static create(video: HTMLVideoElement, lessonId: string, store: Store): LiveStreamPlayer {
    const player = new LiveStreamPlayer(video, lessonId, store);
    store.phase = 'asking';
    void player.#ask();
    return player;
  }

  async #ask(): Promise<void> {
    try {
      const { ready, playlistUrl, waitReason } = await rest('POST /api/lessons/:lessonId/live-stream', { params: { lessonId: this.#lessonId } });
      if (this.#closed) return;
      this.#store.waitReason = waitReason;
      if (ready) await this.#open(playlistUrl);
      else this.#again('asking', askEveryMs);
    } catch (error) {
      if (!(error instanceof RestError)) throw error;
      if (this.#closed) return;
      if (error.code === 'lesson_not_live') this.#store.phase = 'over';
      else this.#again('gone', error.code === 'unreachable' ? askEveryMs : askAgainMs);
    }
  }

  #again(phase: Store['phase'], afterMs: number): void {
    if (this.#closed) return;
    this.#drop();
    this.#store.phase = phase;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), afterMs);
  }

  async #open(playlistUrl: string): Promise<void> {
    const Hls = await loadHls();
    if (this.#closed) return;
    this.#drop();
    if (Hls.isSupported()) this.#feed(Hls, playlistUrl);
    else if (this.#video.canPlayType(hlsType)) this.#video.src = playlistUrl;
    else {
      this.#store.phase = 'broken';
      return;
    }
    this.play();
  }

  #feed(Hls: typeof HlsType, playlistUrl: string): void {
    const hls = new Hls(config);
    this.#hls = hls;
    hls.on(Hls.Events.ERROR, (_event, data: ErrorData) => {
      if (!data.fatal || this.#hls !== hls) return;
      if (data.type === Hls.ErrorTypes.MEDIA_ERROR && this.#recoveries++ < 2) hls.recoverMediaError();
      else this.#again('asking', askEveryMs);
    });
    hls.loadSource(playlistUrl);
    hls.attachMedia(this.#video);
  }

  /** Also after the person has asked for sound. A browser that refuses sound plays the picture, and the button is offered. */
  play(): void {
    const video = this.#video;
    this.#store.soundBlocked = false;
    video.muted = false;
    video.play().catch((error: unknown) => {
      if (this.#closed || !(error instanceof Error) || error.name !== 'NotAllowedError') return;
      this.#store.soundBlocked = true;
      video.muted = true;
      video.play().catch(() => undefined);
    });
  }

  /** The server's time of what is on the screen, ms; null where the browser does not tell. */
  #shownMs(): number | null {
    const playing = this.#hls?.playingDate?.getTime();
    if (playing !== undefined) return playing;
    const start = this.#hls ? Number.NaN : this.#video.getStartDate?.().getTime() ?? Number.NaN;
    return Number.isNaN(start) ? null : start + this.#video.currentTime * 1000;
  }

  #measure(): void {
    const shownMs = this.#shownMs();
    this.#store.behindSeconds = shownMs === null ? null : Math.max(0, Math.round((serverNow() - shownMs) / 1000));
  }

  #look(): void {
    const { currentTime, paused, ended } = this.#video;
    const moves = !paused && currentTime !== this.#lastTime;
    this.#lastTime = currentTime;
    this.#steady = moves ? this.#steady + 1 : 0;
    if (this.#hls && this.#steady > 0 && this.#steady % steadyLooks === 0) this.#hls.targetLatency = syncSeconds;
    if (moves) {
      this.#store.phase = 'playing';
      this.#recoveries = 0;
    } else if (this.#store.phase === 'playing' && !ended) this.#store.phase = 'stalled';
    // A picture that stands still falls behind with every second.
    if (this.#store.phase === 'playing' || this.#store.phase === 'stalled') this.#measure();
    // A phone that comes back from the background stands where it was: on with it, from there hls.js goes to the end.
    if (paused && !ended && !document.hidden && this.#store.phase === 'stalled') this.play();
  }

  #drop(): void {
    this.#hls?.destroy();
    this.#hls = null;
    this.#video.removeAttribute('src');
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#looking);
    clearTimeout(this.#timer);
    this.#listening.abort();
    this.#drop();
    this.#store.behindSeconds = null;
    this.#store.phase = 'asking';
  }
}
