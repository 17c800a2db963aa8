// The rows of the ledger, made anew from facts: of one lesson by the report's own functions, and the sums of a learner in a cohort (R23, R24, R114). Run twice, they say the same.
import { packName } from '#domain/rules/rule-pack.ts';
import { unitOfWork, type EntityManager, type Orm } from '../orm.ts';
import { lockSums, refreshLearners } from './ledger-sums.ts';
import { arrayOf } from './lesson-access.ts';
import { factsInBatches } from './presence-facts.ts';
import { figuresOf, lessonFacts, type LearnerFigures, type LessonFacts } from './report.ts';

/** One unit of a learner in a lesson; ms. `heldMs` without what is excused. */
export interface LedgerUnit { unitId: string; ordinal: number; startedAt: string; heldMs: number; liveMs: number; madeUpMs: number }

interface Due { id: string; institution_id: string; person_id: string | null }
const dueOf = (em: EntityManager, lessonId: string): Promise<Due[]> =>
  em.execute<Due[]>('select id, institution_id, person_id from ledger_due where lesson_id = ? and due_at <= now() order by id limit 20000', [lessonId]);

function unitsOf({ ledger, makeUp }: LearnerFigures, ordinals: Map<string, { ordinal: number; startedAt: Date }>): LedgerUnit[] {
  return ledger.units.map(({ unitId, heldMs, creditedMs }) => {
    const own = makeUp.find((one) => one.unitId === unitId);
    const { ordinal, startedAt } = ordinals.get(unitId)!;
    return { unitId, ordinal, startedAt: startedAt.toISOString(), heldMs: heldMs - (own?.excusedMs ?? 0), liveMs: creditedMs, madeUpMs: own?.madeUpMs ?? 0 };
  });
}

interface Kept { orm: Orm; lessonId: string; institutionId: string; now: Date }

/** Replaces the rows of these people: who does not learn in the lesson any more has none afterwards. */
async function keep({ orm, lessonId, institutionId, now }: Kept, known: LessonFacts, personIds: readonly string[], rows: readonly object[]): Promise<void> {
  await unitOfWork(orm, { personId: null, institutionId }, async (em) => {
    await lockSums(em, known.head.cohort_id);
    await em.execute('delete from ledger_row where lesson_id = ? and person_id = any(?::uuid[])', [lessonId, arrayOf(personIds)]);
    await em.execute(
      `insert into ledger_row (lesson_id, person_id, institution_id, cohort_id, held_ms, live_ms, made_up_ms, corrected_ms, taken_back_ms, units, joined_at, left_at, asked, answered, correct,
         checks_asked, matched, failed, missed, pending, unsettled, rule_pack, reckoned_at, offline_ms)
       select ?::uuid, r.person_id, ?::uuid, ?::uuid, r.held_ms, r.live_ms, r.made_up_ms, r.corrected_ms, r.taken_back_ms, r.units, r.joined_at, r.left_at, r.asked, r.answered, r.correct,
         r.checks_asked, r.matched, r.failed, r.missed, r.pending,
         r.pending + (select count(*)::int from appeal a where a.lesson_id = ?::uuid and a.person_id = r.person_id and a.decided_at is null), ?, ?::timestamptz, case when ?::boolean then r.live_ms else 0 end
       from jsonb_to_recordset(?::jsonb) as r(person_id uuid, held_ms float8, live_ms float8, made_up_ms float8, corrected_ms float8, taken_back_ms float8, units jsonb, joined_at timestamptz, left_at timestamptz, asked int, answered int, correct int,
         checks_asked int, matched int, failed int, missed int, pending int)`,
      [lessonId, institutionId, known.head.cohort_id, lessonId, packName(known.facts.pack), now, known.head.kind === 'offline', JSON.stringify(rows)]);
    await refreshLearners(em, known.head.cohort_id, personIds, now);
  });
}

async function reckonPeople(kept: Kept, known: LessonFacts, wanted: ReadonlySet<string> | null): Promise<void> {
  const em = kept.orm.em.fork();
  const ordinals = new Map((await em.execute<{ id: string; ordinal: number; started_at: string }[]>('select id, ordinal, started_at from unit where lesson_id = ? and started_at is not null', [kept.lessonId]))
    .map(({ id, ordinal, started_at: at }) => [id, { ordinal, startedAt: new Date(at) }]));
  const held = known.taught.startedAt !== null && (known.head.status === 'live' || known.head.status === 'ended');
  const learners = new Set(held ? known.learners.map((one) => one.person_id) : []);
  const had = await em.execute<{ person_id: string }[]>('select person_id from ledger_row where lesson_id = ?', [kept.lessonId]);
  const gone = had.map((one) => one.person_id).filter((one) => !learners.has(one) && (wanted === null || wanted.has(one)));
  if (gone.length > 0) await keep(kept, known, gone, []);
  const people = [...learners].filter((one) => wanted === null || wanted.has(one));
  for await (const batch of factsInBatches(em, kept.lessonId, people, known.facts.now.getTime())) {
    await keep(kept, known, batch.personIds, batch.personIds.map((personId) => {
      const figures = figuresOf(personId, batch.facts(personId), known.facts);
      const { sums: { heldMs, liveMs, madeUpMs }, corrected: { correctedMs, takenBackMs }, answers, checks } = figures;
      return {
        person_id: personId, held_ms: heldMs, live_ms: liveMs, made_up_ms: madeUpMs, corrected_ms: correctedMs, taken_back_ms: takenBackMs, units: unitsOf(figures, ordinals), joined_at: figures.joinedAt, left_at: figures.leftAt,
        asked: answers.asked, answered: answers.answered, correct: answers.correct,
        checks_asked: checks.asked, matched: checks.matched, failed: checks.failed, missed: checks.missed, pending: checks.pending,
      };
    }));
  }
}

/**
 * Reckons what is due of a lesson, or (`all`) all of it; answers how many learners were due (null: everybody), null where nothing was. What comes while it reads stays due: only
 * what was due before the facts were read is taken off, after the rows are there.
 */
export async function reckonLedger(orm: Orm, lessonId: string, now: Date, { all = false }: { all?: boolean } = {}): Promise<{ people: number | null } | null> {
  const em = orm.em.fork();
  const [lesson] = await em.execute<{ institution_id: string }[]>('select institution_id from lesson where id = ?', [lessonId]);
  const due = await dueOf(em, lessonId);
  if (!lesson || (due.length === 0 && !all)) return null;
  const began = performance.now();
  const kept: Kept = { orm, lessonId, institutionId: lesson.institution_id, now };
  const wanted = all || due.some((one) => one.person_id === null) ? null : new Set(due.map((one) => one.person_id!));
  const [last] = await em.execute<{ id: string }[]>('select id from event where stream = ? order by id desc limit 1', [`lesson:${lessonId}`]);
  await reckonPeople(kept, await lessonFacts(orm.em.fork(), lessonId, now), wanted);
  await unitOfWork(orm, { personId: null, institutionId: lesson.institution_id }, async (work) => {
    await work.execute('delete from ledger_due where id = any(?::bigint[])', [arrayOf(due.map(({ id }) => id))]);
    await work.execute(
      `insert into ledger_lesson (lesson_id, institution_id, reckoned_at, took_ms, last_event, learners, credited_ms, checks_asked, checks_failed, checks_missed)
       select ?::uuid, ?::uuid, now(), ?, ?, count(*), coalesce(sum(live_ms + made_up_ms), 0), coalesce(sum(checks_asked), 0), coalesce(sum(failed), 0), coalesce(sum(missed), 0) from ledger_row where lesson_id = ?
       on conflict (lesson_id) do update set reckoned_at = excluded.reckoned_at, took_ms = case when ? then excluded.took_ms else ledger_lesson.took_ms end, last_event = excluded.last_event,
         learners = excluded.learners, credited_ms = excluded.credited_ms, checks_asked = excluded.checks_asked, checks_failed = excluded.checks_failed, checks_missed = excluded.checks_missed`,
      [lessonId, lesson.institution_id, Math.round(performance.now() - began), last?.id ?? null, lessonId, wanted === null]);
  });
  return { people: wanted?.size ?? null };
}
