// What waits for a person, whatever they are: a figure each, with where to go; nothing that is none.
import type { ExamQueue } from '#contracts/exam.ts';
import type { Hours } from '#contracts/hours.ts';
import type { LessonBrief } from '#contracts/lesson.ts';
import type { ReviewQueue } from '#contracts/review.ts';
import type { TimetableLesson } from '#contracts/timetable.ts';
import { clashing } from '#domain/timetable/conflicts.ts';
import { plannedEndMs } from '#domain/lesson.ts';
import { isTogether } from '../recorded/period.ts';

/** `until`: by when; ISO. */
export interface Waiting { what: 'live' | 'clash' | 'makeUp' | 'study' | 'toMark' | 'held' | 'appeal' | 'check' | 'face' | 'opening' | 'joining' | 'finding'; n: number; to: { name: string; params?: Record<string, string> }; until?: string }
/** Who came by invitations and waits for the office. */
export interface Joinings { cohortId: string; waiting: number }
/** What was asked for this person; absent where it is not theirs, or could not be had. */
export interface Asked { lessons: readonly LessonBrief[]; hours?: Hours; exams?: ExamQueue; review?: ReviewQueue['counts']; faces?: number; openings?: number; findings?: number; joinings?: readonly Joinings[]; timetable?: readonly TimetableLesson[] }

function clashesOf(lessons: readonly TimetableLesson[]): number {
  return clashing(lessons.filter((lesson) => isTogether(lesson) && (lesson.status === 'scheduled' || lesson.status === 'open' || lesson.status === 'live')).map((lesson) => ({
    lessonId: lesson.lessonId, cohortId: lesson.cohortId, staffIds: lesson.staff.map(({ personId }) => personId), placeId: lesson.place?.placeId ?? null,
    startMs: Date.parse(lesson.startsAt), endMs: plannedEndMs({ startsAt: new Date(lesson.startsAt), plannedMinutes: lesson.plannedMinutes }),
  }))).size;
}

/** Minutes that may still be made up, of lessons people come together for or of those of films; and the first end of all. */
function openOf(hours: Hours | undefined, together: boolean): Pick<Waiting, 'n' | 'until'> {
  const open = (hours?.lessons ?? []).filter((lesson) => isTogether(lesson) === together).flatMap(({ open: one }) => one ?? []);
  const until = open.flatMap(({ deadlineAt }) => deadlineAt ?? []).sort()[0];
  return { n: Math.ceil(open.reduce((sum, { minutes }) => sum + minutes, 0)), ...(until !== undefined && { until }) };
}

export function waitingOf({ lessons, hours, exams, review, faces, openings, findings, joinings = [], timetable }: Asked): Waiting[] {
  const live = lessons.filter(({ status, role }) => status === 'live' && role === 'observer');
  const open = openOf(hours, true);
  const films = openOf(hours, false);
  const marks = exams?.toMark ?? [];
  const all: Waiting[] = [
    { what: 'live', n: live.length, to: live.length === 1 ? { name: 'lesson', params: { lessonId: live[0]!.lessonId } } : { name: 'home' } },
    { what: 'clash', n: clashesOf(timetable ?? []), to: { name: 'schedule' } },
    { what: 'makeUp', ...open, to: { name: 'hours' } },
    { what: 'study', ...films, to: { name: 'hours' } },
    { what: 'toMark', n: marks.reduce((sum, { texts }) => sum + texts, 0), to: marks[0] ? { name: 'exam-marking', params: { examId: marks[0].examId } } : { name: 'exams' } },
    { what: 'held', n: exams?.held.length ?? 0, to: { name: 'exams' } },
    { what: 'appeal', n: review?.appeal ?? 0, to: { name: 'review' } },
    { what: 'check', n: review?.check ?? 0, to: { name: 'review' } },
    { what: 'face', n: faces ?? 0, to: { name: 'faces' } },
    { what: 'opening', n: openings ?? 0, to: { name: 'cohort-approvals' } },
    { what: 'finding', n: findings ?? 0, to: { name: 'inspections' } },
    { what: 'joining', n: joinings.reduce((sum, { waiting }) => sum + waiting, 0), to: joinings.length === 1 ? { name: 'invitations', params: { cohortId: joinings[0]!.cohortId } } : { name: 'cohorts' } },
  ];
  return all.filter(({ n }) => n > 0);
}
