// Whether the time of learners counts now: for as many as ask in the same moment, by five reads.
import { idFloor } from '#domain/id.ts';
import { creditNow, type CreditNow } from '#domain/presence/credit-now.ts';
import type { LearnerFacts, ObservedFact } from '#domain/presence/facts.ts';
import type { EntityManager } from '../orm.ts';
import { factsAmong } from './presence-facts.ts';
import type { Taught } from './taught.ts';

/** What a process knows and has not written yet. `alive`: seats held by its own sockets. */
export interface Unwritten { observed: ReadonlyMap<string, readonly ObservedFact[]>; alive: (connectionId: string) => boolean }
export const nothingUnwritten: Unwritten = { observed: new Map(), alive: () => false };
/** A sign of life comes every two seconds and is written within five more: a seat nobody has closed and that was seen within this time is there. */
const rowsLateMs = 15_000;

function joined(facts: LearnerFacts, personId: string, { observed, alive }: Unwritten, nowMs: number): LearnerFacts {
  const more = observed.get(personId);
  return {
    ...facts, seats: facts.seats.map((seat) => (alive(seat.connectionId) || (seat.leftMs === null && nowMs - seat.lastSeenMs < rowsLateMs) ? { ...seat, lastSeenMs: Math.max(seat.lastSeenMs, nowMs) } : seat)),
    observed: more ? [...facts.observed, ...more] : facts.observed,
  };
}

/** By person. What was observed twice, in rows and here, counts once. */
export async function creditsOf(em: EntityManager, taught: Taught, personIds: readonly string[], nowMs: number, unwritten: Unwritten = nothingUnwritten): Promise<Map<string, CreditNow>> {
  const facts = await factsAmong(em, { lessonIds: [taught.lessonId], personIds, nowMs });
  return new Map(personIds.map((personId) => [personId, creditNow(joined(facts(taught.lessonId, personId), personId, unwritten, nowMs), taught, taught.pack, nowMs)]));
}

/** Observations are written up to some seconds after they were made. */
const writtenLateMs = 15_000;

/**
 * Learners of whom since then was written what ends `no_media` or `not_signed_in`, by whatever process: the broadcast given to them, a check answered, looked at or settled.
 * Some come twice. Ids of observations tell their time, so that only the newest are looked at.
 */
export async function newlyWritten(em: EntityManager, lessonId: string, sinceMs: number): Promise<Set<string>> {
  const since = new Date(sinceMs - writtenLateMs);
  const rows = await em.execute<{ person_id: string }[]>(
    `select person_id from observation where id > ?::uuid and lesson_id = ? and type = 'broadcast'
     union select person_id from face_check where lesson_id = ? and (answered_at > ? or looked_at > ? or settled_at > ?)`,
    [idFloor(since.getTime()), lessonId, lessonId, since, since, since]);
  return new Set(rows.map((row) => row.person_id));
}
