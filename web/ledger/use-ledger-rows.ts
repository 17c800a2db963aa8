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

export function useLedgerRows(view: Ref<LedgerView>) {
  const blocks = shallowRef<ReadonlyMap<number, readonly LedgerRow[]>>(new Map());
  const counts = shallowRef<LedgerCounts | null>(null);
  const error = shallowRef<RestError | null>(null);
  const waiting = ref(true);
  let turn = 0;
  let sight: [number, number] = [0, 0];
  const asked = new Set<number>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** From the top, with other filters or another order; or (`quietly`) what is in sight once more. */
  async function load(quietly = false): Promise<void> {
    const mine = ++turn;
    const wanted = quietly ? blocksOf(sight) : [0];
    if (!quietly) waiting.value = true;
    try {
      const [figures, ...rows] = await Promise.all([rest('GET /api/ledger/counts', { query: narrowingOf(view.value) }), ...wanted.map((block) => piece(view.value, block))]);
      if (mine !== turn) return;
      asked.clear();
      blocks.value = new Map(wanted.map((block, index) => [block, rows[index]!]));
      for (const block of wanted) asked.add(block);
      [counts.value, error.value, waiting.value] = [figures, null, false];
    } catch (failure) {
      const told = failed(failure);
      if (mine !== turn) return;
      waiting.value = false;
      if (!quietly) error.value = told;
    }
  }

  async function fill(block: number, mine: number): Promise<void> {
    asked.add(block);
    try {
      const rows = await piece(view.value, block);
      if (mine === turn) blocks.value = new Map([...blocks.value, [block, rows]]);
    } catch (failure) {
      failed(failure);
      // Asked again when it comes in sight again, or with the next refresh.
      if (mine === turn) asked.delete(block);
    }
  }

  /** These rows are in sight. */
  function show(rows: [number, number]): void {
    sight = rows;
    clearTimeout(timer);
    timer = setTimeout(() => { for (const block of blocksOf(sight)) if (!asked.has(block)) void fill(block, turn); }, restMs);
  }
  const rowAt = (index: number): LedgerRow | undefined => blocks.value.get(Math.floor(index / blockRows))?.[index % blockRows];

  const refresh = setInterval(() => { if (!document.hidden && !waiting.value && !error.value) void load(true); }, refreshMs);
  onScopeDispose(() => {
    turn++;
    clearTimeout(timer);
    clearInterval(refresh);
  });
  return { counts, error, waiting, load, show, rowAt };
}
