// Raising signals on a real database: the same moment once, a later one counted, each thing its own row, an event for each change.
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { newId } from '#domain/id.ts';
import { Signal } from '../entities/review.ts';
import { platform, unitOfWork } from '../orm.ts';
import { testDatabase, type TestDatabase } from '../testing/database.ts';
import { addLesson, addSchool, type School } from '../testing/school.ts';
import { raiseSignal, signalsOfLearner, type NewSignal } from './signals.ts';

const now = new Date('2026-03-02T02:00:00Z');
const later = new Date(now.getTime() + 60_000);
let db: TestDatabase;
let school: School;
let lessonId: string;
let signal: NewSignal;
beforeAll(async () => { db = await testDatabase(); });
afterAll(() => db?.close());
beforeEach(async () => {
  school = await addSchool(db.orm, 2, now);
  ({ lessonId } = await addLesson(db.orm, school, { startsAt: now, plannedMinutes: 45, status: 'live', startedAt: now }));
  signal = {
    institutionId: school.institutionId, personId: school.studentIds[0]!, kind: 'shared_device', strength: 0.3, lessonId, checkId: null,
    otherPersonIds: [school.studentIds[1]!], facts: { people: 2 }, at: now,
  };
});
const raise = (change: Partial<NewSignal> = {}): Promise<void> => unitOfWork(db.orm, platform, (em) => raiseSignal(em, platform, { ...signal, ...change }));
const rows = () => db.orm.em.fork().find(Signal, { personId: signal.personId });
const events = () => db.orm.em.fork().execute<{ payload: Record<string, unknown> }[]>(`select payload from event where type = 'signal:raised' and stream = ? order by id`, [`lesson:${lessonId}`]);

it('is one row for one thing, however often the same moment is told', async () => {
  await Promise.all([raise(), raise()]);
  await raise();
  expect(await rows()).toMatchObject([{ kind: 'shared_device', strength: 0.3, count: 1, status: 'open', firstSeenAt: now, lastSeenAt: now, otherPersonIds: [school.studentIds[1]] }]);
  expect(await events()).toHaveLength(1);
});

it('counts a later moment, keeps the strongest facts, and waits for a look again', async () => {
  await raise({ strength: 0.7, facts: { people: 2, atOnce: true } });
  await db.orm.em.fork().nativeUpdate(Signal, { personId: signal.personId }, { status: 'settled' });
  await raise({ at: later });
  expect(await rows()).toMatchObject([{ strength: 0.7, facts: { people: 2, atOnce: true }, count: 2, status: 'open', firstSeenAt: now, lastSeenAt: later }]);
  await raise({ at: now, strength: 1 });
  expect(await rows()).toMatchObject([{ strength: 0.7, count: 2 }]);
  expect((await events()).map(({ payload }) => payload['count'])).toEqual([1, 2]);
});

it('keeps other people, other kinds, other lessons and no lesson apart; the order of the others does not matter', async () => {
  const third = newId();
  await raise();
  await raise({ kind: 'same_face' });
  await raise({ lessonId: null });
  await raise({ otherPersonIds: [school.studentIds[1]!, third] });
  await raise({ otherPersonIds: [third, school.studentIds[1]!] });
  expect(await rows()).toHaveLength(4);
  const seen = await signalsOfLearner(db.orm.em.fork(), lessonId, signal.personId);
  expect(seen).toHaveLength(4);
  expect(seen.every(({ lastSeenMs, status }) => lastSeenMs === now.getTime() && status === 'open')).toBe(true);
  const other = await addLesson(db.orm, school, { startsAt: now, plannedMinutes: 45, status: 'scheduled' });
  expect((await signalsOfLearner(db.orm.em.fork(), other.lessonId, signal.personId)).map(({ lessonId: lesson }) => lesson)).toEqual([null]);
});

it('keeps a strength within 0 to 1, and writes ids and figures into the log only', async () => {
  await raise({ strength: 7 });
  expect((await rows())[0]!.strength).toBe(1);
  expect((await events())[0]!.payload).toEqual({
    signalId: (await rows())[0]!.id, kind: 'shared_device', personId: signal.personId, strength: 1, checkId: null, otherPersonIds: signal.otherPersonIds, count: 1, facts: { people: 2 },
  });
});
