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

/** What of a person in a lesson may be credited: seats, corrections, and being at the place by a sheet. */
const stretches = [
  { from: "connection k where k.role = 'student' and", begins: 'k.connected_at', ends: "coalesce(k.left_at, 'infinity')" },
  { from: 'correction k where', begins: 'k.from_at', ends: 'k.to_at' },
  { from: 'offline_presence k where', begins: 'k.from_at', ends: 'k.to_at' },
] as const;

/** Other lessons of one of these people that had such a stretch while there was one here: by person, which the indexes know. */
const pairsOf = (em: EntityManager, { lessonIds, personIds }: Among): Promise<Pair[]> => {
  const people = personIds && arrayOf(personIds);
  const here = stretches.map(({ from, begins, ends }) => `select k.lesson_id, k.person_id, ${begins} as begins, ${ends} as ends from ${from} k.lesson_id = any(?::uuid[]) and (?::uuid[] is null or k.person_id = any(?::uuid[]))`);
  const there = stretches.map(({ from, begins, ends }) => `select k.lesson_id from ${from} k.person_id = m.person_id and ${begins} < m.ends and ${ends} > m.begins`);
  return em.execute<Pair[]>(
    `with m as materialized (${here.join(' union all ')}) select distinct o.lesson_id, m.person_id from m cross join lateral (${there.join(' union all ')}) o where o.lesson_id <> m.lesson_id`,
    stretches.flatMap(() => [arrayOf(lessonIds), people, people]));
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
