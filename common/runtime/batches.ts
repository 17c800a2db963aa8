// Many askers, few questions: what is asked at the same time goes in one statement. Nothing is kept, so nobody is told what was true before they asked.
import { AsyncLocalStorage } from 'node:async_hooks';

/** What is done for many is done in nobody's name, not in that of whoever came first. */
export const inNobodysName = AsyncLocalStorage.snapshot();

export interface BatchLimits {
  /** Batches on their way at once, 2 without; what is asked meanwhile goes with the next: fewer at once are larger ones. With 1 the same question is never asked twice at a time. */
  atOnce?: number;
  most?: number;
}
/** What became of one asker. */
export type Outcome<V> = { value: V } | { error: unknown };
interface Asking<K, V> { key: K; resolve: (value: V) => void; reject: (error: unknown) => void }

/**
 * Answers one key at a time through `load`, which answers many in their order. A key is loaded after it was asked for, never by a load that had begun.
 * A load that fails fails for all in it.
 */
export function inBatches<K, V>(load: (keys: K[]) => Promise<readonly V[]>, { atOnce = 2, most = 500 }: BatchLimits = {}): (key: K) => Promise<V> {
  let waiting: Asking<K, V>[] = [];
  let running = 0;
  let planned = false;

  const run = async (batch: Asking<K, V>[]): Promise<void> => {
    try {
      const values = await load(batch.map(({ key }) => key));
      if (values.length !== batch.length) throw new Error(`${values.length} answers to ${batch.length} questions`);
      batch.forEach(({ resolve }, index) => resolve(values[index]!));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };
  const start = (): void => {
    planned = false;
    while (running < atOnce && waiting.length > 0) {
      const batch = waiting.slice(0, most);
      waiting = waiting.slice(most);
      running++;
      void run(batch).finally(() => {
        running--;
        start();
      });
    }
  };
  return (key) => new Promise<V>((resolve, reject) => {
    waiting.push({ key, resolve, reject });
    // After everything that has arrived by now was read: that is one batch.
    if (!planned && running < atOnce) {
      planned = true;
      setImmediate(() => inNobodysName(start));
    }
  });
}

/** As inBatches for keys of which many askers have the same: each is loaded once per batch, whoever asks. */
export function sharedLoads<V>(load: (key: string) => Promise<V>, limits: BatchLimits = { atOnce: 1 }): (key: string) => Promise<V> {
  const ask = inBatches<string, Outcome<V>>(async (keys) => {
    const loads = new Map<string, Promise<Outcome<V>>>();
    for (const key of keys) if (!loads.has(key)) loads.set(key, load(key).then((value) => ({ value }), (error: unknown) => ({ error })));
    return Promise.all(keys.map((key) => loads.get(key)!));
  }, limits);
  return async (key) => valueOf(await ask(key));
}

function valueOf<V>(outcome: Outcome<V>): V {
  if ('error' in outcome) throw outcome.error;
  return outcome.value;
}

/** Those of a batch that may be written in one piece: of several by the same name the first; the others after it, in their order. */
function inRounds<K>(keys: readonly K[], nameOf: (key: K) => string): number[][] {
  const rounds: number[][] = [];
  const turns = new Map<string, number>();
  keys.forEach((key, index) => {
    const turn = turns.get(nameOf(key)) ?? 0;
    turns.set(nameOf(key), turn + 1);
    (rounds[turn] ??= []).push(index);
  });
  return rounds;
}

/** `groupOf`: groups do not wait for each other. `nameOf`: by the same name one after the other, as they came. */
export interface WriteRules<K> { groupOf(key: K): string; nameOf(key: K): string; most?: number }

/**
 * Many writes in one piece: `write` says what became of each, or throws and has written nothing; then everyone is written alone, so that nobody
 * fails for another. One batch of a group at a time: answers come in the order in which things were written.
 */
export function writesTogether<K, V>(write: (keys: K[]) => Promise<readonly Outcome<V>[]>, { groupOf, nameOf, most = 100 }: WriteRules<K>): (key: K) => Promise<V> {
  const groups = new Map<string, { ask: (key: K) => Promise<Outcome<V>>; asking: number }>();
  const writeOrEach = async (keys: K[]): Promise<readonly Outcome<V>[]> => {
    try {
      const outcomes = await write(keys);
      if (outcomes.length !== keys.length) throw new Error(`${outcomes.length} outcomes of ${keys.length} writes`);
      return outcomes;
    } catch (error) {
      if (keys.length === 1) return [{ error }];
      const alone: Outcome<V>[] = [];
      for (const key of keys) alone.push(...await writeOrEach([key]));
      return alone;
    }
  };
  const open = () => inBatches<K, Outcome<V>>(async (keys) => {
    const outcomes: Outcome<V>[] = [];
    for (const round of inRounds(keys, nameOf)) {
      const written = await writeOrEach(round.map((index) => keys[index]!));
      round.forEach((index, turn) => { outcomes[index] = written[turn]!; });
    }
    return outcomes;
  }, { atOnce: 1, most });
  return async (key) => {
    const name = groupOf(key);
    const group = groups.get(name) ?? { ask: open(), asking: 0 };
    groups.set(name, group);
    group.asking++;
    try {
      return valueOf(await group.ask(key));
    } finally {
      if (--group.asking === 0) groups.delete(name);
    }
  };
}
