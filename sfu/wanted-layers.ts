// Which layer of a video anybody needs, so that the sender can stop the rest. The recorder always needs the top one.

const shrinkAfterMs = 300;
/** A new producer is given time to be found: its viewers are told of it only after it exists. */
const firstShrinkAfterMs = 2000;

/** A viewer's wish: null while paused. */
export type Wish = number | null;

export class WantedLayers {
  readonly #top: number;
  readonly #onChange: (maxSpatialLayer: number) => void;
  readonly #wishes = new Map<string, Wish>();
  #recorded = false;
  #told: number;
  #timer: NodeJS.Timeout | null;
  #closed = false;

  /** `top`: index of the highest layer the sender has. It sends that until told otherwise. */
  constructor(top: number, onChange: (maxSpatialLayer: number) => void) {
    this.#top = top;
    this.#told = top;
    this.#onChange = onChange;
    this.#timer = setTimeout(() => this.#shrink(), firstShrinkAfterMs);
  }

  record(): void {
    this.#recorded = true;
    this.#review();
  }

  wish(consumerId: string, wish: Wish): void {
    this.#wishes.set(consumerId, wish);
    this.#review();
  }

  forget(consumerId: string): void {
    this.#wishes.delete(consumerId);
    this.#review();
  }

  close(): void {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  get #wanted(): number {
    if (this.#recorded) return this.#top;
    return Math.max(-1, ...[...this.#wishes.values()].map((wish) => Math.min(wish ?? -1, this.#top)));
  }

  /** More is told at once: somebody is waiting for it. Less only when it stays so for a moment. */
  #review(): void {
    if (this.#closed) return;
    const wanted = this.#wanted;
    if (wanted > this.#told) this.#tell(wanted);
    else if (wanted < this.#told) this.#timer ??= setTimeout(() => this.#shrink(), shrinkAfterMs);
  }

  #shrink(): void {
    this.#timer = null;
    if (this.#wanted !== this.#told) this.#tell(this.#wanted);
  }

  #tell(wanted: number): void {
    this.#told = wanted;
    this.#onChange(wanted);
  }
}
