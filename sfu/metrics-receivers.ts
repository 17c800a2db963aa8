// How media arrive at the browsers: round trip and loss as the receivers' own RTCP reports tell them, looked at a few receivers at a time,
// so that the cost does not grow with the audience (docs/decisions/028-which-round-trip.md).
import type { types as ms } from 'mediasoup';
import { bucketOf, countWithin, emptyCounts, rttEdgesMs, totalOf } from '#runtime/metrics-window.ts';
import type { MediaCensus, Receiver } from './metrics-census.ts';

export interface Look { outcome: 'known' | 'silent' | 'gone'; rttMs: number; lossShare: number; tookMs: number }
export interface ReceiverFigures {
  /** Receivers by round trip, over `rttEdgesMs`. */
  rttCounts: number[];
  measured: number;
  /** At 25 ms or less: R16. */
  within25Ms: number;
  /** Mean share of packets lost on the way; 0 of nobody. */
  lossShare: number;
}
export interface LookRules {
  everyMs: number;
  /** Receivers looked at each time. */
  atOnce: number;
  /** The same receiver is not looked at again sooner: reports come about once a second. */
  roundMs: number;
}
/** 40 a second, however many there are. */
export const lookRules: LookRules = { everyMs: 250, atOnce: 10, roundMs: 2000 };

/** The stream whose reports are asked for: a picture before a sound, since its receiver reports more often; never one that rests. */
function spokenOf(consumers: ReadonlySet<ms.Consumer>): ms.Consumer | undefined {
  const running = [...consumers].filter((one) => !one.closed && !one.paused && !one.producerPaused);
  return running.find(({ kind }) => kind === 'video') ?? running[0];
}

export class ReceiverLooks {
  readonly #census: MediaCensus;
  readonly #onLook: (look: Look) => void;
  readonly #rules: LookRules;
  readonly #timer: NodeJS.Timeout;
  readonly #known = new Map<string, { rttMs: number; lossShare: number }>();
  #round: Receiver[] = [];
  #roundBeganMs = -Infinity;
  #looking = false;

  private constructor(census: MediaCensus, onLook: (look: Look) => void, rules: LookRules) {
    this.#census = census;
    this.#onLook = onLook;
    this.#rules = rules;
    this.#timer = setInterval(() => void this.#next(), rules.everyMs);
    this.#timer.unref();
  }

  static start(census: MediaCensus, onLook: (look: Look) => void, rules: LookRules = lookRules): ReceiverLooks {
    return new ReceiverLooks(census, onLook, rules);
  }

  /** Of the receivers that are here now, each as last seen. */
  get figures(): ReceiverFigures {
    const rttCounts = emptyCounts(rttEdgesMs);
    let lost = 0;
    for (const [id, { rttMs, lossShare }] of this.#known) {
      if (!this.#census.receivers.has(id)) {
        this.#known.delete(id);
        continue;
      }
      rttCounts[bucketOf(rttEdgesMs, rttMs)]! += 1;
      lost += lossShare;
    }
    const measured = totalOf(rttCounts);
    return { rttCounts, measured, within25Ms: countWithin(rttEdgesMs, rttCounts, 25), lossShare: measured > 0 ? lost / measured : 0 };
  }

  close(): void { clearInterval(this.#timer); }

  /** Round robin; while media workers are slow to answer, nothing more is asked of them. */
  async #next(): Promise<void> {
    if (this.#looking) return;
    const nowMs = performance.now();
    if (this.#round.length === 0) {
      if (nowMs - this.#roundBeganMs < this.#rules.roundMs) return;
      this.#roundBeganMs = nowMs;
      this.#round = [...this.#census.receivers.values()];
    }
    this.#looking = true;
    await Promise.all(this.#round.splice(0, this.#rules.atOnce).map((receiver) => this.#look(receiver)));
    this.#looking = false;
  }

  async #look({ transport, consumers }: Receiver): Promise<void> {
    const consumer = spokenOf(consumers);
    if (!consumer) return;
    const beganMs = performance.now();
    // A consumer or worker that ends meanwhile refuses.
    const stats = await consumer.getStats().catch(() => null);
    const tookMs = performance.now() - beganMs;
    const sent = stats?.find((stat) => stat.type === 'outbound-rtp');
    if (!sent || transport.closed) return this.#onLook({ outcome: 'gone', rttMs: 0, lossShare: 0, tookMs });
    const rttMs = sent.roundTripTime ?? 0;
    // 0 is what mediasoup says before the first complete report.
    if (rttMs <= 0) return this.#onLook({ outcome: 'silent', rttMs: 0, lossShare: 0, tookMs });
    const lossShare = sent.fractionLost / 256;
    this.#known.set(transport.id, { rttMs, lossShare });
    this.#onLook({ outcome: 'known', rttMs, lossShare, tookMs });
  }
}
