// What is reckoned of a whole class from its facts, and kept as long as they stand: of a large class it takes seconds, and afterwards hardly anything changes.
import { afterClass, type HeldStretch, type LearnerSum, type Reckoned, type StripSpan } from '#domain/after-class.ts';
import type { Held } from '#domain/attendance.ts';
import { ledgerOf } from '#domain/presence/ledger.ts';
import type { EntityManager } from '#db/orm.ts';
import { countedAnswersOf } from '#db/queries/counted-answers.ts';
import { factsInBatches } from '#db/queries/presence-facts.ts';
import { checksOf, learnersOf } from '#db/queries/report.ts';
import type { Taught } from '#db/queries/taught.ts';

export interface CrowdLearner extends LearnerSum { name: string; login: string }
export type Crowd = Reckoned<CrowdLearner>;
/** A lesson that is over, and what was held of it. */
export interface Over { taught: Taught; cohortId: string; held: Held; stretches: HeldStretch[]; fromMs: number; toMs: number }

/** What was held, stretch by stretch. */
export function stretchesOf({ units }: Taught, held: Held): HeldStretch[] {
  const ordinals = new Map(units.map(({ id, ordinal }) => [id, ordinal]));
  return held.units.flatMap(({ unitId, spans }) => spans.map(({ fromMs, toMs }) => ({ ordinal: ordinals.get(unitId)!, fromMs, toMs })));
}

async function readCrowd(em: EntityManager, { taught, cohortId, held, stretches, fromMs, toMs }: Over, now: Date): Promise<Crowd> {
  const { lessonId, pack } = taught;
  const people = await learnersOf(em, cohortId, new Date(fromMs), new Date(toMs));
  const answers = await countedAnswersOf(em, lessonId, now, pack.replay.answers);
  const checks = new Map((await checksOf(em, lessonId)).map((row) => [row.person_id, row]));
  const known = new Map(people.map((one) => [one.person_id, one]));
  const learners: { sum: CrowdLearner; strip: StripSpan[] }[] = [];
  for await (const batch of factsInBatches(em, lessonId, [...known.keys()])) {
    for (const personId of batch.personIds) {
      const facts = batch.facts(personId);
      const { spans, heldMs, creditedMs } = ledgerOf(facts, held.units, pack, now.getTime());
      const { name, login } = known.get(personId)!;
      const [answered, checked] = [answers.get(personId), checks.get(personId)];
      const sum = { personId, name, login: login ?? '', came: facts.seats.length > 0, heldMs, creditedMs, asked: answered?.asked ?? 0, correct: answered?.correct ?? 0 };
      learners.push({ sum: { ...sum, troubled: (checked?.failed ?? 0) + (checked?.missed ?? 0) }, strip: spans });
    }
  }
  return afterClass({ held: stretches, learners, limits: pack.attendance });
}

/** Facts come in for some seconds after the end. */
const settledAfterMs = 60_000;
/** Names are not among the facts. */
const keptForMs = 600_000;
const mostKept = 16;

/** Every fact that counts is an event of its lesson, written in the same transaction. */
async function stateOf(em: EntityManager, lessonId: string): Promise<string> {
  const stream = `lesson:${lessonId}`;
  const [row] = await em.execute<{ events: number; last: string | null }[]>(
    'select count(*)::int as events, (select id from event where stream = ? order by id desc limit 1) as last from event where stream = ?', [stream, stream]);
  return `${row?.events} ${row?.last}`;
}

export type Crowds = (em: EntityManager, over: Over, now: Date) => Promise<Crowd>;
/** Who asks for the same class at the same time waits for the same answer. */
export function keepCrowds(): Crowds {
  const kept = new Map<string, { state: string; atMs: number; crowd: Promise<Crowd> }>();
  return async (em, over, now) => {
    const { lessonId } = over.taught;
    const state = await stateOf(em, lessonId);
    const nowMs = now.getTime();
    const known = kept.get(lessonId);
    if (known?.state === state && nowMs - known.atMs < keptForMs) return known.crowd;
    const crowd = readCrowd(em, over, now);
    if (nowMs - over.toMs < settledAfterMs) return crowd;
    kept.delete(lessonId);
    kept.set(lessonId, { state, atMs: nowMs, crowd });
    crowd.catch(() => kept.delete(lessonId));
    for (const oldest of kept.keys()) if (kept.size > mostKept) kept.delete(oldest);
    return crowd;
  };
}

