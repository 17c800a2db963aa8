// Raising signals and reading them. The same thing seen again is the same row; what follows from it is for a person to say.
import { newId } from '#domain/id.ts';
import type { SeenSignal, SignalFacts, SignalKind, SignalStatus } from '#domain/signals.ts';
import { appendEvent, type Actor, type EntityManager } from '../orm.ts';

export interface NewSignal {
  institutionId: string | null; personId: string; kind: SignalKind;
  /** 0..1 */
  strength: number;
  lessonId: string | null; checkId: string | null; otherPersonIds: string[];
  /** Codes and figures only: they are appended to the event log. */
  facts: SignalFacts;
  at: Date;
}

const aboutOf = ({ lessonId, checkId, otherPersonIds }: NewSignal): string =>
  [checkId ? `check:${checkId}` : `lesson:${lessonId ?? '-'}`, ...otherPersonIds.toSorted()].join('/');

/**
 * Idempotent per kind, person and check (without one: lesson) and other persons: told again of the same moment it changes nothing, of a later one it is
 * counted and waits for a look again. The strongest telling's facts stay. An event is appended when it is new or counted.
 */
export async function raiseSignal(em: EntityManager, actor: Actor, signal: NewSignal): Promise<void> {
  const { institutionId, personId, kind, lessonId, checkId, facts, at } = signal;
  const strength = Math.min(1, Math.max(0, signal.strength));
  const others = signal.otherPersonIds.toSorted();
  const [row] = await em.execute<{ id: string; count: number }[]>(
    `insert into signal as s (id, institution_id, person_id, kind, strength, lesson_id, check_id, other_person_ids, facts, about, first_seen_at, last_seen_at)
     values (?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?::jsonb, ?, ?, ?)
     on conflict (person_id, kind, about) do update set count = s.count + 1, status = 'open', last_seen_at = excluded.last_seen_at,
       facts = case when excluded.strength >= s.strength then excluded.facts else s.facts end, strength = greatest(s.strength, excluded.strength)
       where excluded.last_seen_at > s.last_seen_at
     returning id, count`,
    [newId(at.getTime()), institutionId, personId, kind, strength, lessonId, checkId, JSON.stringify(others), JSON.stringify(facts), aboutOf(signal), at, at]);
  if (!row) return;
  await appendEvent(em, actor, lessonId ? `lesson:${lessonId}` : `person:${personId}`, 'signal:raised', at, {
    signalId: row.id, kind, personId, strength, checkId, otherPersonIds: others, count: row.count, facts,
  });
}

export interface SignalRow {
  id: string; kind: SignalKind; strength: number; person_id: string; lesson_id: string | null; check_id: string | null; other_person_ids: string[]; facts: SignalFacts;
  first_seen_at: string; last_seen_at: string; count: number; status: SignalStatus;
}

/** A row of `signal` as the ranking wants it. */
export const seenSignal = (row: SignalRow): SeenSignal & { status: SignalStatus } => ({
  signalId: row.id, kind: row.kind, strength: row.strength, personId: row.person_id, lessonId: row.lesson_id, checkId: row.check_id, otherPersonIds: row.other_person_ids,
  facts: row.facts, firstSeenMs: new Date(row.first_seen_at).getTime(), lastSeenMs: new Date(row.last_seen_at).getTime(), count: row.count, status: row.status,
});

/** SQL for the columns of `seenSignal`, of a table called `s`. */
export const signalColumns =
  's.id, s.kind, s.strength, s.person_id, s.lesson_id, s.check_id, s.other_person_ids, s.facts, s.first_seen_at, s.last_seen_at, s.count, s.status';

/** SQL: of a learner's signals `s` those of one lesson (twice `?`), with those that belong to no lesson (a face enrolled twice); what another institution saw is not this one's. */
export const signalsInLessonSql = `(s.lesson_id = ? or (s.lesson_id is null and (s.institution_id is null or s.institution_id = (select l.institution_id from lesson l where l.id = ?))))`;

/** Of one learner in one lesson. */
export async function signalsOfLearner(em: EntityManager, lessonId: string, personId: string): Promise<(SeenSignal & { status: SignalStatus })[]> {
  const rows = await em.execute<SignalRow[]>(`select ${signalColumns} from signal s where s.person_id = ? and ${signalsInLessonSql}`, [personId, lessonId, lessonId]);
  return rows.map(seenSignal);
}
