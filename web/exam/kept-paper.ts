// A paper on this device: answers the server has not acknowledged yet, and what is marked to be looked at again; kept over cuts and reloads.
import type { ExamAnswer } from '#contracts/exam.ts';

/** `answer` null: taken back. `revision` rises with each change of that question. `chosenAt`: when it was given, by the server's clock. */
export interface Given { answer: ExamAnswer | null; revision: number; chosenAt: string }
/** What the server says of a question: what is saved, and under which revision. */
export interface Told { ordinal: number; answer: ExamAnswer | null; revision: number }
export type PaperStore = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

const prefix = 'keshi.exam.';
/** What is older belongs to a paper that was handed in or ended long ago. */
const keptForMs = 14 * 86_400_000;

interface Stored { personId: string; waiting: Record<string, Given>; flags: number[]; touchedAt: string }

const isAnswer = (value: unknown): value is ExamAnswer | null => {
  if (value === null) return true;
  const { choices, text } = (value ?? {}) as Record<string, unknown>;
  return typeof text === 'string' || (Array.isArray(choices) && choices.every(Number.isInteger));
};
const isGiven = (value: unknown): value is Given => {
  const { answer, revision, chosenAt } = (value ?? {}) as Record<string, unknown>;
  return isAnswer(answer) && Number.isInteger(revision) && typeof chosenAt === 'string' && Number.isFinite(Date.parse(chosenAt));
};

function readStored(text: string | null): Stored | null {
  try {
    const { personId, waiting, flags, touchedAt } = JSON.parse(text ?? 'null') as Record<string, unknown>;
    if (typeof personId !== 'string' || typeof touchedAt !== 'string') return null;
    const sound = Object.entries((waiting ?? {}) as Record<string, unknown>).filter((entry): entry is [string, Given] => /^\d+$/.test(entry[0]) && isGiven(entry[1]));
    return { personId, touchedAt, waiting: Object.fromEntries(sound), flags: Array.isArray(flags) ? flags.filter((one) => Number.isInteger(one)) : [] };
  } catch {
    return null;
  }
}

export class KeptPaper {
  readonly #store: PaperStore | null;
  readonly #key: string;
  /** Revisions the server told, by question. */
  readonly #told = new Map<number, number>();
  /** Where storage is forbidden or full, this page's memory is all there is. */
  #memory: Stored;

  /** Somebody else's paper on the same device is never read. */
  constructor(store: PaperStore | null, attemptId: string, personId: string) {
    this.#store = store;
    this.#key = prefix + attemptId;
    const found = this.#read();
    this.#memory = found?.personId === personId ? found : { personId, waiting: {}, flags: [], touchedAt: '' };
  }

  /** What the server does not have yet, by question. */
  get waiting(): ReadonlyMap<number, Given> { return new Map(Object.entries(this.#memory.waiting).map(([ordinal, given]) => [Number(ordinal), given])); }
  get flags(): ReadonlySet<number> { return new Set(this.#memory.flags); }

  /** Hears how the paper stands at the server. What was answered later elsewhere wins; answers what is to be shown. */
  meet(told: readonly Told[]): Map<number, ExamAnswer | null> {
    for (const { ordinal, revision } of told) this.#told.set(ordinal, revision);
    const ahead = [...this.waiting].filter(([ordinal, { revision }]) => this.#told.has(ordinal) && revision > this.#told.get(ordinal)!);
    this.#write({ ...this.#memory, waiting: Object.fromEntries(ahead) });
    return new Map([...told.map(({ ordinal, answer }): [number, ExamAnswer | null] => [ordinal, answer]), ...ahead.map(([ordinal, { answer }]): [number, ExamAnswer | null] => [ordinal, answer])]);
  }

  give(ordinal: number, answer: ExamAnswer | null, chosenAt: string): void {
    const revision = Math.max(this.#told.get(ordinal) ?? 0, this.#memory.waiting[ordinal]?.revision ?? 0) + 1;
    this.#write({ ...this.#memory, waiting: { ...this.#memory.waiting, [ordinal]: { answer, revision, chosenAt } }, touchedAt: chosenAt });
  }

  /** The server has heard this revision; a later one given meanwhile stays. */
  acknowledge(ordinal: number, revision: number): void {
    this.#told.set(ordinal, Math.max(revision, this.#told.get(ordinal) ?? 0));
    if (this.#memory.waiting[ordinal]?.revision !== revision) return;
    this.#write({ ...this.#memory, waiting: Object.fromEntries([...this.waiting].filter(([other]) => other !== ordinal)) });
  }

  flag(ordinal: number, on: boolean, at: string): void {
    const others = this.#memory.flags.filter((one) => one !== ordinal);
    this.#write({ ...this.#memory, flags: on ? [...others, ordinal] : others, touchedAt: at });
  }

  /** Handed in: nothing of it stays here. */
  forget(): void {
    this.#memory = { ...this.#memory, waiting: {}, flags: [] };
    try {
      this.#store?.removeItem(this.#key);
    } catch { /* Forbidden: then nothing was kept either. */ }
  }

  #read(): Stored | null {
    try {
      return readStored(this.#store?.getItem(this.#key) ?? null);
    } catch {
      return null;
    }
  }

  #write(stored: Stored): void {
    this.#memory = stored;
    try {
      this.#store?.setItem(this.#key, JSON.stringify(stored));
    } catch { /* Full or forbidden: memory has it. */ }
  }
}

/** Throws away papers nobody comes back to. */
export function forgetOldPapers(store: PaperStore, nowMs: number): void {
  const keys = Array.from({ length: store.length }, (_, index) => store.key(index)).filter((key) => key?.startsWith(prefix));
  for (const key of keys) {
    const touched = Date.parse(readStored(store.getItem(key!))?.touchedAt ?? '');
    if (!(touched > nowMs - keptForMs)) store.removeItem(key!);
  }
}

/** The browser's own storage; null where it is forbidden. */
export function deviceStore(): PaperStore | null {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}
