// What of a lesson counts in another one: who sits in two lessons at once, on two devices or in two cohorts, is credited each instant once, and a film watched meanwhile counts nothing. One read, and more only where somebody did.
import { heldUnits } from '#domain/attendance.ts';
import { countedElsewhere, enteredMs, presentSpans, type Attended } from '#domain/presence/elsewhere.ts';
import type { LearnerFacts } from '#domain/presence/facts.ts';
import { ledgerOf } from '#domain/presence/ledger.ts';
import type { Span } from '#domain/spans.ts';
import type { EntityManager } from '../orm.ts';
import { acrossInstitutionsIn } from '../tenancy.ts';
import { arrayOf } from './lesson-access.ts';
import { observedAmong, type Among } from './observed-facts.ts';
import { taughtOf } from './taught.ts';

interface Pair { lesson_id: string; person_id: string }

/** Other lessons in which one of these people had a seat, or was credited time by a correction, while they had a seat or a correction here: by person, which the indexes know. */
const pairsOf = (em: EntityManager, { lessonIds, personIds }: Among): Promise<Pair[]> => {
  const people = personIds && arrayOf(personIds);
  const among = [arrayOf(lessonIds), people, people];
  const here = 'm.lesson_id = any(?::uuid[]) and (?::uuid[] is null or m.person_id = any(?::uuid[]))';
  const other = 'o.person_id = m.person_id and o.lesson_id <> m.lesson_id';
  return em.execute<Pair[]>(
    `select o.lesson_id, o.person_id from connection m
     join connection o on ${other} and o.role = 'student' and o.connected_at < coalesce(m.left_at, 'infinity') and coalesce(o.left_at, 'infinity') > m.connected_at where ${here} and m.role = 'student'
     union select o.lesson_id, o.person_id from correction m
     join connection o on ${other} and o.role = 'student' and o.connected_at < m.to_at and coalesce(o.left_at, 'infinity') > m.from_at where ${here}
     union select o.lesson_id, o.person_id from connection m join correction o on ${other} and o.from_at < coalesce(m.left_at, 'infinity') and o.to_at > m.connected_at where ${here} and m.role = 'student'
     union select o.lesson_id, o.person_id from correction m join correction o on ${other} and o.from_at < m.to_at and o.to_at > m.from_at where ${here}`, [...among, ...among, ...among, ...among]);
};

type FactsOf = (lessonId: string, personId: string) => LearnerFacts;
const nowhere = (): readonly Span[] => [];

/** By lesson and person: instants that count in a lesson they entered before, of whatever institution (domain/presence/elsewhere.ts). `observed`: the facts of `among`, each lesson by itself. */
export const elsewhereOf = (em: EntityManager, among: Among, observed: FactsOf, nowMs: number): Promise<(lessonId: string, personId: string) => readonly Span[]> =>
  acrossInstitutionsIn(em, () => countedOthers(em, among, observed, nowMs));

async function countedOthers(em: EntityManager, among: Among, observed: FactsOf, nowMs: number): Promise<(lessonId: string, personId: string) => readonly Span[]> {
  const pairs = await pairsOf(em, among);
  if (pairs.length === 0) return nowhere;
  const lessonIds = [...new Set(pairs.map((pair) => pair.lesson_id))];
  const taught = await taughtOf(em, lessonIds);
  const others = await observedAmong(em, { lessonIds, personIds: [...new Set(pairs.map((pair) => pair.person_id))] });
  const attended = Map.groupBy(pairs.flatMap(({ lesson_id: lessonId, person_id: personId }): (Attended & { personId: string })[] => {
    const one = taught.get(lessonId);
    const facts = others(lessonId, personId);
    if (!one) return [];
    const { units } = heldUnits(one.units, one.interruptions, new Date(nowMs));
    return [{ personId, lessonId, enteredMs: enteredMs(facts), present: presentSpans(ledgerOf(facts, units, one.pack, nowMs)) }];
  }), ({ personId }) => personId);
  return (lessonId, personId) => {
    const own = attended.get(personId);
    return own ? countedElsewhere({ lessonId, enteredMs: enteredMs(observed(lessonId, personId)) }, own) : [];
  };
}

export interface Stretch { from: Date; to: Date; leaseMs: number }
/** True where this person had a learner's seat in a lesson that was live within the stretch. A seat nobody has closed lasts as long as its last sign of life vouches. */
export async function satInClass(em: EntityManager, personId: string, { from, to, leaseMs }: Stretch): Promise<boolean> {
  const [row] = await acrossInstitutionsIn(em, () => em.execute<{ sat: boolean }[]>(
    `select exists (select from connection c join lesson_session s on s.lesson_id = c.lesson_id
       where c.person_id = ? and c.role = 'student' and c.connected_at < ? and coalesce(c.left_at, c.last_seen_at + ? * interval '1 millisecond') > ?
         and s.started_at < ? and coalesce(s.ended_at, 'infinity') > ?) as sat`, [personId, to, leaseMs, from, to, from]));
  return row?.sat === true;
}
