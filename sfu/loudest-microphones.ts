// Which microphones are forwarded to viewers when more are open than anybody can follow: the loudest, without cutting who is speaking.

/** How fast somebody who stopped makes room for others. */
const decayDbPerSecond = 10;
/** A newcomer must be so much louder than the one whose place it takes. */
const marginDb = 6;
/** Who was heard within this time, and is not far below the loudest, is speaking: the pause between two sentences. */
const speakingMs = 1200;
const farBelowDb = 15;
const floorDb = -127;

export interface Volume { producerId: string; db: number }
interface Microphone { producerId: string; db: number; heardMs: number; placed: boolean }

export class LoudestMicrophones {
  readonly #most: number;
  readonly #onChange: (hushed: ReadonlySet<string>) => void;
  /** In the order they came. */
  readonly #microphones = new Map<string, Microphone>();
  #hushed: ReadonlySet<string> = new Set();
  #lastMs = 0;

  /** At most `most` are forwarded. `onChange` gets the others: none as long as there are not more than that. */
  constructor(most: number, onChange: (hushed: ReadonlySet<string>) => void) {
    this.#most = most;
    this.#onChange = onChange;
  }

  /** Those not forwarded now. */
  get hushed(): ReadonlySet<string> { return this.#hushed; }

  add(producerId: string): void {
    this.#microphones.set(producerId, { producerId, db: floorDb, heardMs: -Infinity, placed: false });
    this.#settle(this.#lastMs);
  }

  remove(producerId: string): void {
    if (this.#microphones.delete(producerId)) this.#settle(this.#lastMs);
  }

  /** What was measured over the last interval; who is quiet is not in it. */
  heard(volumes: readonly Volume[], nowMs: number): void {
    this.#lastMs = nowMs;
    for (const { producerId, db } of volumes) {
      const microphone = this.#microphones.get(producerId);
      if (microphone) Object.assign(microphone, { db: Math.max(db, this.#level(microphone, nowMs)), heardMs: nowMs });
    }
    this.#settle(nowMs);
  }

  #level({ db, heardMs }: Microphone, nowMs: number): number {
    return heardMs === -Infinity ? floorDb : Math.max(floorDb, db - (decayDbPerSecond * (nowMs - heardMs)) / 1000);
  }

  #settle(nowMs: number): void {
    const all = [...this.#microphones.values()];
    const byLevel = (one: Microphone, other: Microphone): number => this.#level(other, nowMs) - this.#level(one, nowMs);
    for (const outsider of all.filter(({ placed }) => !placed).sort(byLevel)) {
      if (all.filter(({ placed }) => placed).length < this.#most) outsider.placed = true;
      else if (outsider.heardMs === nowMs) this.#challenge(outsider, all, nowMs, byLevel);
    }
    this.#tell(new Set(all.filter(({ placed }) => !placed).map(({ producerId }) => producerId)));
  }

  #challenge(outsider: Microphone, all: Microphone[], nowMs: number, byLevel: (one: Microphone, other: Microphone) => number): void {
    const recent = (one: Microphone): boolean => nowMs - one.heardMs <= speakingMs;
    const loudest = Math.max(...all.filter(recent).map(({ db }) => db));
    const speaking = (one: Microphone): boolean => recent(one) && one.db >= loudest - farBelowDb;
    const weakest = all.filter((one) => one.placed && !speaking(one)).sort(byLevel).at(-1);
    if (!weakest || this.#level(outsider, nowMs) < this.#level(weakest, nowMs) + marginDb) return;
    weakest.placed = false;
    outsider.placed = true;
  }

  #tell(hushed: ReadonlySet<string>): void {
    if (hushed.size === this.#hushed.size && [...hushed].every((id) => this.#hushed.has(id))) return;
    this.#hushed = hushed;
    this.#onChange(hushed);
  }
}
