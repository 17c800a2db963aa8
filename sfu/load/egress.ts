// What leaves this node for viewers and other nodes. Mediasoup has no sum of it, so transports are asked in turn, a few at a time.
import type { types as ms } from 'mediasoup';

/** At a round every two seconds a thousand transports are asked within ten; what asking costs is in docs/decisions/017-egress-by-asking-in-turn.md. */
const perRound = 200;

export class Egress {
  /** Bits per second by transport; null: not asked yet. Those asked longest ago come first. */
  readonly #rates = new Map<ms.Transport, number | null>();

  watch(transport: ms.Transport): void {
    if (transport.closed) return;
    this.#rates.set(transport, null);
    transport.observer.once('close', () => this.#rates.delete(transport));
  }

  get transports(): number { return this.#rates.size; }

  /** Asks the next few; whoever was not asked yet counts as much as the others on average. */
  async measure(): Promise<number> {
    await Promise.all([...this.#rates.keys()].slice(0, perRound).map((transport) => this.#ask(transport)));
    const known = [...this.#rates.values()].filter((rate) => rate !== null);
    if (known.length === 0) return 0;
    const sum = known.reduce((total, rate) => total + rate, 0);
    return Math.round(sum * (this.#rates.size / known.length));
  }

  async #ask(transport: ms.Transport): Promise<void> {
    const stats = await transport.getStats().catch(() => null) as { sendBitrate?: number }[] | null;
    if (!stats || !this.#rates.delete(transport)) return;
    this.#rates.set(transport, stats[0]?.sendBitrate ?? 0);
  }
}
