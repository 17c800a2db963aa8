// The form of a new lesson: what it sends and what it refuses.
import { describe, expect, it } from 'vitest';
import { shanghaiInstant } from '#domain/day.ts';
import { freshForm, readForm, type LessonForm } from './lesson-form.ts';

const now = Date.parse('2026-11-21T11:02:00.000Z');
const good: LessonForm = { cohortId: 'c', title: ' 焊接安全 ', day: '2026-11-22', time: '09:30', minutes: 90, teacherIds: ['a'], assistantIds: ['b'], recorded: true };
const wrongOf = (change: Partial<LessonForm>) => readForm({ ...good, ...change }, now).wrong;

describe('readForm', () => {
  it('makes the body, times in UTC, title trimmed', () => {
    expect(readForm(good, now).body).toEqual({ cohortId: 'c', title: '焊接安全', startsAt: '2026-11-22T01:30:00.000Z', plannedMinutes: 90, teacherIds: ['a'], assistantIds: ['b'], recorded: true });
  });
  it.each([
    [{ cohortId: '' }, { cohortId: 'schedule.wrong.noCohort' }],
    [{ title: '  ' }, { title: 'schedule.wrong.noTitle' }],
    [{ title: 'x'.repeat(121) }, { title: 'schedule.wrong.longTitle' }],
    [{ day: '' }, { startsAt: 'schedule.wrong.noStart' }],
    [{ day: '2026-02-30' }, { startsAt: 'schedule.wrong.noStart' }],
    [{ day: '2026-11-21', time: '19:02' }, { startsAt: 'schedule.wrong.past' }],
    [{ minutes: '' as const }, { minutes: 'schedule.wrong.minutes' }],
    [{ minutes: 0 }, { minutes: 'schedule.wrong.minutes' }],
    [{ minutes: 601 }, { minutes: 'schedule.wrong.minutes' }],
    [{ minutes: 45.5 }, { minutes: 'schedule.wrong.minutes' }],
    [{ teacherIds: [] }, { teacherIds: 'schedule.wrong.noTeacher' }],
    [{ teacherIds: Array.from({ length: 9 }, (_, index) => String(index)) }, { teacherIds: 'schedule.wrong.tooMany' }],
    [{ assistantIds: ['a'] }, { assistantIds: 'schedule.wrong.both' }],
  ])('refuses %j', (change, wrong) => { expect(wrongOf(change)).toEqual(wrong); });
  it('says all that is wrong at once', () => {
    expect(Object.keys(wrongOf({ cohortId: '', title: '', teacherIds: [] }) ?? {})).toEqual(['cohortId', 'title', 'teacherIds']);
  });
});

describe('freshForm', () => {
  it('starts at a quarter of an hour at least half an hour ahead, in Shanghai', () => {
    expect(freshForm(now)).toMatchObject({ day: '2026-11-21', time: '19:45', minutes: 90 });
    expect(freshForm(Date.parse('2026-11-21T15:31:00.000Z'))).toMatchObject({ day: '2026-11-22', time: '00:15' });
  });
});

describe('shanghaiInstant', () => {
  it.each(['', '9:30', '25:00', 'abc'])('refuses the time %j', (time) => { expect(shanghaiInstant('2026-11-22', time)).toBeNull(); });
});
