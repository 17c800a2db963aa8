// The report of a lesson: a pure function of rows, read in nine queries however large the class. Run twice, it says the same.
import type { LessonReport, ReportRow } from '#contracts/report.ts';
import { attendanceOf, heldSpans, isLow, lowBelowPercent, minutesOf, share, type Held } from '#domain/attendance.ts';
import type { CheckWay } from '#domain/check.ts';
import { DomainError } from '#domain/errors.ts';
import { plannedEndMs, type LessonStatus } from '#domain/lesson.ts';
import { presenceSpans } from '#domain/presence.ts';
import { answerGraceMs } from '#domain/quiz.ts';
import { Connection, Interruption, LessonSession, Unit } from '../entities/lesson.ts';
import type { EntityManager } from '../orm.ts';
import { checkWaySql } from './checks.ts';

interface Head {
  title: string; course_title: string; cohort_title: string; institution_name: string; cohort_id: string; status: LessonStatus;
  starts_at: string; planned_minutes: number;
}
interface Learner { person_id: string; name: string; login: string | null; way: CheckWay }
interface Answers { person_id: string; asked: number; answered: number; correct: number }
interface Checks { person_id: string; asked: number; matched: number; failed: number; missed: number; pending: number }
interface Watched { person_id: string; credited_ms: number }

async function headOf(em: EntityManager, lessonId: string): Promise<Head> {
  const [head] = await em.execute<Head[]>(
    `select l.title, k.title as course_title, c.title as cohort_title, i.name as institution_name, l.cohort_id, l.status, l.starts_at, l.planned_minutes
     from lesson l join cohort c on c.id = l.cohort_id join course k on k.id = c.course_id join institution i on i.id = l.institution_id
     where l.id = ?`, [lessonId]);
  if (!head) throw new DomainError('not_found', 'no such lesson');
  return head;
}

/** Everybody enrolled at some time of the lesson, also those who never came. */
const learnersOf = (em: EntityManager, cohortId: string, from: Date, to: Date): Promise<Learner[]> => em.execute<Learner[]>(
  `select e.person_id, p.name, a.login, ${checkWaySql('e.person_id')} as way
   from enrolment e join person p on p.id = e.person_id left join account a on a.person_id = e.person_id
   where e.cohort_id = ? and e.created_at <= ? and (e.ended_at is null or e.ended_at > ?) order by a.login, e.person_id`, [cohortId, to, from]);

/** A question that may still be answered is not counted: its figures would tell a learner whether the answer was right. */
const answersOf = (em: EntityManager, lessonId: string, now: Date): Promise<Answers[]> => em.execute<Answers[]>(
  `select q.person_id, count(*)::int as asked, count(a.id)::int as answered, (count(*) filter (where a.correct))::int as correct
   from quiz z join quiz_asked q on q.quiz_id = z.id left join answer a on a.quiz_id = z.id and a.person_id = q.person_id
   where z.lesson_id = ? and (z.closed_at is not null or z.deadline_at < ?) group by q.person_id`, [lessonId, new Date(now.getTime() - answerGraceMs)]);

/** Checks that were asked and not void; one that waits for the worker or for a person is pending. */
const checksOf = (em: EntityManager, lessonId: string): Promise<Checks[]> => em.execute<Checks[]>(
  `select person_id, count(*)::int as asked, (count(*) filter (where verdict = 'matched'))::int as matched,
     (count(*) filter (where verdict in ('mismatched', 'no_face', 'several_faces', 'poor_quality', 'refused')))::int as failed,
     (count(*) filter (where verdict = 'missed'))::int as missed,
     (count(*) filter (where verdict is null or verdict = 'review'))::int as pending
   from face_check where lesson_id = ? and status in ('asked', 'verifying', 'settled') group by person_id`, [lessonId]);

/** What was credited of the lesson's replays, over all their files. */
const replaysOf = (em: EntityManager, lessonId: string): Promise<Watched[]> => em.execute<Watched[]>(
  `select w.person_id, sum(w.credited_ms)::int as credited_ms from replay_position w join replay r on r.id = w.replay_id
   where r.lesson_id = ? group by w.person_id`, [lessonId]);

const byPerson = <T>(rows: readonly T[], personOf: (row: T) => string): Map<string, T[]> => Map.groupBy(rows, personOf);

function noteOf(status: LessonStatus, started: boolean): LessonReport['note'] {
  if (status === 'cancelled') return 'cancelled';
  if (status === 'live') return 'still_live';
  return started ? null : 'never_started';
}

interface Facts { held: Held; now: Date; connections: Map<string, Connection[]>; answers: Map<string, Answers[]>; checks: Map<string, Checks[]>; replays: Map<string, Watched[]> }

function rowOf(learner: Learner, facts: Facts): ReportRow {
  const { held, now } = facts;
  const personId = learner.person_id;
  const connections = facts.connections.get(personId) ?? [];
  const presence = presenceSpans(connections, now);
  const attendance = attendanceOf(connections, held, now);
  const { asked, answered, correct } = facts.answers.get(personId)?.[0] ?? { asked: 0, answered: 0, correct: 0 };
  const checks = facts.checks.get(personId)?.[0];
  const last = presence.at(-1);
  const stillHere = connections.some((connection) => !connection.leftAt);
  return {
    personId, name: learner.name, login: learner.login ?? '',
    joinedAt: connections.length > 0 ? new Date(Math.min(...connections.map(({ connectedAt }) => connectedAt.getTime()))).toISOString() : null,
    leftAt: last && !stillHere ? new Date(last.toMs).toISOString() : null,
    creditedMinutes: minutesOf(attendance.creditedMs), heldMinutes: minutesOf(attendance.heldMs),
    attendance: attendance.rate, attendanceLow: attendance.low,
    asked, answered, correct, accuracy: share(correct, asked), accuracyLow: isLow(correct, asked), checkWay: learner.way,
    replayMinutes: minutesOf(facts.replays.get(personId)?.[0]?.credited_ms ?? 0),
    checks: { asked: checks?.asked ?? 0, matched: checks?.matched ?? 0, failed: checks?.failed ?? 0, missed: checks?.missed ?? 0, pending: checks?.pending ?? 0 },
  };
}

interface Taught { startedAt: Date | null; endedAt: Date | null; held: Held }

async function taughtIn(em: EntityManager, lessonId: string, now: Date): Promise<Taught> {
  const read = { disableIdentityMap: true } as const;
  const sessions = await em.find(LessonSession, { lessonId }, { ...read, orderBy: { startedAt: 'asc' } });
  const units = await em.find(Unit, { lessonId }, read);
  const interruptions = await em.find(Interruption, { sessionId: { $in: sessions.map(({ id }) => id) } }, read);
  return { startedAt: sessions[0]?.startedAt ?? null, endedAt: sessions.at(-1)?.endedAt ?? null, held: heldSpans(units, interruptions, now) };
}

/** Throws not_found. `now` bounds what still runs and is told as `generatedAt`; nothing else depends on it. */
export async function lessonReport(em: EntityManager, lessonId: string, now: Date): Promise<LessonReport> {
  const head = await headOf(em, lessonId);
  const taught = await taughtIn(em, lessonId, now);
  const { held } = taught;
  const startsAt = new Date(head.starts_at);
  const from = taught.startedAt ?? startsAt;
  const to = taught.startedAt ? taught.endedAt ?? now : new Date(plannedEndMs({ startsAt, plannedMinutes: head.planned_minutes }));
  const learners = await learnersOf(em, head.cohort_id, from, to);
  const connections = await em.find(Connection, { lessonId, role: 'student' }, { disableIdentityMap: true });
  const facts: Facts = {
    held, now, connections: byPerson(connections, (row) => row.personId),
    answers: byPerson(await answersOf(em, lessonId, now), (row) => row.person_id), checks: byPerson(await checksOf(em, lessonId), (row) => row.person_id),
    replays: byPerson(await replaysOf(em, lessonId), (row) => row.person_id),
  };
  return {
    lessonId, title: head.title, courseTitle: head.course_title, cohortTitle: head.cohort_title, institutionName: head.institution_name,
    status: head.status, startsAt: startsAt.toISOString(), plannedMinutes: head.planned_minutes,
    startedAt: taught.startedAt?.toISOString() ?? null, endedAt: taught.endedAt?.toISOString() ?? null,
    heldMinutes: minutesOf(held.heldMs), interruptedMinutes: minutesOf(held.interruptedMs), note: noteOf(head.status, taught.startedAt !== null),
    threshold: lowBelowPercent / 100, rows: learners.map((learner) => rowOf(learner, facts)), generatedAt: now.toISOString(),
  };
}
