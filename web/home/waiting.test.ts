// What waits for a person: figures from what was asked, nothing where there is none, and where to go.
import { expect, it } from 'vitest';
import type { Hours } from '#contracts/hours.ts';
import type { LessonBrief } from '#contracts/lesson.ts';
import type { TimetableLesson } from '#contracts/timetable.ts';
import { waitingOf } from './waiting.ts';

const brief = (lessonId: string, status: LessonBrief['status'], role: LessonBrief['role']) => ({ lessonId, status, role }) as LessonBrief;
const hours = (open: ({ minutes: number; deadlineAt: string | null } | null)[]) => ({ lessons: open.map((one) => ({ open: one })) }) as unknown as Hours;
const planned = (lessonId: string, startsAt: string, some: Partial<TimetableLesson> = {}): TimetableLesson => ({
  lessonId, institutionId: 'i', cohortId: 'c', title: '', cohortTitle: '', courseTitle: '', startsAt, plannedMinutes: 90, status: 'scheduled', place: null, seriesId: null, staff: [{ personId: 't', name: '', role: 'teacher' }], changes: 0, ...some,
});

it('is nothing where nothing waits', () => {
  expect(waitingOf({ lessons: [brief('1', 'scheduled', 'observer'), brief('2', 'live', 'student')], hours: hours([null]), exams: { held: [], toMark: [] }, review: { appeal: 0, check: 0, signals: 3 }, faces: 0, timetable: [] })).toEqual([]);
});

it('adds up minutes to make up, with the first end of all', () => {
  expect(waitingOf({ lessons: [], hours: hours([{ minutes: 10.5, deadlineAt: '2026-12-02T16:00:00.000Z' }, null, { minutes: 3, deadlineAt: '2026-12-01T16:00:00.000Z' }, { minutes: 1, deadlineAt: null }]) }))
    .toEqual([{ what: 'makeUp', n: 15, to: { name: 'hours' }, until: '2026-12-01T16:00:00.000Z' }]);
});

it('tells minutes of lessons of films apart from what was missed', () => {
  const some = { lessons: [{ open: { minutes: 10, deadlineAt: '2026-12-02T16:00:00.000Z' } }, { kind: 'recorded', open: { minutes: 89.5, deadlineAt: '2026-12-05T04:00:00.000Z' } }] } as unknown as Hours;
  expect(waitingOf({ lessons: [], hours: some })).toEqual([
    { what: 'makeUp', n: 10, to: { name: 'hours' }, until: '2026-12-02T16:00:00.000Z' }, { what: 'study', n: 90, to: { name: 'hours' }, until: '2026-12-05T04:00:00.000Z' },
  ]);
});

it('names what an office, a teacher and a regulator see, each with its page', () => {
  expect(waitingOf({
    lessons: [brief('1', 'live', 'observer')], exams: { held: [], toMark: [{ examId: 'e', title: '', texts: 2, oldestAt: '' }, { examId: 'f', title: '', texts: 1, oldestAt: '' }] }, review: { appeal: 1, check: 2, signals: 0 }, faces: 4, openings: 2, findings: 3,
  }).map(({ what, n, to }) => [what, n, to.name, to.params])).toEqual([
    ['live', 1, 'lesson', { lessonId: '1' }], ['toMark', 3, 'exam-marking', { examId: 'e' }], ['appeal', 1, 'review', undefined], ['check', 2, 'review', undefined], ['face', 4, 'faces', undefined], ['opening', 2, 'cohort-approvals', undefined], ['finding', 3, 'inspections', undefined],
  ]);
});

it('leads to the one class somebody waits for, or to all of them', () => {
  const joinings = (...waiting: number[]) => waitingOf({ lessons: [], joinings: waiting.map((n, at) => ({ cohortId: String(at), waiting: n })) });
  expect([joinings(), joinings(3), joinings(3, 2)]).toEqual([[], [{ what: 'joining', n: 3, to: { name: 'invitations', params: { cohortId: '0' } } }], [{ what: 'joining', n: 5, to: { name: 'cohorts' } }]]);
});

it('counts lessons that clash: same teacher or place at the same time, cancelled ones left out', () => {
  const other = { staff: [{ personId: 'x', name: '', role: 'teacher' as const }] };
  const place = { place: { placeId: 'p', name: '' } };
  const clashes = (timetable: TimetableLesson[]) => waitingOf({ lessons: [], timetable }).find(({ what }) => what === 'clash')?.n ?? 0;
  const nine = '2026-11-24T01:00:00.000Z';
  expect(clashes([planned('1', nine), planned('2', '2026-11-24T02:00:00.000Z'), planned('3', '2026-11-24T03:30:00.000Z')])).toBe(2);
  expect(clashes([planned('1', nine), planned('2', nine, { status: 'cancelled' })])).toBe(0);
  expect([clashes([planned('1', nine), planned('2', nine, other)]), clashes([planned('1', nine, place), planned('2', nine, { ...other, ...place })])]).toEqual([0, 2]);
});
