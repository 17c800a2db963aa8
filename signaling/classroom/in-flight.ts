// Requests of the sockets that are on their way: what was saved must also be told, so a process that stops waits for them before its lines to the others are closed.

export class InFlight {
  readonly #running = new Set<Promise<void>>();

  track(work: Promise<void>): void {
    const watched: Promise<void> = work.finally(() => this.#running.delete(watched));
    this.#running.add(watched);
  }

  /** When all that runs now has ended, or after so long: the database may keep us waiting. */
  async settled(patienceMs: number): Promise<void> {
    const patience = Promise.withResolvers<void>();
    const timer = setTimeout(patience.resolve, patienceMs);
    await Promise.race([Promise.allSettled(this.#running), patience.promise]);
    clearTimeout(timer);
  }
}
