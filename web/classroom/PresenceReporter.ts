// Tells the server what it cannot see: whether the page is looked at, used, and whether the lesson is arriving.
import { serverClock } from '../clock.ts';
import { joinTookMs } from './join-speed.ts';

export interface PresenceReport { visible: boolean; active: boolean; playing: boolean; rttMs?: number; firstFrameMs?: number }

/** Most reports while there is activity. */
export const reportEveryMs = 15_000;
const afterEnteringMs = 1500;
const signs = ['pointerdown', 'pointermove', 'keydown', 'touchstart', 'wheel'] as const;

export class PresenceReporter {
  readonly #send: (report: PresenceReport) => Promise<{ serverNowMs: number }>;
  readonly #playing: () => boolean;
  readonly #answered: () => void;
  readonly #timer: ReturnType<typeof setInterval>;
  #active = false;
  #rttMs: number | null = null;
  #toldJoin = false;
  /** The server wants to know whether somebody is there. */
  #asked = false;
  /** The last report was not heard: a page that was hidden meanwhile must not count as looked at. */
  #unheard = false;

  constructor(send: (report: PresenceReport) => Promise<{ serverNowMs: number }>, playing: () => boolean, answered: () => void) {
    this.#send = send;
    this.#playing = playing;
    this.#answered = answered;
    for (const sign of signs) window.addEventListener(sign, this.#act, { passive: true, capture: true });
    document.addEventListener('visibilitychange', this.report);
    this.#timer = setInterval(() => { if (this.#active || this.#unheard) this.report(); }, reportEveryMs);
  }

  #soon: ReturnType<typeof setTimeout> | undefined;

  /** After entering: the picture comes first. */
  reportSoon(): void {
    clearTimeout(this.#soon);
    this.#soon = setTimeout(this.report, afterEnteringMs);
  }

  /** The next sign of somebody is told at once. */
  ask(): void { this.#asked = true; }

  readonly #act = (): void => {
    this.#active = true;
    if (!this.#asked) return;
    this.#asked = false;
    this.report();
    this.#answered();
  };

  readonly report = (): void => {
    const active = this.#active;
    this.#active = false;
    const sentAtMs = Date.now();
    const firstFrameMs = this.#toldJoin ? null : joinTookMs();
    const report = {
      visible: !document.hidden, active, playing: this.#playing(), ...(this.#rttMs === null ? {} : { rttMs: this.#rttMs }), ...(firstFrameMs === null ? {} : { firstFrameMs }),
    };
    this.#send(report).then(({ serverNowMs }) => {
      const receivedAtMs = Date.now();
      this.#unheard = false;
      this.#rttMs = Math.max(0, receivedAtMs - sentAtMs);
      this.#toldJoin ||= firstFrameMs !== null;
      serverClock.sample(serverNowMs, sentAtMs, receivedAtMs);
    }, () => {
      // Not heard: it is told with the next report.
      this.#active ||= active;
      this.#unheard = true;
    });
  };

  close(): void {
    clearInterval(this.#timer);
    clearTimeout(this.#soon);
    for (const sign of signs) window.removeEventListener(sign, this.#act, { capture: true });
    document.removeEventListener('visibilitychange', this.report);
  }
}
