// The report of a lesson: a pure function of rows, read in fifteen queries and six more for each 500 learners. Run twice, it says the same.
import type { LessonReport, ReportRow } from '#contracts/report.ts';
import { heldUnits, isLow, minutesOf, share, toBeHeldAgain, type Held, type ShortUnit } from '#domain/attendance.ts';
import { awaitsPerson, passed, type CheckWay, type Verdict } from '#domain/check.ts';
import { DomainError } from '#domain/errors.ts';
import { plannedEndMs, type LessonStatus } from '#domain/lesson.ts';
import { enteredMs } from '#domain/presence/elsewhere.ts';
import type { LessonKind } from '#domain/lesson-kind.ts';
import type { LearnerFacts } from '#domain/presence/facts.ts';
import { correctedOf, type Corrected } from '#domain/presence/corrections.ts';
import { ledgerOf, type Ledger } from '#domain/presence/ledger.ts';
import { together, type Together, type UnitMakeUp } from '#domain/presence/make-up.ts';
import { countedVerdict, type ReviewOutcome } from '#domain/review.ts';
import { packName, type RulePack } from '#domain/rules/rule-pack.ts';
import { Interruption, LessonSession, Unit } from '../entities/lesson.ts';
import type { EntityManager } from '../orm.ts';
import { checkWaySql } from './checks.ts';
import { countedAnswersOf, type CountedAnswers } from './counted-answers.ts';
import { lastAttemptSql, lastOutcomeSql } from './decisions.ts';
import { lessonMakeUp } from './make-up.ts';
import { factsInBatches } from './presence-facts.ts';
import { packOfLesson } from './rule-packs.ts';

interface Head {
  title: string; course_title: string; cohort_title: string; institution_name: string; cohort_id: string; status: LessonStatus;
  starts_at: string; planned_minutes: number; kind: LessonKind; closes_at: string | null;
}
interface Learner { person_id: string; name: string; login: string | null; way: CheckWay }
interface Checks { person_id: string; asked: number; matched: number; failed: number; missed: number; pending: number }
interface Watched { person_id: string; credited_ms: number }

async function headOf(em: EntityManager, lessonId: string): Promise<Head> {
  const [head] = await em.execute<Head[]>(
    `select l.title, k.title as course_title, c.title as cohort_title, i.name as institution_name, l.cohort_id, l.status, l.starts_at, l.planned_minutes, l.kind, l.closes_at
     from lesson l join cohort c on c.id = l.cohort_id join course k on k.id = c.course_id join institution i on i.id = l.institution_id
     where l.id = ?`, [lessonId]);
  if (!head) throw new DomainError('not_found', 'no such lesson');
  return head;
}

/** Everybody enrolled at some time of the lesson, also those who never came. */
export const learnersOf = (em: EntityManager, cohortId: string, from: Date, to: Date): Promise<Learner[]> => em.execute<Learner[]>(
  `select e.person_id, p.name, a.login, ${checkWaySql('e.person_id')} as way
   from enrolment e join person p on p.id = e.person_id left join account a on a.person_id = e.person_id
   where e.cohort_id = ? and e.created_at <= ? and (e.ended_at is null or e.ended_at > ?) order by a.login, e.person_id`, [cohortId, to, from]);

interface CheckCount { person_id: string; verdict: Verdict | null; outcome: ReviewOutcome | null; count: number }

/** Checks that were asked in class and not void, of attempts the last, as they count after what people decided; one that waits for the worker or for a person is pending. */
export async function checksOf(em: EntityManager, lessonId: string): Promise<Checks[]> {
  const rows = await em.execute<CheckCount[]>(
    `select f.person_id, f.verdict, ${lastOutcomeSql('f.id')} as outcome, count(*)::int as count from face_check f
     where f.lesson_id = ? and f.viewing_id is null and f.status in ('asked', 'verifying', 'settled')
       and ${lastAttemptSql('f')} group by 1, 2, 3`, [lessonId]);
  return [...Map.groupBy(rows, ({ person_id: personId }) => personId)].map(([personId, own]) => {
    const checks: Checks = { person_id: personId, asked: 0, matched: 0, failed: 0, missed: 0, pending: 0 };
    for (const { verdict, outcome, count } of own) {
      const counted = countedVerdict(verdict, outcome);
      checks.asked += count;
      checks[counted === null || awaitsPerson(counted) ? 'pending' : passed(counted) ? 'matched' : counted === 'missed' ? 'missed' : 'failed'] += count;
    }
    return checks;
  });
}

/** What was credited of the lesson's replays, over all their files. */
const replaysOf = (em: EntityManager, lessonId: string): Promise<Watched[]> => em.execute<Watched[]>(
  `select w.person_id, sum(w.credited_ms)::int as credited_ms from replay_position w join replay r on r.id = w.replay_id
   where r.lesson_id = ? and r.unit_id is not null group by w.person_id`, [lessonId]);

const byPerson = <T>(rows: readonly T[], personOf: (row: T) => string): Map<string, T[]> => Map.groupBy(rows, personOf);

/** What there is to know before any figure is read. */
export function noteOf(status: LessonStatus, started: boolean): LessonReport['note'] {
  if (status === 'cancelled') return 'cancelled';
  if (status === 'live') return 'still_live';
  return started ? null : 'never_started';
}

export interface Facts {
  held: Held; pack: RulePack; now: Date; makeUp: (personId: string, ledger: Ledger) => UnitMakeUp[];
  answers: Map<string, CountedAnswers>; checks: Map<string, Checks[]>; replays: Map<string, Watched[]>;
}

/** When the last seat ended; null while there is one, or where there was none. */
function leftAt(seats: LearnerFacts['seats'], { presence: { leaseMs } }: RulePack): string | null {
  if (seats.length === 0 || seats.some(({ leftMs }) => leftMs === null)) return null;
  return new Date(Math.max(...seats.map(({ leftMs, lastSeenMs, leftReason }) => (leftReason === 'cut' || leftReason === 'lease_expired' ? Math.min(leftMs!, lastSeenMs + leaseMs) : leftMs!)))).toISOString();
}

const leftPlace = ({ onSite = [] }: LearnerFacts): string | null => (onSite.length > 0 ? new Date(Math.max(...onSite.map(({ toMs }) => toMs))).toISOString() : null);

/** What one learner came to in a lesson, uncut: what the report tells, and what the ledger keeps. `asked` 0: no checks. */
export interface LearnerFigures {
  sums: Together; corrected: Corrected; ledger: Ledger; makeUp: UnitMakeUp[]; joinedAt: string | null; leftAt: string | null; answers: Omit<CountedAnswers, 'personId'>; checks: Omit<Checks, 'person_id'>;
}
export function figuresOf(personId: string, presence: LearnerFacts, { held, pack, now, ...facts }: Facts): LearnerFigures {
  const { seats } = presence;
  const cameMs = enteredMs(presence);
  const ledger = ledgerOf(presence, held.units, pack, now.getTime());
  const makeUp = facts.makeUp(personId, ledger);
  return {
    sums: together(ledger, makeUp), corrected: correctedOf(ledger.spans), ledger, makeUp,
    joinedAt: Number.isFinite(cameMs) ? new Date(cameMs).toISOString() : null, leftAt: leftAt(seats, pack) ?? leftPlace(presence),
    answers: facts.answers.get(personId) ?? { asked: 0, answered: 0, correct: 0, inReplay: { asked: 0, answered: 0, correct: 0 } },
    checks: facts.checks.get(personId)?.[0] ?? { asked: 0, matched: 0, failed: 0, missed: 0, pending: 0 },
  };
}

function rowOf(learner: Learner, presence: LearnerFacts, facts: Facts): ReportRow {
  const personId = learner.person_id;
  const { sums: { heldMs, liveMs, madeUpMs, togetherMs }, corrected, joinedAt, leftAt, answers: { asked, answered, correct, inReplay }, checks } = figuresOf(personId, presence, facts);
  const { attendanceLowBelowPercent, accuracyLowBelowPercent } = facts.pack.attendance;
  return {
    personId, name: learner.name, login: learner.login ?? '', joinedAt, leftAt,
    creditedMinutes: minutesOf(liveMs), madeUpMinutes: minutesOf(madeUpMs), togetherMinutes: minutesOf(togetherMs), heldMinutes: minutesOf(heldMs),
    correctedMinutes: minutesOf(corrected.correctedMs), takenBackMinutes: minutesOf(corrected.takenBackMs),
    attendance: share(togetherMs, heldMs), attendanceLow: isLow(togetherMs, heldMs, attendanceLowBelowPercent),
    asked, answered, correct, accuracy: share(correct, asked), accuracyLow: isLow(correct, asked, accuracyLowBelowPercent), inReplay, checkWay: learner.way,
    replayMinutes: minutesOf(facts.replays.get(personId)?.[0]?.credited_ms ?? 0),
    checks: { asked: checks.asked, matched: checks.matched, failed: checks.failed, missed: checks.missed, pending: checks.pending },
  };
}

interface Taught { startedAt: Date | null; endedAt: Date | null; held: Held; shortOf: (leastMinutes: number) => ShortUnit[] }

async function taughtIn(em: EntityManager, lessonId: string, now: Date): Promise<Taught> {
  const read = { disableIdentityMap: true } as const;
  const sessions = await em.find(LessonSession, { lessonId }, { ...read, orderBy: { startedAt: 'asc' } });
  const units = await em.find(Unit, { lessonId }, read);
  const interruptions = await em.find(Interruption, { sessionId: { $in: sessions.map(({ id }) => id) } }, read);
  const held = heldUnits(units, interruptions, now);
  // Held at a place there is no session: then the units tell.
  const from = units.flatMap((unit) => unit.startedAt ?? []).sort((one, other) => one.getTime() - other.getTime())[0] ?? null;
  const to = units.flatMap((unit) => unit.endedAt ?? []).sort((one, other) => one.getTime() - other.getTime()).at(-1) ?? null;
  return { startedAt: sessions.length > 0 ? sessions[0]!.startedAt : from, endedAt: sessions.length > 0 ? sessions.at(-1)!.endedAt ?? null : to, held, shortOf: (leastMinutes) => toBeHeldAgain(units, held, leastMinutes) };
}

export interface LessonFacts { head: Head; taught: Taught; startsAt: Date; learners: Learner[]; facts: Facts }
/** All of a lesson but what was observed of its learners one by one. Throws not_found. */
export async function lessonFacts(em: EntityManager, lessonId: string, now: Date): Promise<LessonFacts> {
  const head = await headOf(em, lessonId);
  const taught = await taughtIn(em, lessonId, now);
  const { held } = taught;
  const startsAt = new Date(head.starts_at);
  const period = head.closes_at === null ? null : new Date(Math.min(Date.parse(head.closes_at), now.getTime()));
  // Who comes while the period lasts learns in it too, and who left before it opened does not.
  const from = period ? startsAt : taught.startedAt ?? startsAt;
  const to = period ?? (taught.startedAt ? taught.endedAt ?? now : new Date(plannedEndMs({ startsAt, plannedMinutes: head.planned_minutes })));
  const learners = await learnersOf(em, head.cohort_id, from, to);
  const pack = await packOfLesson(em, lessonId);
  return { head, taught, startsAt, learners, facts: {
    held, pack, now,
    makeUp: await lessonMakeUp(em, { lessonId, units: held.units, over: head.status === 'ended', pack }, null, now.getTime()),
    answers: await countedAnswersOf(em, lessonId, now, pack.replay.answers), checks: byPerson(await checksOf(em, lessonId), (row) => row.person_id),
    replays: byPerson(await replaysOf(em, lessonId), (row) => row.person_id),
  } };
}

/** Throws not_found. `now` bounds what still runs and is told as `generatedAt`; nothing else depends on it. */
export async function lessonReport(em: EntityManager, lessonId: string, now: Date): Promise<LessonReport> {
  const { head, taught, startsAt, learners, facts } = await lessonFacts(em, lessonId, now);
  const { held, pack } = facts;
  const known = new Map(learners.map((learner) => [learner.person_id, learner]));
  const rows: ReportRow[] = [];
  for await (const batch of factsInBatches(em, lessonId, [...known.keys()], now.getTime())) {
    for (const personId of batch.personIds) rows.push(rowOf(known.get(personId)!, batch.facts(personId), facts));
  }
  return {
    lessonId, title: head.title, courseTitle: head.course_title, cohortTitle: head.cohort_title, institutionName: head.institution_name,
    status: head.status, startsAt: startsAt.toISOString(), plannedMinutes: head.planned_minutes, ...(head.kind !== 'live' && { kind: head.kind }),
    startedAt: taught.startedAt?.toISOString() ?? null, endedAt: taught.endedAt?.toISOString() ?? null,
    heldMinutes: minutesOf(held.heldMs), interruptedMinutes: minutesOf(held.interruptedMs), note: noteOf(head.status, taught.startedAt !== null),
    heldAgain: taught.shortOf(pack.attendance.leastHeldMinutes).map(({ ordinal, heldMs }) => ({ ordinal, heldMinutes: minutesOf(heldMs) })), leastHeldMinutes: pack.attendance.leastHeldMinutes,
    threshold: pack.attendance.attendanceLowBelowPercent / 100, rulePack: packName(pack), rows, generatedAt: now.toISOString(),
  };
}
