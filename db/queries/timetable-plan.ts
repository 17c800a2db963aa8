// Planning lessons: what stands in the way of each, and writing them, all or none. Whoever writes a plan of an institution holds its timetable, so that two clerks cannot plan the same teacher twice.
import type { PlanConflict, PlannedOccurrence } from '#contracts/timetable.ts';
import { shanghaiDay } from '#domain/day.ts';
import { DomainError } from '#domain/errors.ts';
import { lessonAddedType } from '#domain/evidence/named.ts';
import { newId } from '#domain/id.ts';
import { planUnits } from '#domain/lesson.ts';
import { kindsSql, type LessonKind } from '#domain/lesson-kind.ts';
import { reminderMs } from '#domain/timetable/changes.ts';
import { conflictsWith, overlappingItself, weights, type Conflict, type Slot, type Taken } from '#domain/timetable/conflicts.ts';
import { Lesson, LessonStaff, Unit } from '../entities/lesson.ts';
import { Holiday, LessonChange, TimetableSetting } from '../entities/timetable.ts';
import { appendEvents, type Actor, type EntityManager, type NewEvent } from '../orm.ts';
import { arrayOf } from './lesson-access.ts';

export interface WantedLessons { institutionId: string; cohortId: string; plannedMinutes: number; placeId: string | null; teacherIds: readonly string[]; assistantIds: readonly string[] }

const minuteMs = 60_000;
/** Longer than any lesson and any way. */
const reachMs = 24 * 3_600_000;

/** Until the end of the transaction nobody else plans for this institution. */
export async function holdTimetable(em: EntityManager, institutionId: string): Promise<void> {
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 32))', [`timetable ${institutionId}`]);
}

interface TakenRow { id: string; cohort_id: string; title: string; cohort_title: string; starts: number; planned_minutes: number; place_id: string | null; staff: string[] | null }
type TakenLesson = Taken & { title: string; cohortTitle: string; plannedMinutes: number };

async function takenAround(em: EntityManager, { institutionId }: WantedLessons, slots: readonly Slot[], except: string | null): Promise<TakenLesson[]> {
  const from = new Date(Math.min(...slots.map(({ startMs }) => startMs)) - reachMs);
  const to = new Date(Math.max(...slots.map(({ endMs }) => endMs)) + reachMs);
  const rows = await em.execute<TakenRow[]>(
    `select l.id, l.cohort_id, l.title, c.title as cohort_title, (extract(epoch from l.starts_at) * 1000)::float8 as starts, l.planned_minutes, l.place_id,
       (select json_agg(s.person_id) from lesson_staff s where s.lesson_id = l.id) as staff
     from lesson l join cohort c on c.id = l.cohort_id
     where l.institution_id = ? and l.starts_at > ? and l.starts_at < ? and l.status in ('scheduled', 'open', 'live') and l.kind in ${kindsSql('together')} and (?::uuid is null or l.id <> ?) order by l.starts_at, l.id`, [institutionId, from, to, except, except]);
  return rows.map((row) => ({
    lessonId: row.id, cohortId: row.cohort_id, staffIds: row.staff ?? [], startMs: row.starts, endMs: row.starts + row.planned_minutes * minuteMs, placeId: row.place_id,
    title: row.title, cohortTitle: row.cohort_title, plannedMinutes: row.planned_minutes,
  }));
}

interface Shared { count: number; names: string[] }
/** Learners of this cohort who are in another one too, by that cohort; of the cohort itself all. */
async function sharedLearners(em: EntityManager, cohortId: string, others: readonly string[]): Promise<Map<string, Shared>> {
  if (others.length === 0) return new Map();
  const rows = await em.execute<({ cohort_id: string } & Shared)[]>(
    `select o.cohort_id, count(*)::int as count, to_json((array_agg(p.name order by p.name, p.id))[1:10]) as names
     from enrolment m join enrolment o on o.person_id = m.person_id and o.ended_at is null join person p on p.id = m.person_id
     where m.cohort_id = ? and m.ended_at is null and o.cohort_id = any(?::uuid[]) group by o.cohort_id`, [cohortId, arrayOf(others)]);
  return new Map(rows.map(({ cohort_id: id, count, names }) => [id, { count, names }]));
}

async function namesOf(em: EntityManager, { teacherIds, assistantIds, placeId }: WantedLessons): Promise<Map<string, string>> {
  const rows = await em.execute<{ id: string; name: string }[]>('select id, name from person where id = any(?::uuid[]) union all select id, name from place where id = ?', [arrayOf([...teacherIds, ...assistantIds]), placeId]);
  return new Map(rows.map(({ id, name }) => [id, name]));
}

export const slotsOf = (starts: readonly Date[], { plannedMinutes, placeId }: Pick<WantedLessons, 'plannedMinutes' | 'placeId'>): Slot[] =>
  starts.map((at) => ({ startMs: at.getTime(), endMs: at.getTime() + plannedMinutes * minuteMs, placeId }));

/** Each start with holiday and conflicts, in the order given. `except`: the lesson that would move. */
export async function previewOf(em: EntityManager, wanted: WantedLessons, starts: readonly Date[], now: Date, except: string | null = null): Promise<PlannedOccurrence[]> {
  if (starts.length === 0) return [];
  const slots = slotsOf(starts, wanted);
  const taken = await takenAround(em, wanted, slots, except);
  const shared = await sharedLearners(em, wanted.cohortId, [...new Set(taken.map(({ cohortId }) => cohortId))]);
  const names = await namesOf(em, wanted);
  const gapMs = ((await em.findOne(TimetableSetting, { institutionId: wanted.institutionId }))?.travelGapMinutes ?? 0) * minuteMs;
  const holidays = new Map((await em.find(Holiday, { institutionId: wanted.institutionId, day: { $in: [...new Set(starts.map(shanghaiDay))] } })).map((row) => [row.day, row]));
  const itself = overlappingItself(slots);
  const byId = new Map(taken.map((lesson) => [lesson.lessonId, lesson]));
  const viewOf = ({ kind, lessonId, personId }: Conflict): PlanConflict => {
    const lesson = byId.get(lessonId ?? '');
    const group = kind === 'learners' ? shared.get(lesson?.cohortId ?? '') : undefined;
    const name = names.get(kind === 'place' ? wanted.placeId ?? '' : personId ?? '');
    return {
      kind, weight: weights[kind], names: group?.names ?? (name === undefined ? [] : [name]), count: group?.count ?? 1,
      lesson: lesson ? { lessonId: lesson.lessonId, title: lesson.title, cohortTitle: lesson.cohortTitle, startsAt: new Date(lesson.startMs).toISOString(), plannedMinutes: lesson.plannedMinutes } : null,
    };
  };
  return slots.map((slot, index): PlannedOccurrence => {
    const found = conflictsWith(slot, wanted, taken, { gapMs, sharing: new Set(shared.keys()) });
    const holiday = holidays.get(shanghaiDay(starts[index]!));
    return {
      startsAt: new Date(slot.startMs).toISOString(), endsAt: new Date(slot.endMs).toISOString(), past: slot.endMs <= now.getTime(), holiday: holiday ? { kind: holiday.kind, name: holiday.name } : null,
      conflicts: [...(itself.has(index) ? [{ kind: 'itself' as const, lessonId: null, personId: null }] : []), ...found].map(viewOf),
    };
  });
}

/** What is planned in spite of, by the place of its start. */
export type Overridden = ReadonlyMap<number, readonly PlanConflict[]>;

/** The timetable held. Throws timetable_conflict where anything refuses and there is no reason, or none would help. */
export async function requireFree(em: EntityManager, wanted: WantedLessons, starts: readonly Date[], { now, reason, except = null }: { now: Date; reason: string | undefined; except?: string | null }): Promise<Overridden> {
  const overridden = new Map<number, PlanConflict[]>();
  for (const [index, { conflicts }] of (await previewOf(em, wanted, starts, now, except)).entries()) {
    const refusing = conflicts.filter(({ weight }) => weight !== 'warns');
    if (refusing.length === 0) continue;
    if (reason === undefined || refusing.some(({ weight }) => weight === 'never')) throw new DomainError('timetable_conflict', `${refusing[0]!.kind} is taken at ${starts[index]!.toISOString()}`);
    overridden.set(index, refusing);
  }
  return overridden;
}

/** That a lesson was planned in spite of a conflict, why, and with what: a fact of it. */
export async function keepOverride(em: EntityManager, actor: Actor, lessonId: string, conflicts: readonly PlanConflict[], reason: string, now: Date): Promise<void> {
  const { institutionId, personId } = actor;
  await em.insert(LessonChange, { id: newId(now.getTime()), institutionId: institutionId!, lessonId, kind: 'overridden', at: now, personId: personId!, reason, before: {}, after: {} });
  await appendEvents(em, [{ actor, stream: `lesson:${lessonId}`, type: 'lesson:overridden', at: now, payload: { lessonId, conflicts: conflicts.map(({ kind, lesson }) => ({ kind, lessonId: lesson?.lessonId ?? null })) } }]);
}

/** In the stream of the class: evidence of the class must have the lesson in it. */
export const lessonAdded = (actor: Actor, cohortId: string, lessonId: string, at: Date): NewEvent => ({ actor, stream: `cohort:${cohortId}`, type: lessonAddedType, at, payload: { cohortId, lessonId } });

export interface NewLessons extends WantedLessons { title: string; recorded: boolean; kind?: LessonKind; seriesId: string | null }

/** Rows, units, staff and events of lessons nothing stands in the way of; answers their ids in the order of the starts. */
export async function insertLessons(em: EntityManager, actor: Actor, wanted: NewLessons, starts: readonly Date[], now: Date): Promise<string[]> {
  const { institutionId, cohortId, title, plannedMinutes, recorded, placeId, seriesId, teacherIds, assistantIds, kind = 'live' } = wanted;
  const staff = [...teacherIds.map((personId) => ({ personId, role: 'teacher' as const })), ...assistantIds.map((personId) => ({ personId, role: 'assistant' as const }))];
  const lessons = starts.map((startsAt) => ({ id: newId(now.getTime()), startsAt, units: planUnits({ startsAt, plannedMinutes }) }));
  await em.insertMany(Lesson, lessons.map(({ id, startsAt }) => ({
    id, institutionId, cohortId, title, startsAt, plannedMinutes, recorded, status: 'scheduled' as const, cancelReason: null, createdAt: now, seriesId, placeId, kind,
    // Whoever is told now that it will be needs no reminder a day before.
    remindedDayFor: startsAt.getTime() - now.getTime() <= reminderMs.reminder_day ? startsAt : null,
  })));
  await em.insertMany(Unit, lessons.flatMap(({ id, units }) => units.map((unit) => ({ id: newId(), institutionId, lessonId: id, ...unit, startedAt: null, endedAt: null }))));
  await em.insertMany(LessonStaff, lessons.flatMap(({ id }) => staff.map((one) => ({ id: newId(), institutionId, lessonId: id, ...one }))));
  await appendEvents(em, lessons.map(({ id, startsAt, units }) => ({
    actor, stream: `lesson:${id}` as const, type: 'lesson:scheduled', at: now,
    payload: { lessonId: id, cohortId, startsAt: startsAt.toISOString(), plannedMinutes, units: units.length, staff, ...(seriesId && { seriesId }), ...(placeId && { placeId }), ...(kind !== 'live' && { kind }) },
  })));
  await appendEvents(em, lessons.map(({ id }) => lessonAdded(actor, cohortId, id, now)));
  return lessons.map(({ id }) => id);
}
