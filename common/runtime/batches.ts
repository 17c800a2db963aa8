// Many askers, few questions: what is asked at the same time goes in one statement. Nothing is kept, so nobody is told what was true before they asked.

export interface BatchLimits {
  /** Batches on their way at once; what is asked meanwhile goes with the next. With 1 the same question is never asked twice at a time. */
  atOnce?: number;
  most?: number;
}
interface Asking<K, V> { key: K; resolve: (value: V) => void; reject: (error: unknown) => void }

/**
 * Answers one key at a time through `load`, which answers many in their order. A key is loaded after it was asked for, never by a load that had begun.
 * A load that fails fails for all in it.
 */
export function inBatches<K, V>(load: (keys: K[]) => Promise<readonly V[]>, { atOnce = 4, most = 500 }: BatchLimits = {}): (key: K) => Promise<V> {
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
      setImmediate(start);
    }
  });
}

/** As inBatches for keys of which many askers have the same: each is loaded once per batch, whoever asks. */
export function sharedLoads<V>(load: (key: string) => Promise<V>, limits: BatchLimits = { atOnce: 1 }): (key: string) => Promise<V> {
  type Outcome = { value: V } | { error: unknown };
  const ask = inBatches<string, Outcome>(async (keys) => {
    const loads = new Map<string, Promise<Outcome>>();
    for (const key of keys) if (!loads.has(key)) loads.set(key, load(key).then((value) => ({ value }), (error: unknown) => ({ error })));
    return Promise.all(keys.map((key) => loads.get(key)!));
  }, limits);
  return async (key) => {
    const outcome = await ask(key);
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  };
}
