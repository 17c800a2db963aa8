// The hours of one learner: lessons in figures, and one lesson with the reason of every span. Pure functions of rows, as the report is (R23, R114, R115).
import type { Hours, HoursCheck, HoursLesson, HoursUnit, LessonHours } from '#contracts/hours.ts';
import type { LessonBrief } from '#contracts/lesson.ts';
import { heldUnits, minutesOf, share, toBeHeldAgain, type Held } from '#domain/attendance.ts';
import type { CheckKind, CheckStatus, Verdict } from '#domain/check.ts';
import { DomainError } from '#domain/errors.ts';
import { ledgerOf, type Ledger } from '#domain/presence/ledger.ts';
import type { UnitMakeUp } from '#domain/presence/make-up.ts';
import { distanceTo, minutesNeeded, type Towards } from '#domain/presence/threshold.ts';
import { countedVerdict, type ReviewOutcome } from '#domain/review.ts';
import { packName } from '#domain/rules/rule-pack.ts';
import type { EntityManager } from '../orm.ts';
import { approvedCorrections } from './corrections.ts';
import { lastOutcomeSql } from './decisions.ts';
import { removalsOf } from './door.ts';
import { lessonDetailFor, lessonsOf } from './lesson-detail.ts';
import { learnerMakeUp, makeUpAmong, type HeldLesson } from './make-up.ts';
import { factsAmong } from './presence-facts.ts';
import { noteOf } from './report.ts';
import { taughtOf, type Taught } from './taught.ts';

interface Reckoned { taught: Taught; ledger: Ledger; makeUp: readonly UnitMakeUp[] }

const iso = (ms: number): string => new Date(ms).toISOString();
const sumOf = (units: readonly UnitMakeUp[], figure: (unit: UnitMakeUp) => number): number => units.reduce((sum, unit) => sum + figure(unit), 0);

/** What was missed and nobody recorded leaves the held time, as in the report. */
function towards({ heldMs, creditedMs }: { heldMs: number; creditedMs: number }, makeUp: readonly UnitMakeUp[]): Towards {
  return {
    heldMs: heldMs - sumOf(makeUp, ({ excusedMs }) => excusedMs), creditedMs, madeUpMs: sumOf(makeUp, ({ madeUpMs }) => madeUpMs),
    openMs: sumOf(makeUp, ({ open, leftMs }) => (open ? leftMs : 0)),
  };
}

function figuresOf(sums: Towards, belowPercent: number) {
  const { heldMs, creditedMs, madeUpMs } = sums;
  const { neededMs, state } = distanceTo(belowPercent, sums);
  return {
    heldMinutes: minutesOf(heldMs), creditedMinutes: minutesOf(creditedMs), madeUpMinutes: minutesOf(madeUpMs), share: share(creditedMs + madeUpMs, heldMs),
    neededMinutes: minutesNeeded(neededMs), state,
  };
}

/** What is left to make up; the earliest end of all, for that one comes first. */
function openOf(makeUp: readonly UnitMakeUp[]): HoursUnit['open'] {
  const open = makeUp.filter((unit) => unit.open && unit.leftMs > 0);
  if (open.length === 0) return null;
  const deadlines = open.flatMap(({ deadlineMs }) => deadlineMs ?? []);
  return { minutes: minutesOf(sumOf(open, ({ leftMs }) => leftMs)), deadlineAt: deadlines.length > 0 ? iso(Math.min(...deadlines)) : null };
}

function lessonFigures(brief: LessonBrief, { taught, ledger, makeUp }: Reckoned): HoursLesson {
  const { lessonId, title, courseTitle, cohortTitle, institutionName, startsAt, status, kind } = brief;
  const belowPercent = taught.pack.attendance.attendanceLowBelowPercent;
  return {
    lessonId, title, courseTitle, cohortTitle, institutionName, startsAt, status, ...(kind && { kind }), units: ledger.units.length, rulePack: packName(taught.pack), belowPercent,
    ...figuresOf(towards(ledger, makeUp), belowPercent), open: openOf(makeUp),
  };
}

/** Lessons this person learned in that were taught and start within [from, to), newest first. */
export async function hoursOf(em: EntityManager, personId: string, range: { from: Date; to: Date }, now: Date): Promise<Hours> {
  const learned = (await lessonsOf(em, personId, range.from, range.to)).filter(({ role, status }) => role === 'student' && (status === 'live' || status === 'ended')).reverse();
  const lessonIds = learned.map(({ lessonId }) => lessonId);
  const taught = await taughtOf(em, lessonIds);
  const facts = await factsAmong(em, { lessonIds, personIds: [personId], nowMs: now.getTime() });
  const reckoned = learned.flatMap((brief) => {
    const one = taught.get(brief.lessonId);
    if (!one) return [];
    const { units } = heldUnits(one.units, one.interruptions, now);
    const held: HeldLesson = { lessonId: one.lessonId, units, over: brief.status === 'ended', pack: one.pack };
    return [{ brief, taught: one, held, ledger: ledgerOf(facts(one.lessonId, personId), units, one.pack, now.getTime()) }];
  });
  // Who missed nothing has nothing to make up.
  const short = reckoned.filter(({ ledger }) => ledger.creditedMs < ledger.heldMs).map(({ held }) => held);
  const makeUpOf = await makeUpAmong(em, short, personId, now.getTime());
  const lessons: HoursLesson[] = [];
  const sums = { heldMs: 0, creditedMs: 0, madeUpMs: 0 };
  for (const { brief, held, ...one } of reckoned) {
    const makeUp = short.includes(held) ? makeUpOf(held.lessonId, personId, one.ledger) : [];
    lessons.push(lessonFigures(brief, { ...one, makeUp }));
    const { heldMs, creditedMs, madeUpMs } = towards(one.ledger, makeUp);
    sums.heldMs += heldMs;
    sums.creditedMs += creditedMs;
    sums.madeUpMs += madeUpMs;
  }
  return {
    from: range.from.toISOString(), to: range.to.toISOString(), lessons, serverNowMs: now.getTime(),
    totals: {
      heldMinutes: minutesOf(sums.heldMs), creditedMinutes: minutesOf(sums.creditedMs), madeUpMinutes: minutesOf(sums.madeUpMs), share: share(sums.creditedMs + sums.madeUpMs, sums.heldMs),
    },
  };
}

interface CheckRow { id: string; kind: CheckKind; unit_id: string | null; status: CheckStatus; verdict: Verdict | null; outcome: ReviewOutcome | null; in_replay: boolean; asked_at: string; deadline_at: string | null; answered_at: string | null }
const isoOrNull = (at: string | null): string | null => (at ? new Date(at).toISOString() : null);

async function checksOf(em: EntityManager, lessonId: string, personId: string): Promise<HoursCheck[]> {
  const rows = await em.execute<CheckRow[]>(
    `select id, kind, unit_id, status, verdict, ${lastOutcomeSql('face_check.id')} as outcome, viewing_id is not null as in_replay, asked_at, deadline_at, answered_at from face_check
     where session_id in (select id from lesson_session where lesson_id = ?) and person_id = ? and asked_at is not null and status in ('asked', 'verifying', 'settled') order by asked_at, id`,
    [lessonId, personId]);
  return rows.map((row) => ({
    checkId: row.id, kind: row.kind, unitId: row.unit_id, status: row.status, verdict: countedVerdict(row.verdict, row.outcome), decided: row.outcome !== null, inReplay: row.in_replay,
    askedAt: new Date(row.asked_at).toISOString(), deadlineAt: isoOrNull(row.deadline_at), answeredAt: isoOrNull(row.answered_at),
  }));
}

function unitsOf({ taught, ledger, makeUp }: Reckoned, held: Held): HoursUnit[] {
  const { attendanceLowBelowPercent: belowPercent, leastHeldMinutes } = taught.pack.attendance;
  const reckoned = new Map(ledger.units.map((unit) => [unit.unitId, unit]));
  const short = new Set(toBeHeldAgain(taught.units, held, leastHeldMinutes).map(({ unitId }) => unitId));
  // One of which interruptions left nothing is told too.
  return taught.units.filter(({ id }) => reckoned.has(id) || short.has(id)).map((unit): HoursUnit => {
    const { unitId, heldMs, creditedMs } = reckoned.get(unit.id) ?? { unitId: unit.id, heldMs: 0, creditedMs: 0 };
    const own = makeUp.filter((one) => one.unitId === unitId);
    return {
      unitId, ordinal: unit.ordinal, startedAt: unit.startedAt?.toISOString() ?? null, endedAt: unit.endedAt?.toISOString() ?? null,
      ...figuresOf(towards({ heldMs, creditedMs }, own), belowPercent),
      spans: ledger.spans.filter((span) => span.unitId === unitId).map(({ fromMs, toMs, reason }) => ({ from: iso(fromMs), to: iso(toMs), reason })),
      toBeHeldAgain: short.has(unitId),
      open: openOf(own),
    };
  });
}

/** The ledger of one learner in one lesson. Throws not_found for a lesson or person that is none; who belongs to it is asked before. */
export async function lessonHours(em: EntityManager, { lessonId, personId }: { lessonId: string; personId: string }, now: Date): Promise<LessonHours> {
  const detail = await lessonDetailFor(em, lessonId, 'student');
  const [person] = await em.execute<{ name: string }[]>('select name from person where id = ?', [personId]);
  const taught = (await taughtOf(em, [lessonId])).get(lessonId);
  if (!person || !taught) throw new DomainError('not_found', 'no such learner in this lesson');
  const found = await learnerMakeUp(em, { lessonId, personId }, now.getTime());
  if (!found) throw new DomainError('not_found', 'no such lesson');
  const reckoned: Reckoned = { taught, ledger: found.ledger, makeUp: found.units };
  const held = heldUnits(taught.units, taught.interruptions, now);
  return {
    ...lessonFigures(detail, reckoned), units: unitsOf(reckoned, held), person: { personId, name: person.name }, teachers: detail.teachers,
    checks: await checksOf(em, lessonId, personId), interruptedMinutes: minutesOf(held.interruptedMs), removals: await removalsOf(em, lessonId, personId), corrections: await approvedCorrections(em, { lessonId, personId }),
    note: noteOf(detail.status, taught.units.length > 0), generatedAt: now.toISOString(),
  };
}
