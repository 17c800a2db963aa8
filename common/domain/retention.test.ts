// How long things are kept: by class, by the longest rule, and never past a hold.
import { expect, test } from 'vitest';
import { defaultPack, packs } from './rules/packs.ts';
import { packName } from './rules/rule-pack.ts';
import { dueFrom, faceFilingState, retentionClasses, retentionOf, ruleOf } from './retention.ts';

const endedAt = new Date('2021-03-01T10:00:00Z');
const day = 86_400_000;
const of = (retentionClass: (typeof retentionClasses)[number], more: Partial<Parameters<typeof retentionOf>[0]> = {}, now = new Date('2026-03-01T10:00:00Z')) =>
  retentionOf({ retentionClass, endedAt, packNames: ['default@1'], holds: [], ...more }, now);

test('facts go five years after the training, to the instant, and not before', () => {
  expect(of('fact')).toEqual({ state: 'due', since: new Date('2026-03-01T10:00:00Z'), rule: 'fact 5 years default@1' });
  expect(of('fact', {}, new Date('2026-03-01T09:59:59Z'))).toMatchObject({ state: 'kept', because: 'time', until: new Date('2026-03-01T10:00:00Z') });
});
test('of several packs the longest counts', () => {
  expect(ruleOf('fact', ['hainan@1', 'qinhuangdao@1'])).toMatchObject({ years: 5, named: 'fact 5 years qinhuangdao@1' });
  expect(of('fact', { packNames: ['hainan@1'] }, new Date('2024-03-01T10:00:00Z'))).toMatchObject({ state: 'due', rule: 'fact 3 years hainan@1' });
  expect(() => ruleOf('fact', [])).toThrow(RangeError);
});
test('every class of every pack has a figure; those of years are at least three', () => {
  for (const pack of packs) for (const one of retentionClasses) {
    const { years, days } = ruleOf(one, [packName(pack)]);
    expect(one === 'face' ? days : years).toBeGreaterThanOrEqual(one === 'face' ? 1 : 3);
  }
  expect(defaultPack.retention.securityLogDays).toBeGreaterThanOrEqual(183);
});
test('a hold keeps what is due, and a training that is not over keeps all', () => {
  expect(of('recording', { holds: ['one'] })).toMatchObject({ state: 'kept', because: 'hold', until: null });
  expect(of('face', { endedAt: null })).toMatchObject({ state: 'kept', because: 'training_runs' });
  expect(of('face', {}, new Date(endedAt.getTime() + 30 * day)).state).toBe('due');
});
test('29 February ends on 1 March', () => {
  expect(dueFrom(new Date('2024-02-29T00:00:00Z'), { years: 5, days: 0 }).toISOString()).toBe('2029-03-01T00:00:00.000Z');
});
test('the filing line warns from 80 % on', () => {
  expect([0, 79_999, 80_000, 99_999, 100_000].map(faceFilingState)).toEqual(['fine', 'fine', 'near', 'near', 'reached']);
});
