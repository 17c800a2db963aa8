// What was seen of people, kept in memory for a moment and written in batches: one statement for all seats of the process.
import { newId } from '#domain/id.ts';
import { lastSeenEveryMs } from '#domain/seat.ts';
import type { ObservationType } from '#db/entities/lesson.ts';
import type { Orm } from '#db/orm.ts';
import { heldSeatsSql } from '#db/queries/held-seats.ts';
import { countingObservations, type CountingObservation } from '#domain/presence/facts.ts';
import type { Logger } from '#runtime/log.ts';
import type { ClassroomSocket, PresenceSink, Seat, UnwrittenFact } from '../classroom/context.ts';

interface Observed { id: string; institution_id: string; lesson_id: string; connection_id: string; person_id: string; type: ObservationType; at: Date; value: number | null }
/** What a long absence of the database left over is written in pieces: one statement has its limits. */
const seatsAtOnce = 2_000;
const observedAtOnce = 5_000;
/** `noticed`: told of everything observed, at once. */
interface Sources { orm: Orm; log: Logger; now: () => Date; noticed?: (seat: Seat, type: ObservationType) => void }

const counts = (type: ObservationType): type is CountingObservation => (countingObservations as readonly ObservationType[]).includes(type);

export class PresenceLog implements PresenceSink {
  readonly #sources: Sources;
  readonly #seen = new Map<string, Date>();
  readonly #timer: NodeJS.Timeout;
  #observed: Observed[] = [];
  #writing: Promise<void> = Promise.resolve();

  private constructor(sources: Sources) {
    this.#sources = sources;
    this.#timer = setInterval(() => void this.flush(), lastSeenEveryMs);
  }

  static async create(sources: Sources): Promise<PresenceLog> {
    return new PresenceLog(sources);
  }

  /** Any packet of the socket, heartbeats too, is a sign of life of the seat it holds then. */
  watch(socket: ClassroomSocket): void {
    socket.conn.on('packet', () => {
      const seat = socket.data.seat;
      if (!seat) return;
      seat.seenAt = this.#sources.now();
      this.#seen.set(seat.connectionId, seat.seenAt);
    });
  }

  /** Of whoever only looks nothing is put down. */
  observe(seat: Seat, type: ObservationType, value: number | null): void {
    if (seat.role === 'observer') return;
    const at = this.#sources.now();
    this.#observed.push({
      id: newId(at.getTime()), institution_id: seat.institutionId, lesson_id: seat.lessonId, connection_id: seat.connectionId,
      person_id: seat.personId, type, at, value,
    });
    this.#sources.noticed?.(seat, type);
  }

  unwritten(lessonId: string, personIds: ReadonlySet<string>): UnwrittenFact[] {
    return this.#observed.flatMap(({ lesson_id, person_id: personId, connection_id: connectionId, type, at }) =>
      (lesson_id === lessonId && personIds.has(personId) && counts(type) ? [{ personId, connectionId, type, atMs: at.getTime() }] : []));
  }

  /** Writes what there is; what cannot be written now is kept for the next time. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write()).catch((error: unknown) => {
      this.#sources.log.error({ err: error }, 'presence could not be written');
    });
    return this.#writing;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  async #write(): Promise<void> {
    const seen = [...this.#seen];
    for (let from = 0; from < seen.length; from += seatsAtOnce) await this.#writeSeen(seen.slice(from, from + seatsAtOnce));
    while (this.#observed.length > 0) await this.#writeObserved(this.#observed.slice(0, observedAtOnce));
  }

  async #writeSeen(seen: [string, Date][]): Promise<void> {
    await this.#sources.orm.em.fork().execute(
      `with v as (select * from jsonb_to_recordset(?::jsonb) as v(id uuid, at timestamptz)), held as materialized (${heldSeatsSql('id in (select id from v)')})
       update connection c set last_seen_at = greatest(c.last_seen_at, v.at) from v join held using (id) where c.id = v.id`,
      [JSON.stringify(seen.map(([id, at]) => ({ id, at })))]);
    for (const [id, at] of seen) if (this.#seen.get(id) === at) this.#seen.delete(id);
  }

  /** They stay at the head of what was observed until they are written. */
  async #writeObserved(observed: Observed[]): Promise<void> {
    await this.#sources.orm.em.fork().execute(
      `insert into observation (id, institution_id, lesson_id, connection_id, person_id, type, at, value)
       select id, institution_id, lesson_id, connection_id, person_id, type, at, value from jsonb_to_recordset(?::jsonb)
       as v(id uuid, institution_id uuid, lesson_id uuid, connection_id uuid, person_id uuid, type text, at timestamptz, value double precision)
       on conflict (id) do nothing`, [JSON.stringify(observed)]);
    this.#observed = this.#observed.slice(observed.length);
  }
}
