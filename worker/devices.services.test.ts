// Browsers that several learners use: at once, one after the other, by staff, in another institution, and marks nobody gave.
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { Connection } from '#db/entities/lesson.ts';
import { Signal } from '#db/entities/review.ts';
import { testDatabase, type TestDatabase } from '#db/testing/database.ts';
import { addLesson, addSchool, type School } from '#db/testing/school.ts';
import { newId } from '#domain/id.ts';
import { noteSharedDevices } from './devices.ts';

const minute = 60_000;
const now = new Date('2026-03-02T03:00:00Z');
let db: TestDatabase;
let school: School;
let lessonId: string;
let browser: string;
beforeAll(async () => { db = await testDatabase(); });
afterAll(() => db?.close());
beforeEach(async () => {
  school = await addSchool(db.orm, 3, new Date(now.getTime() - 60 * minute));
  ({ lessonId } = await addLesson(db.orm, school, { startsAt: new Date(now.getTime() - 30 * minute), plannedMinutes: 45, status: 'live', startedAt: new Date(now.getTime() - 30 * minute) }));
  browser = `b${newId().replaceAll('-', '').slice(-12)}`;
});

interface Sat { fromMinutes: number; toMinutes: number | null; role?: 'student' | 'observer'; device?: string; of?: School; in?: string }
async function sits(learner: number, { fromMinutes, toMinutes, role = 'student', device = `${browser}-${newId()}`, of = school, in: where = lessonId }: Sat): Promise<void> {
  const at = (minutes: number): Date => new Date(now.getTime() - 30 * minute + minutes * minute);
  await db.orm.em.fork().insert(Connection, {
    id: newId(), institutionId: of.institutionId, lessonId: where, sessionId: null, personId: of.studentIds[learner]!, role, deviceId: device, connectedAt: at(fromMinutes),
    lastSeenAt: toMinutes === null ? now : at(toMinutes), leftAt: toMinutes === null ? null : at(toMinutes), leftReason: toMinutes === null ? null : 'left', visible: true,
  });
}
const raised = async () => (await db.orm.em.fork().find(Signal, { institutionId: school.institutionId }, { orderBy: { personId: 'asc' } }))
  .map(({ personId, strength, otherPersonIds, facts, count }) => ({
    learner: school.studentIds.indexOf(personId), strength, others: otherPersonIds.map((id) => school.studentIds.indexOf(id)).sort(), facts, count,
  }))
  .sort((one, other) => one.learner - other.learner);
const look = (): Promise<number> => noteSharedDevices({ orm: db.orm, now: () => now });

it('is strong where two sit in one lesson from one browser at the same moment, and told of each', async () => {
  await sits(0, { fromMinutes: 0, toMinutes: null });
  await sits(1, { fromMinutes: 10, toMinutes: null });
  await sits(2, { fromMinutes: 0, toMinutes: null, device: `b000000000000-${newId()}` });
  await look();
  await look();
  const facts = { people: 2, atOnce: true };
  expect(await raised()).toEqual([{ learner: 0, strength: 0.7, others: [1], facts, count: 1 }, { learner: 1, strength: 0.7, others: [0], facts, count: 1 }]);
});

it('is weak where one came after the other', async () => {
  await sits(0, { fromMinutes: 0, toMinutes: 22 });
  await sits(1, { fromMinutes: 23, toMinutes: null });
  await look();
  expect(await raised()).toMatchObject([{ learner: 0, strength: 0.2, facts: { people: 2, atOnce: false } }, { learner: 1, strength: 0.2 }]);
});

it('is nothing for one learner alone, for two tabs, for an observer, for a device without a mark, and across institutions', async () => {
  await sits(0, { fromMinutes: 0, toMinutes: 10 });
  await sits(0, { fromMinutes: 11, toMinutes: null });
  await sits(1, { fromMinutes: 0, toMinutes: null, role: 'observer' });
  const bare = newId();
  await sits(1, { fromMinutes: 1, toMinutes: 2, device: bare });
  await sits(2, { fromMinutes: 1, toMinutes: null, device: bare });
  const foreign = await addSchool(db.orm, 1, now);
  const there = await addLesson(db.orm, foreign, { startsAt: now, plannedMinutes: 45, status: 'open' });
  await sits(0, { fromMinutes: 5, toMinutes: null, of: foreign, in: there.lessonId });
  await look();
  expect(await raised()).toEqual([]);
});
