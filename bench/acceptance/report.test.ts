// How figures are judged, and that a report which was touched is found out by name.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadInstanceKey, type InstanceKey } from '#db/instance-key.ts';
import { checkReport, pageOf, reportFormat, signReport, type Report } from './report.ts';
import { judge, type RunFigures, type Verdict } from './requirements.ts';

const clicks = { clicks: 10_000, errors: 0, p50Ms: 300, p99Ms: 1500 };
const good: RunFigures = {
  learners: 20_000, enteredLearners: 20_000, signedIn: 20_000, enterP99Ms: 900, lostLines: 0, answers: 60_000, answersLost: 0, answerP99Ms: 300, mediaLearners: 200, mediaServed: 200, mediaLossPercent: 0.01,
  firstFrameP95Ms: 800, mediaRoundTrip: { p50Ms: 2, p95Ms: 9, shareWithin25: 100, samples: 200 }, detail: clicks, object: clicks, browsers: null, generatorCpuPercent: 40,
};
const verdicts = (change: Partial<RunFigures>): Record<string, Verdict> => Object.fromEntries(judge({ ...good, ...change }).map(({ id, verdict }) => [id, verdict]));

test('a run at full size that holds every limit passes all five', () => {
  expect(verdicts({})).toEqual({ R16: 'passed', R18: 'passed', R57: 'passed', R119: 'passed', R120: 'passed' });
});

test.each<[string, Partial<RunFigures>, Record<string, Verdict>]>([
  ['1,200 learners pass what names 1,000 and no more', { learners: 1200, enteredLearners: 1200, detail: { ...clicks, clicks: 1200 }, object: { ...clicks, clicks: 1200 } }, { R18: 'passed', R57: 'notMeasured', R119: 'notMeasured', R120: 'notMeasured' }],
  ['one lost answer fails every audience', { answersLost: 1 }, { R18: 'failed', R57: 'failed', R119: 'failed', R120: 'passed' }],
  ['one learner outside fails', { enteredLearners: 19_999 }, { R18: 'failed', R57: 'failed' }],
  ['a small run can fail', { detail: { ...clicks, clicks: 500, p99Ms: 5100 }, object: { ...clicks, clicks: 500, errors: 1 } }, { R119: 'failed', R120: 'failed' }],
  ['a slow network fails R16 alone', { mediaRoundTrip: { p50Ms: 20, p95Ms: 25.1, shareWithin25: 94, samples: 200 } }, { R16: 'failed', R18: 'passed' }],
  ['a machine of the load that was the limit says nothing of the platform', { generatorCpuPercent: 97, answersLost: 3, detail: { ...clicks, p99Ms: 9000 } }, { R18: 'notMeasured', R119: 'notMeasured', R120: 'passed' }],
  ['what was not done is not measured', { mediaRoundTrip: null, detail: null, object: null }, { R16: 'notMeasured', R119: 'notMeasured', R120: 'notMeasured' }],
])('%s', (_what, change, expected) => {
  expect(verdicts(change)).toMatchObject(expected);
});

let folder: string;
let key: InstanceKey;
let other: InstanceKey;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'report-'));
  [key, other] = [await loadInstanceKey(join(folder, 'a')), await loadInstanceKey(join(folder, 'b'))];
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const report = (): Report => ({
  format: reportFormat, url: 'https://school.example/</script>', startedAt: '2026-11-21T08:00:00.000Z', endedAt: '2026-11-21T08:05:00.000Z', commit: 'abc', machine: 'a <machine>', sameMachine: true,
  requirements: judge(good), figures: good, generators: { processes: 2, cpuPercent: [40, 38] },
});

test('report and page are as they were signed, whatever their texts contain', () => {
  const signed = signReport(report(), key);
  expect(checkReport(JSON.stringify(signed, null, 2), key.publicKey).wrong).toEqual([]);
  const page = pageOf(signed);
  expect(checkReport(page, key.publicKey).wrong).toEqual([]);
  expect(page).not.toContain('<machine>');
  expect(page.indexOf('验收报告')).toBeLessThan(page.indexOf('acceptance report</span>'));
});

test('a changed figure, a changed page, another key and a torn file are named', () => {
  const signed = signReport(report(), key);
  const better = JSON.stringify(signed).replace('"enteredLearners":20000', '"enteredLearners":20001');
  expect(checkReport(better, null).wrong).toEqual(['the signature does not fit: the report was changed after it was signed']);
  const page = pageOf(signed);
  expect(checkReport(page.replace('>passed<', '>failed<'), null).wrong).toEqual(['the page shows something else than its signed figures']);
  expect(checkReport(JSON.stringify(signReport(report(), other)), key.publicKey).wrong[0]).toMatch(/^signed with another key than this instance's/);
  expect(checkReport(page.slice(0, -300), null).wrong).toEqual(['this is no acceptance report, or its data are torn']);
  expect(checkReport('{}', null).wrong).toEqual(['this is no acceptance report, or its data are torn']);
});
