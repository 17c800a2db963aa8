// Free space of the folders a process writes to, looked at in the background: a disk that hangs then hangs nobody who asks.
import { statfs } from 'node:fs/promises';

const lookEveryMs = 10_000;

export class FreeSpace<P extends string = string> {
  readonly #places: ReadonlyMap<P, string>;
  readonly #free = new Map<P, number>();
  readonly #timer: NodeJS.Timeout;
  #looking: Promise<void> | null = null;

  private constructor(places: Partial<Record<P, string>>) {
    this.#places = new Map(Object.entries(places) as [P, string][]);
    this.#timer = setInterval(() => void this.look(), lookEveryMs);
    this.#timer.unref();
  }

  /** Folder by name of the place; one that is not there yet is not known until it is. */
  static async create<P extends string>(places: Partial<Record<P, string>>): Promise<FreeSpace<P>> {
    const space = new FreeSpace<P>(places);
    await space.look();
    return space;
  }

  /** Bytes free by place, as last seen. */
  get free(): ReadonlyMap<P, number> { return this.#free; }

  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => { this.#looking = null; });
    return this.#looking;
  }

  close(): void { clearInterval(this.#timer); }

  async #look(): Promise<void> {
    for (const [place, folder] of this.#places) {
      const seen = await statfs(folder).catch(() => null);
      if (seen) this.#free.set(place, seen.bavail * seen.bsize);
    }
  }
}
