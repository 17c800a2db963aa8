// Four learners reckoned by hand: report, hours, ledger and the gate of certificates say the table's figures, before and after a check is decided (R23 to R27, R29, R114).
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CandidatePage, IssueReply } from '#contracts/certificate.ts';
import type { Hours } from '#contracts/hours.ts';
import type { LearnerLedger, LedgerCounts, LedgerPage } from '#contracts/ledger.ts';
import type { LessonReport } from '#contracts/report.ts';
import { addGoldenCohort, golden, goldenDecided, type Golden, type GoldenCohort } from '#db/testing/golden-cohort.ts';
import { addHandedIn } from '../testing/certificate.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addSchool, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let cohort: GoldenCohort;
beforeAll(async () => {
  world = await openHttpWorld();
  school = await addSchool(world.deps.orm, world.clock.now());
  const startsAt = new Date(world.clock.now().getTime() - 3 * 86_400_000);
  await addHandedIn(world.deps.orm, school, 4, startsAt);
  cohort = await addGoldenCohort(world.deps.orm, { institutionId: school.institutionId, courseId: school.courseId, teacherId: school.teacher.personId }, startsAt);
  await cohort.settle(world.clock.now());
});
afterAll(() => world.close());

const read = async <Reply>(route: string, who: Known): Promise<Reply> => {
  const response = await world.call(route, who);
  expect(response.statusCode, route).toBe(200);
  return response.json<Reply>();
};
const share = (thousandths: number): number => thousandths / 1000;
const figures = (one: Golden) => ({
  name: one.name, heldMinutes: one.held, creditedMinutes: one.live, madeUpMinutes: one.madeUp, attendance: share(one.attendance), attendanceLow: one.attendance < 800, asked: one.asked, answered: one.answered, correct: one.correct,
  accuracy: share(one.accuracy), accuracyLow: one.accuracy < 800, checks: { ...one.checks, missed: 0, pending: 0 },
});
const learner = (index: number): Known => ({ personId: cohort.personIds[index]!, accountId: cohort.accountIds[index]! });

const stays = (): Promise<void> => Promise.resolve();
async function decided(): Promise<void> {
  await cohort.decide(school.scheduler.personId, world.clock.now());
  await cohort.settle(world.clock.now());
}
const moments: readonly { when: string; table: readonly Golden[]; come: () => Promise<void> }[] = [{ when: 'while an appeal waits', table: golden, come: stays }, { when: 'after it was decided', table: goldenDecided, come: decided }];

describe.each(moments)('$when', ({ table, come }) => {
  beforeAll(come);

  it('the ledger has the figures, and their sums', async () => {
    const { rows } = await read<LedgerPage>(`GET /api/ledger?cohortId=${cohort.cohortId}`, school.scheduler);
    for (const one of table) {
      expect(rows.find(({ name }) => name === one.name), one.name).toMatchObject({
        ...figures(one), lessons: 2, came: 2, units: 4, exams: 1, examsPassed: one.exam.passed ? 1 : 0, examState: one.exam.passed ? 'passed' : 'failed', examShare: share(one.exam.best), certificate: null,
        unsettled: one.missing.includes('unsettled') ? 1 : 0,
      });
    }
    const { totals } = await read<LedgerCounts>(`GET /api/ledger/counts?cohortId=${cohort.cohortId}`, school.scheduler);
    const sum = (of: (one: Golden) => number) => table.reduce((total, one) => total + of(one), 0);
    expect(totals).toMatchObject({ heldMinutes: 720, creditedMinutes: sum(({ live }) => live), madeUpMinutes: 30, asked: 19, correct: 16 });
  });

  it('the report of each lesson has them, and so has the list of hours', async () => {
    for (const [index, { lessonId }] of cohort.lessons.entries()) {
      const report = await read<LessonReport>(`GET /api/lessons/${lessonId}/report`, school.teacher);
      for (const one of table) expect(report.rows.find(({ name }) => name === one.name), one.name).toMatchObject({ heldMinutes: 90, creditedMinutes: one.lessons[index], madeUpMinutes: index === 1 ? one.madeUp : 0 });
    }
    for (const [index, one] of table.entries()) {
      const list = await read<LearnerLedger>(`GET /api/cohorts/${cohort.cohortId}/ledger/${cohort.personIds[index]}`, school.regulator);
      expect(list.learner).toMatchObject(figures(one));
      expect(list.lessons.map(({ creditedMinutes }) => creditedMinutes)).toEqual(one.lessons);
      for (const lesson of list.lessons) expect(lesson.units.reduce((sum, { creditedMinutes }) => sum + creditedMinutes, 0)).toBe(lesson.creditedMinutes);
      expect(list.lessons.reduce((sum, { correct }) => sum + correct, 0)).toBe(one.correct);
    }
  });

  it('each learner is told the same', async () => {
    for (const [index, one] of table.entries()) {
      const hours = await read<Hours>('GET /api/hours', learner(index));
      expect(hours.totals, one.name).toEqual({ heldMinutes: one.held, creditedMinutes: one.live, madeUpMinutes: one.madeUp, share: share(one.attendance) });
      expect(hours.lessons.map(({ creditedMinutes }) => creditedMinutes).toReversed(), one.name).toEqual(one.lessons);
    }
  });

  it('the gate of certificates names what is missing, and nothing else', async () => {
    const rows = (await Promise.all(['ready', 'missing'].map((view) => read<CandidatePage>(`GET /api/cohorts/${cohort.cohortId}/certificates?view=${view}`, school.scheduler)))).flatMap((page) => page.rows);
    for (const one of table) {
      expect(rows.find(({ name }) => name === one.name), one.name).toMatchObject({ attendance: share(one.attendance), accuracy: share(one.accuracy), examScore: share(one.exam.best), missing: one.missing });
    }
  });
});

it('issues to the three who lack nothing, with the table’s figures printed', async () => {
  const reply = await world.call(`POST /api/cohorts/${cohort.cohortId}/certificates`, school.scheduler, { payload: { personIds: cohort.personIds } });
  const { issued, refused } = reply.json<IssueReply>();
  expect(refused).toMatchObject([{ name: '赵磊', already: false, missing: ['accuracy_low', 'exam_failed'] }]);
  expect(issued.map(({ personId }) => personId).sort()).toEqual(cohort.personIds.slice(0, 3).sort());
  for (const { personId, serial } of issued) {
    const one = goldenDecided[cohort.personIds.indexOf(personId)]!;
    const { printed } = (await world.call(`GET /api/certificate-checks/${serial}`, null)).json<{ printed: object }>();
    expect(printed).toMatchObject({ name: one.name, units: 4, minutes: one.live + one.madeUp, attendance: share(one.attendance), accuracy: share(one.accuracy), examScore: share(one.exam.best) });
  }
});
