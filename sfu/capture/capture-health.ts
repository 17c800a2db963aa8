// All that endangers one room's recording now, gathered from its parts and told on every change of the whole.
import { captureTroubles, type CaptureTrouble } from '#contracts/recording.ts';

/** A part (a file, a source, the disk) has this trouble from now on, or none. `cause` is for the log. */
export type OnTrouble = (part: string, trouble: CaptureTrouble | null, cause?: string) => void;
export interface HealthChange { troubles: CaptureTrouble[]; cause: string | null }

export class CaptureHealth {
  readonly #parts = new Map<string, CaptureTrouble>();
  readonly #onChange: (change: HealthChange) => void;
  #told: CaptureTrouble[] = [];

  constructor(onChange: (change: HealthChange) => void) { this.#onChange = onChange; }

  get troubles(): CaptureTrouble[] { return this.#told; }

  readonly set: OnTrouble = (part, trouble, cause) => {
    if (trouble) this.#parts.set(part, trouble);
    else if (!this.#parts.delete(part)) return;
    const present = new Set(this.#parts.values());
    const troubles = captureTroubles.filter((one) => present.has(one));
    if (troubles.join() === this.#told.join()) return;
    this.#told = troubles;
    this.#onChange({ troubles, cause: cause ?? null });
  };

  /** The recording is over, and its troubles with it. */
  clear(): void {
    for (const part of [...this.#parts.keys()]) this.set(part, null);
  }
}
