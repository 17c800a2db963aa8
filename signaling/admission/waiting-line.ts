// Who waits to enter, in the order of their turns: by rank, within a rank the lessons in turn, within a lesson as they came.

/** Staff; who has a hand up or is on stage; who was inside a moment ago; everybody else. */
export const ranks = ['staff', 'engaged', 'returning', 'new'] as const;
export type Rank = (typeof ranks)[number];

export class WaitingLine<T extends { lessonId: string }> {
  readonly #ranks = new Map<Rank, Map<string, Set<T>>>(ranks.map((rank) => [rank, new Map<string, Set<T>>()]));
  #size = 0;

  get size(): number { return this.#size; }

  add(one: T, rank: Rank): void {
    const lessons = this.#ranks.get(rank)!;
    const same = lessons.get(one.lessonId);
    if (same) same.add(one);
    else lessons.set(one.lessonId, new Set([one]));
    this.#size++;
  }

  /** True where it was waiting. */
  delete(one: T): boolean {
    for (const lessons of this.#ranks.values()) {
      const same = lessons.get(one.lessonId);
      if (!same?.delete(one)) continue;
      if (same.size === 0) lessons.delete(one.lessonId);
      this.#size--;
      return true;
    }
    return false;
  }

  /** Takes whoever's turn it is; a lesson that had its turn goes behind the others of its rank. */
  next(): T | null {
    for (const lessons of this.#ranks.values()) {
      for (const [lessonId, same] of lessons) {
        const [one] = same;
        lessons.delete(lessonId);
        if (!one) continue;
        same.delete(one);
        if (same.size > 0) lessons.set(lessonId, same);
        this.#size--;
        return one;
      }
    }
    return null;
  }

  /** Everybody who waits with the number of their turn; 1 is next. */
  * positions(): Generator<[T, number]> {
    let before = 0;
    for (const lessons of this.#ranks.values()) {
      const sizes = [...lessons.values()].map((same) => same.size);
      let lesson = 0;
      for (const same of lessons.values()) {
        let round = 0;
        for (const one of same) {
          // In each full round before this one every lesson that still had somebody had a turn; in this one those in front.
          const others = sizes.reduce((sum, size, index) => sum + (index === lesson ? 0 : Math.min(size, index < lesson ? round + 1 : round)), 0);
          yield [one, before + others + ++round];
        }
        lesson++;
      }
      before += sizes.reduce((sum, size) => sum + size, 0);
    }
  }
}
