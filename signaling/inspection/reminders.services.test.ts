// Deadlines of findings: the office is reminded once before, it and the inspector are told once after; never of what was answered, accepted or not handed over.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Notices } from '#contracts/timetable.ts';
import { addInspection, asked } from '../testing/inspection.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addSchool, type School } from '../testing/school.ts';
import { findingsDue, remindOfDeadlines } from './reminders.ts';

let world: HttpWorld;
let school: School;
let findingId: string;
const dayMs = 86_400_000;
beforeAll(async () => {
  world = await openHttpWorld();
  school = await addSchool(world.deps.orm, world.clock.now());
  const answered = await addSchool(world.deps.orm, world.clock.now(), 'Answered');
  // Fifteen days from here.
  ({ findingId } = await addInspection(world, school));
  const other = await addInspection(world, answered);
  await asked(world, `POST /api/inspection-findings/${other.findingId}/answers`, answered.scheduler, { words: '整改完成' });
  await addInspection(world, await addSchool(world.deps.orm, world.clock.now(), 'Not handed'), { hand: false });
});
afterAll(() => world.close());

const kinds = ['inspection_due', 'inspection_overdue'];
const noticed = async (who: Known): Promise<string[]> => (await asked<Notices>(world, 'GET /api/notices', who)).notices.map(({ kind }) => kind).filter((kind) => kinds.includes(kind)).reverse();
const due = async (): Promise<boolean> => {
  const { sql, values } = findingsDue(world.deps);
  return (await world.deps.orm.em.fork().execute<[{ yes: boolean }]>(`select (${sql}) as yes`, values))[0].yes;
};
/** Two processes at once. */
const round = (): Promise<unknown> => Promise.all([remindOfDeadlines(world.deps), remindOfDeadlines(world.deps)]);
const all = async (): Promise<number> => (await world.deps.orm.em.fork().execute<[{ n: number }]>(`select count(*)::int as n from notice where kind = any(?::text[])`, [`{${kinds.join(',')}}`]))[0].n;

it('nobody is told while there is time', async () => {
  world.clock.pass(11 * dayMs);
  expect(await due()).toBe(false);
  await round();
  expect(await all()).toBe(0);
});

it('the office three days before, once; both when it is over, once', async () => {
  world.clock.pass(1.5 * dayMs);
  expect(await due()).toBe(true);
  await round();
  await round();
  expect([await noticed(school.scheduler), await noticed(school.regulator), await due()]).toEqual([['inspection_due'], [], false]);
  world.clock.pass(3 * dayMs);
  expect(await due()).toBe(true);
  await round();
  await round();
  expect([await noticed(school.scheduler), await noticed(school.regulator), await all()]).toEqual([kinds, ['inspection_overdue'], 3]);
});

it('a finding that came back with more days has a deadline of its own', async () => {
  await asked(world, `POST /api/inspection-findings/${findingId}/answers`, school.scheduler, { words: '整改完成' });
  expect(await due()).toBe(false);
  await asked(world, `POST /api/inspection-findings/${findingId}/decisions`, school.regulator, { outcome: 'returned', words: '还缺材料', days: 10 });
  expect(await due()).toBe(false);
  world.clock.pass(8 * dayMs);
  await round();
  expect(await noticed(school.scheduler)).toEqual([...kinds, 'inspection_due']);
});
