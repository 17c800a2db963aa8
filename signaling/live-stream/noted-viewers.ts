// The server's own fact about a learner without a media transport: they were given the broadcast (docs/decisions/022).
import { newId } from '#domain/id.ts';
import type { Deps } from '../deps.ts';

/** As often as a page reports of itself. */
const noteEveryMs = 15_000;
/** Whoever was noted longer ago is forgotten: noted anew with the next segment. */
const forgetAbove = 20_000;

export class NotedViewers {
  readonly #deps: Deps;
  readonly #notedMs = new Map<string, number>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Put down for the seat the person holds; without a seat nothing is. A fact that cannot be written does not keep the segment back. */
  given(lessonId: string, personId: string, behindSeconds: number): void {
    const { orm, log, now } = this.#deps;
    const at = now();
    const key = `${lessonId} ${personId}`;
    if (at.getTime() - (this.#notedMs.get(key) ?? -Infinity) < noteEveryMs) return;
    if (this.#notedMs.size >= forgetAbove) this.#notedMs.clear();
    this.#notedMs.set(key, at.getTime());
    orm.em.fork().execute(
      `insert into observation (id, institution_id, lesson_id, connection_id, person_id, type, at, value)
       select ?, c.institution_id, c.lesson_id, c.id, c.person_id, 'broadcast', ?, ? from connection c where c.lesson_id = ? and c.person_id = ? and c.left_at is null`,
      [newId(at.getTime()), at, behindSeconds, lessonId, personId],
    ).catch((error: unknown) => {
      this.#notedMs.delete(key);
      log.error({ err: error, lessonId, personId }, 'a broadcast given could not be put down');
    });
  }
}
