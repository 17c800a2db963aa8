// Queries of regulators over tens of thousands of rows, within their institutions: each is answered by an index or by sums, none by reading all learners or lessons (R115, R145).
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#domain/id.ts';
import { withinInstitutions } from '../tenancy.ts';
import { testDatabase, type TestDatabase } from '../testing/database.ts';
import { addOversightRows, type OversightRows } from '../testing/oversight-rows.ts';
import { createVault } from '../vault.ts';
import { arrayOf } from './lesson-access.ts';
import { belowSql, countsBelow, learnersBelow } from './oversight-below.ts';
import { figuresSinceSql, figuresSql, monthBegan, oversightFigures, riskFacts, riskSql } from './oversight-figures.ts';
import { classesSql, countsSql } from './oversight-live.ts';
import { nameSql, nameValues, peopleSql, searchLearners } from './oversight-search.ts';

const now = new Date('2026-03-20T04:00:00Z');
const size = { institutions: 20, cohortsEach: 60, learnersEach: 20, lessonsEach: 8 };
const vault = createVault(randomBytes(32));
let db: TestDatabase;
let made: OversightRows;
beforeAll(async () => {
  db = await testDatabase();
  made = await addOversightRows(db.url, size, now);
}, 60_000);
afterAll(() => db?.close());

const em = () => db.orm.em.fork();
interface Plan { 'Node Type': string; 'Relation Name'?: string; 'Index Name'?: string; Plans?: Plan[] }
const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
/** As whoever asks has it: under row-level security, within these institutions. */
async function planOf(sql: string, values: unknown[], institutionIds: readonly string[]): Promise<Plan[]> {
  const [row] = await withinInstitutions(institutionIds, () => em().execute<{ 'QUERY PLAN': { Plan: Plan }[] }[]>(`explain (format json) ${sql}`, values));
  return nodesOf(row!['QUERY PLAN'][0]!.Plan);
}
const readWhole = (plan: readonly Plan[]): string[] => plan.filter((node) => node['Node Type'] === 'Seq Scan').map((node) => node['Relation Name']!);
const indexes = (plan: readonly Plan[]): string[] => plan.flatMap((node) => node['Index Name'] ?? []);
const few = () => made.institutionIds.slice(0, 3);
const large = ['ledger_learner', 'enrolment', 'identity', 'person', 'lesson', 'ledger_lesson', 'replay', 'certificate'];

it('has the rows it speaks of', async () => {
  expect(made.learners).toBe(24_000);
  expect(await em().execute('select count(*)::int as n from ledger_learner')).toEqual([{ n: 24_000 }]);
  expect(await em().execute('select count(*)::int as n from ledger_lesson')).toEqual([{ n: 9_600 }]);
});

describe.each([['all of them', () => made.institutionIds], ['three of twenty', few]])('of %s', (_which, institutionIds) => {
  it.each(['上官桂兰', '王', '欧阳小'])('a name is looked up where it begins: %s', async (name) => {
    const plan = await planOf(nameSql, nameValues(name, institutionIds(), 51), institutionIds());
    expect(readWhole(plan).filter((table) => large.includes(table))).toEqual([]);
    expect(indexes(plan).some((index) => index === 'ledger_learner_begins' || index === 'ledger_learner_name')).toBe(true);
  });

  it('people who are known are read by their key', async () => {
    const plan = await planOf(peopleSql, [arrayOf([newId(), newId()]), arrayOf(institutionIds()), 51], institutionIds());
    expect(readWhole(plan).filter((table) => large.includes(table))).toEqual([]);
  });

  it.each(['attendance', 'checks', 'accuracy'] as const)('learners below in %s come in the order of an index of them alone', async (what) => {
    for (const behind of [false, true]) {
      const plan = await planOf(belowSql(what, behind), [arrayOf(institutionIds()), ...(behind ? [institutionIds()[1], '李', newId(), newId()] : []), 51], institutionIds());
      expect(readWhole(plan).filter((table) => large.includes(table))).toEqual([]);
      expect(indexes(plan).some((index) => ['ledger_learner_attendance_low', 'ledger_learner_accuracy_low', 'ledger_learner_checks'].includes(index))).toBe(true);
    }
  });

  it('what is live is read by its state, its seats and its session, not by what is over', async () => {
    for (const [sql, values] of [[countsSql, []], [classesSql, [201]]] as const) {
      const plan = await planOf(sql, [arrayOf(institutionIds()), ...values], institutionIds());
      expect(readWhole(plan).filter((table) => [...large, 'connection', 'face_check', 'lesson_session'].includes(table))).toEqual([]);
      expect(indexes(plan)).toContain('lesson_status');
      // Seats that are held are read once, however many classes there are.
      expect(plan.filter((node) => node['Relation Name'] === 'connection')).toHaveLength(1);
    }
  });

  it('figures read no learner, and no lesson outside of their time', async () => {
    const since = monthBegan(now);
    for (const sql of Object.values(figuresSql)) expect([sql, readWhole(await planOf(sql, [arrayOf(institutionIds())], institutionIds()))]).toEqual([sql, expect.not.arrayContaining(['ledger_learner', 'replay', 'certificate', 'enrolment'])]);
    for (const sql of Object.values(figuresSinceSql)) expect([sql, readWhole(await planOf(sql, [since, arrayOf(institutionIds())], institutionIds()))]).toEqual([sql, expect.not.arrayContaining(['lesson', 'certificate'])]);
  });

  it('what the rule of risk looks at is read by its time and its institution', async () => {
    const since = new Date(now.getTime() - 20 * 86_400_000);
    for (const [name, sql] of Object.entries(riskSql)) {
      const plan = await planOf(sql, [since, arrayOf(institutionIds()), ...(name === 'missing' ? [now] : [])], institutionIds());
      expect([name, readWhole(plan).filter((table) => ['lesson', 'appeal', 'replay', 'signal'].includes(table))]).toEqual([name, []]);
    }
  });
});

describe('what is found', () => {
  const search = (text: string, institutionIds: readonly string[]) => withinInstitutions(institutionIds, () => searchLearners(em(), vault, { institutionIds, text, now }));

  it('names begin alike, in their order, fifty at most, of these institutions alone', async () => {
    const all = await search('上官', made.institutionIds);
    expect([all.by, all.learners.length, all.more]).toEqual(['name', 50, true]);
    expect(all.learners.every(({ name }) => name.startsWith('上官'))).toBe(true);
    const [whole] = all.learners;
    const some = await search(whole!.name, few());
    expect(some.learners.length).toBeGreaterThan(0);
    expect(some.learners.every(({ name, institutionId }) => name === whole!.name && few().includes(institutionId))).toBe(true);
    expect((await search('司马', made.institutionIds)).learners).toEqual([]);
    expect(whole).toMatchObject({ numberMask: '*******00', creditedMinutes: 333.3, courseTitle: '焊工（初级）' });
  });

  it('a percent sign and an underscore are nothing special', async () => {
    for (const text of ['%', '_', '王%']) expect((await search(text, made.institutionIds)).learners).toEqual([]);
  });

  it('pages of learners below hold each of them once, and as many as are counted', async () => {
    const institutionIds = few();
    for (const what of ['attendance', 'checks', 'accuracy'] as const) {
      const found: string[] = [];
      let behind: Awaited<ReturnType<typeof learnersBelow>>['next'] = null;
      do {
        const page: Awaited<ReturnType<typeof learnersBelow>> = await withinInstitutions(institutionIds, () => learnersBelow(em(), { institutionIds, what, behind }));
        found.push(...page.learners.map(({ cohortId, personId }) => cohortId + personId));
        behind = page.next;
      } while (behind);
      const counts = await withinInstitutions(institutionIds, () => countsBelow(em(), institutionIds));
      expect([what, new Set(found).size, found.length]).toEqual([what, counts[what], counts[what]]);
    }
  });

  it('figures add up to the rows', async () => {
    const figures = await withinInstitutions(made.institutionIds, () => oversightFigures(em(), made.institutionIds, now));
    const [rows] = await em().execute<Record<string, number>[]>(
      `select (select count(*) from cohort where opening = 'opened')::int as "cohortsOpen", (select count(*) from enrolment)::int as "learnersEver", (select count(*) from replay where status = 'ready')::int as recordings,
        (select count(*) from certificate)::int as certificates, (select count(*) from lesson where starts_at >= ?)::int as "lessonsThisMonth"`, [monthBegan(now)]);
    expect(figures).toMatchObject({ ...rows, recordingsHeld: size.institutions, creditedMs: rows!.lessonsThisMonth! * size.learnersEach * 2_500_000 });
    const [first] = few();
    const factsOf = async () => (await withinInstitutions(few(), () => riskFacts(em(), few(), now)));
    expect([...(await factsOf()).keys()]).toEqual(few());
    const facts = (await factsOf()).get(first!)!;
    // Three classes of every sixty were taught within the window.
    expect(facts).toMatchObject({ lessons: 24, learnerLessons: 480, checksAsked: 1440, checksFailed: 24, recordingsHeld: 1, recordingsMissing: 0, appeals: 32, doubtsOpen: 8, corrections: 0, findingsOpen: 0 });
    await em().execute(`update replay set status = 'failed' where institution_id = ? and lesson_id = (select id from lesson where institution_id = ? and starts_at < ?::timestamptz - interval '1 day' order by starts_at desc limit 1)`, [first, first, now]);
    expect((await factsOf()).get(first!)!.recordingsMissing).toBe(1);
  });
});
