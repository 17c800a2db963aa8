// Lessons that are studied from films: written with a session that is over when they open, so that units, hours and making up are those of any lesson (decision 082); moved, opened, read.
import type { RecordedLesson } from '#contracts/recorded-routes.ts';
import { newId } from '#domain/id.ts';
import type { LessonStatus } from '#domain/lesson.ts';
import { kindsSql, unitsBefore } from '#domain/lesson-kind.ts';
import { packName } from '#domain/rules/rule-pack.ts';
import { newSeed, sealSeed } from '#runtime/seeded-random.ts';
import { type Film, type FilmFile } from '../entities/film.ts';
import { Lesson, LessonSession, LessonStaff, Unit } from '../entities/lesson.ts';
import { Recording, Replay } from '../entities/recording.ts';
import { appendEvent, appendEvents, type Actor, type EntityManager } from '../orm.ts';
import { packOfLesson } from './rule-packs.ts';
import { lessonAdded } from './timetable-plan.ts';

export interface LentFilm { film: Film; files: FilmFile[] }
export interface WantedRecorded { institutionId: string; cohortId: string; title: string; films: readonly LentFilm[]; opensAt: Date; closesAt: Date; teacherIds: readonly string[] }

const minuteMs = 60_000;
const minutesIn = (ms: number): number => Math.max(1, Math.floor(ms / minuteMs));
export const filmsMs = (films: readonly LentFilm[]): number => films.flatMap(({ files }) => files).reduce((sum, { durationMs }) => sum + durationMs, 0);

/** The session nobody sat in, with the recording its replays hang on. */
async function insertSession(em: EntityManager, lessonId: string, { institutionId, films, opensAt }: WantedRecorded, now: Date): Promise<string> {
  const [sessionId, recordingId, checkSeed] = [newId(now.getTime()), newId(now.getTime()), newSeed()];
  await em.insert(LessonSession, {
    id: sessionId, institutionId, lessonId, roomId: lessonId, leadPersonId: null, checkSeed, checkSeedHash: sealSeed(checkSeed), startedAt: new Date(opensAt.getTime() - filmsMs(films)), endedAt: opensAt, endReason: 'self',
    rulePack: packName(await packOfLesson(em, lessonId)),
  });
  await em.insert(Recording, { id: recordingId, institutionId, lessonId, sessionId, status: 'ready', progress: null, secondsLeft: null, failReason: null, createdAt: now, settledAt: now, facts: null });
  return recordingId;
}

/** Lesson, units, staff, session and replays, with the event. Units begin to be held when it opens. */
export async function insertRecorded(em: EntityManager, actor: Actor, wanted: WantedRecorded, now: Date): Promise<string> {
  const { institutionId, cohortId, title, films, opensAt, closesAt, teacherIds } = wanted;
  const lessonId = newId(now.getTime());
  const units = unitsBefore(films.map(({ files }) => files), opensAt.getTime()).map((span, index) => ({ ...span, id: newId(now.getTime()), ordinal: index + 1 }));
  const plannedMinutes = minutesIn(filmsMs(films));
  await em.insert(Lesson, { id: lessonId, institutionId, cohortId, title, startsAt: opensAt, plannedMinutes, recorded: true, status: 'scheduled', cancelReason: null, createdAt: now, seriesId: null, placeId: null, kind: 'recorded', closesAt });
  await em.insertMany(Unit, units.map(({ id, ordinal, fromMs, toMs }) => ({ id, institutionId, lessonId, ordinal, plannedStartAt: new Date(fromMs), plannedMinutes: minutesIn(toMs - fromMs), startedAt: null, endedAt: null })));
  await em.insertMany(LessonStaff, teacherIds.map((personId) => ({ id: newId(), institutionId, lessonId, personId, role: 'teacher' as const })));
  const recordingId = await insertSession(em, lessonId, wanted, now);
  await em.insertMany(Replay, units.flatMap(({ id: unitId, files }) => files.map(({ file, fromMs }) => ({
    id: newId(now.getTime()), institutionId, lessonId, recordingId, unitId, groupId: null, part: file.part, parts: file.parts, status: 'ready' as const, failReason: null, startsAt: new Date(fromMs), durationMs: file.durationMs,
    sizeBytes: file.sizeBytes, sha256: file.sha256, width: file.width, height: file.height, gaps: [], sync: null, quality: file.quality, holdReasons: [], chapters: [], files: file.files,
    reviewedBy: null, reviewedAt: null, review: null, createdAt: now, settledAt: now, filmId: file.filmId, filmOrdinal: file.ordinal,
  }))));
  await appendEvent(em, actor, `lesson:${lessonId}`, 'lesson:scheduled', now, {
    lessonId, cohortId, kind: 'recorded', startsAt: opensAt.toISOString(), closesAt: closesAt.toISOString(), plannedMinutes, units: units.length, staff: teacherIds.map((personId) => ({ personId, role: 'teacher' })),
    films: films.map(({ film, files }) => ({ filmId: film.id, sha256: film.sha256, files: files.map(({ ordinal, durationMs, sha256 }) => ({ ordinal, durationMs, sha256 })) })),
  });
  await appendEvents(em, [lessonAdded(actor, cohortId, lessonId, now)]);
  return lessonId;
}

/** All that stands before the opening stands as much later; the lesson's own row is the caller's. */
export async function shiftRecorded(em: EntityManager, lessonId: string, byMs: number): Promise<void> {
  const later = (column: string): string => `${column} = ${column} + ? * interval '1 millisecond'`;
  await em.execute(`update unit set ${later('planned_start_at')} where lesson_id = ?`, [byMs, lessonId]);
  await em.execute(`update lesson_session set ${later('started_at')}, ${later('ended_at')} where lesson_id = ?`, [byMs, byMs, lessonId]);
  await em.execute(`update replay set ${later('starts_at')} where lesson_id = ?`, [byMs, lessonId]);
  await em.execute(`update film_question set ${later('moment')} where lesson_id = ?`, [byMs, lessonId]);
}

/** Of lesson `l`, whose period began (`?`) or is over (`?`): one that was never opened is missed then. A cohort that may not study yet is waited for. */
export const openingSql = `l.status = 'scheduled' and l.kind in ${kindsSql('period')} and l.starts_at <= ? and (l.closes_at <= ? or exists (select from cohort c where c.id = l.cohort_id and c.opening = 'opened'))`;

/** Units were held from then on, and all of them are missing. False where another process was quicker. */
export async function openRecorded(em: EntityManager, actor: Actor, lessonId: string, now: Date): Promise<boolean> {
  const opened = await em.execute<{ id: string }[]>(`update lesson set status = 'ended' where id = ? and status = 'scheduled' and closes_at > ? returning id`, [lessonId, now]);
  if (opened.length === 0) return false;
  const units = await em.execute<{ unitId: string; durationMs: number }[]>(
    `with opened as (update unit u set started_at = f.starts, ended_at = f.ends
       from (select r.unit_id, min(r.starts_at) as starts, max(r.starts_at + r.duration_ms * interval '1 millisecond') as ends from replay r where r.lesson_id = ? group by r.unit_id) f
       where u.id = f.unit_id returning u.id, u.ordinal, (extract(epoch from f.ends - f.starts) * 1000)::float8 as duration_ms)
     select id as "unitId", duration_ms as "durationMs" from opened order by ordinal`, [lessonId]);
  await appendEvent(em, actor, `lesson:${lessonId}`, 'recorded:opened', now, { lessonId, units });
  return true;
}

interface Row { id: string; title: string; cohort_title: string; status: LessonStatus; starts_at: string; closes_at: string; planned_minutes: number; units: number; learners: number; began: number }
const iso = (at: string): string => new Date(at).toISOString();

/** `where` of lesson `l` and its cohort `c`. */
export async function recordedLessons(em: EntityManager, where: string, values: readonly unknown[]): Promise<RecordedLesson[]> {
  const rows = await em.execute<Row[]>(
    `select l.id, l.title, c.title as cohort_title, l.status, l.starts_at, l.closes_at, l.planned_minutes, (select count(*)::int from unit u where u.lesson_id = l.id) as units,
       (select count(*)::int from enrolment e where e.cohort_id = c.id and e.ended_at is null) as learners,
       (select count(distinct m.person_id)::int from make_up m join enrolment e on e.cohort_id = c.id and e.person_id = m.person_id and e.ended_at is null where m.lesson_id = l.id and m.watched <> '[]') as began
     from lesson l join cohort c on c.id = l.cohort_id where l.kind in ${kindsSql('period')} and ${where} order by l.starts_at desc, l.id desc limit 500`, [...values]);
  return rows.map((row) => ({
    lessonId: row.id, title: row.title, cohortTitle: row.cohort_title, status: row.status, opensAt: iso(row.starts_at), closesAt: iso(row.closes_at), units: row.units, minutes: row.planned_minutes, learners: row.learners, began: row.began,
  }));
}
