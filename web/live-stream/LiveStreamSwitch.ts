// Decides on this page between the live picture and the broadcast, and tells store and classroom when that changes.
import type { useLiveStream } from './live-stream-store.ts';
import { dueMs, firstReach, shows, step, unreachedBy, wantsMedia, type Reach, type ReachInput, type Refusal } from './reach.ts';

type Store = ReturnType<typeof useLiveStream>;

export class LiveStreamSwitch {
  readonly #store: Store;
  readonly #changed: () => void;
  #reach: Reach = firstReach;
  #timer: ReturnType<typeof setTimeout> | undefined;

  private constructor(store: Store, changed: () => void) {
    this.#store = store;
    this.#changed = changed;
    this.#tell();
  }

  /** `changed` is told when media are to be asked for, or no more. */
  static create(store: Store, changed: () => void): LiveStreamSwitch { return new LiveStreamSwitch(store, changed); }

  get wantsMedia(): boolean { return wantsMedia(this.#reach); }

  /** What the classroom expects now: called on every change of its state. */
  see(expecting: boolean, onStage: boolean): void { this.#drive({ expecting, onStage }); }
  reached(reached: boolean): void { this.#drive({ reached }); }
  refused(refused: Refusal): void { this.#drive({ refused }); }
  /** A seat was found, whether or not anything is sent yet. */
  seated(): void { this.#drive('seated'); }
  choose(): void { this.#drive('choose'); }
  /** Tries the live picture while the broadcast goes on. */
  back(): void { this.#drive('back'); }

  #drive(input: ReachInput): void {
    const wanted = this.wantsMedia;
    this.#reach = step(this.#reach, input, performance.now());
    this.#tell();
    if (this.wantsMedia !== wanted) this.#changed();
  }

  #tell(): void {
    const [reach, nowMs] = [this.#reach, performance.now()];
    this.#store.unreached = unreachedBy(reach, nowMs);
    this.#store.onStage = reach.onStage;
    this.#store.showing = shows(reach);
    this.#store.trying = reach.tryingSinceMs !== null;
    this.#store.inVain = reach.inVain;
    clearTimeout(this.#timer);
    const due = dueMs(reach);
    if (due !== null && due > nowMs - 1) this.#timer = setTimeout(() => this.#drive('tick'), Math.max(0, due - nowMs) + 1);
  }

  close(): void { clearTimeout(this.#timer); }
}
