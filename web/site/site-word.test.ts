// What is said where nobody can sign.
import { expect, it } from 'vitest';
import { isShut, siteWord } from './site-word.ts';

const site = { status: 'scheduled' as const, opensAt: '2026-03-02T01:00:00.000Z', closesAt: '2026-03-02T05:00:00.000Z' };
const at = (clock: string): number => Date.parse(`2026-03-02T${clock}:00.000Z`);

it('is open from the first moment to the one before the end', () => {
  expect(['00:59', '01:00', '04:59', '05:00'].map((clock) => isShut(site, at(clock)))).toEqual([true, false, false, true]);
  expect(isShut({ ...site, status: 'ended' }, at('02:00'))).toBe(true);
});

it('says why it is shut', () => {
  expect([siteWord(site, at('00:10')), siteWord(site, at('05:00')), siteWord({ ...site, status: 'ended' }, at('02:00')), siteWord({ ...site, status: 'cancelled' }, at('02:00'))]).toEqual(['site.notYet', 'site.over', 'site.kept', 'site.cancelled']);
});
