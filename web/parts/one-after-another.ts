// Work that is asked for at any time and never runs twice at once.

/** Runs `work` once for each call, each after the one before. What one throws goes to whoever asked for it; the next runs all the same. */
export function oneAfterAnother(work: () => Promise<void>): () => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return () => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
}
