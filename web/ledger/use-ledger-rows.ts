// Rows of a long ledger, fetched piece by piece as they come in sight; what was there stays until the new is there, so that nothing jumps.
import { onScopeDispose, ref, shallowRef, type Ref } from 'vue';
import type { LedgerCounts, LedgerRow } from '#contracts/ledger.ts';
import { rest, RestError } from '../rest.ts';
import { blockRows, blocksOf, narrowingOf, orderingOf, type LedgerView } from './ledger-view.ts';

const refreshMs = 20_000;
/** A list that is thrown along asks for where it comes to rest. */
const restMs = 70;

const piece = async (view: LedgerView, block: number): Promise<LedgerRow[]> =>
  (await rest('GET /api/ledger', { query: { ...narrowingOf(view), ...orderingOf(view), offset: String(block * blockRows), limit: String(blockRows) } })).rows;

/** Anything but a failed call goes on as it came. */
function failed(failure: unknown): RestError {
  if (!(failure instanceof RestError)) throw failure;
  return failure;
}

/** Its life is that of the page; `close` ends what it waits for. */
class LedgerRows {
  readonly blocks = shallowRef<ReadonlyMap<number, readonly LedgerRow[]>>(new Map());
  readonly counts = shallowRef<LedgerCounts | null>(null);
  readonly error = shallowRef<RestError | null>(null);
  readonly waiting = ref(true);
  readonly #view: Ref<LedgerView>;
  readonly #refresh: ReturnType<typeof setInterval>;
  readonly #asked = new Set<number>();
  #turn = 0;
  #sight: [number, number] = [0, 0];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(view: Ref<LedgerView>) {
    this.#view = view;
    this.#refresh = setInterval(() => { if (!document.hidden && !this.waiting.value && !this.error.value) void this.load(true); }, refreshMs);
  }

  /** From the top, with other filters or another order; or (`quietly`) what is in sight once more. */
  async load(quietly = false): Promise<void> {
    const mine = ++this.#turn;
    const view = this.#view.value;
    const wanted = quietly ? blocksOf(this.#sight) : [0];
    if (!quietly) this.waiting.value = true;
    try {
      const [figures, ...rows] = await Promise.all([rest('GET /api/ledger/counts', { query: narrowingOf(view) }), ...wanted.map((block) => piece(view, block))]);
      if (mine !== this.#turn) return;
      this.#asked.clear();
      for (const block of wanted) this.#asked.add(block);
      this.blocks.value = new Map(wanted.map((block, index) => [block, rows[index]!]));
      [this.counts.value, this.error.value, this.waiting.value] = [figures, null, false];
    } catch (failure) {
      const told = failed(failure);
      if (mine !== this.#turn) return;
      // What was under way was dropped.
      this.#asked.clear();
      for (const block of this.blocks.value.keys()) this.#asked.add(block);
      this.waiting.value = false;
      if (!quietly) this.error.value = told;
    }
    // What came in sight meanwhile.
    this.show(this.#sight);
  }

  async #fill(block: number): Promise<void> {
    const mine = this.#turn;
    this.#asked.add(block);
    try {
      const rows = await piece(this.#view.value, block);
      if (mine === this.#turn) this.blocks.value = new Map([...this.blocks.value, [block, rows]]);
    } catch (failure) {
      failed(failure);
      // Asked again when it comes in sight again, or with the next refresh.
      if (mine === this.#turn) this.#asked.delete(block);
    }
  }

  /** These rows are in sight. */
  show(rows: [number, number]): void {
    this.#sight = rows;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => { for (const block of blocksOf(this.#sight)) if (!this.#asked.has(block)) void this.#fill(block); }, restMs);
  }

  rowAt(index: number): LedgerRow | undefined {
    return this.blocks.value.get(Math.floor(index / blockRows))?.[index % blockRows];
  }

  close(): void {
    this.#turn++;
    clearTimeout(this.#timer);
    clearInterval(this.#refresh);
  }
}

export function useLedgerRows(view: Ref<LedgerView>) {
  const rows = new LedgerRows(view);
  onScopeDispose(() => rows.close());
  const { counts, error, waiting } = rows;
  return {
    counts, error, waiting, load: (): Promise<void> => rows.load(), show: (sight: [number, number]): void => rows.show(sight), rowAt: (index: number): LedgerRow | undefined => rows.rowAt(index),
  };
}
