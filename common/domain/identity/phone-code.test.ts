// Codes: when another may be sent, and what a try is worth.
import { expect, it } from 'vitest';
import { codeWaitMs, countedAs, phoneCodeLifeMs, phoneCodeLimits, phonePurposes, phoneCodeTries, purposesOf, stateOfCode } from './phone-code.ts';

const now = 1_800_000_000_000;
const before = (...seconds: number[]): number[] => seconds.map((one) => now - one * 1000);

it('of a phone somebody stated: one in half a minute, five in an hour, twelve in a day', () => {
  const wait = (sentAtMs: readonly number[]) => codeWaitMs(phoneCodeLimits.stated, sentAtMs, now);
  expect(wait([])).toBe(0);
  expect(wait(before(29))).toBe(1000);
  expect(wait(before(30))).toBe(0);
  expect(wait(before(40, 50, 60, 70))).toBe(0);
  expect(wait(before(70, 40, 3599, 60, 50))).toBe(1000);
  expect(wait(before(40, 50, 60, 70, 3600))).toBe(0);
  expect(wait(before(...Array.from({ length: 12 }, (_, index) => 3600 * (index + 2))))).toBe(11 * 3_600_000);
});

it('of a learner in class: as many as a day of sign-ins and checks needs', () => {
  const wait = (sentAtMs: readonly number[]) => codeWaitMs(phoneCodeLimits.own, sentAtMs, now);
  expect(wait(before(29))).toBe(1000);
  expect(wait(before(...Array.from({ length: 19 }, (_, index) => 100 * (index + 1))))).toBe(0);
  expect(wait(before(...Array.from({ length: 20 }, (_, index) => 100 * (index + 1))))).toBe(1_600_000);
  expect(wait(before(...Array.from({ length: 40 }, (_, index) => 900 * (index + 1))))).toBe(0);
  for (const purpose of phonePurposes) expect(purposesOf[countedAs(purpose)]).toContain(purpose);
});

it('is open until its time, once, and for five tries', () => {
  const fresh = { tries: 0, expiresAtMs: now + phoneCodeLifeMs, used: false };
  expect(stateOfCode(fresh, now)).toBe('open');
  expect(stateOfCode(fresh, now + phoneCodeLifeMs - 1)).toBe('open');
  expect(stateOfCode(fresh, now + phoneCodeLifeMs)).toBe('over');
  expect(stateOfCode({ ...fresh, used: true }, now)).toBe('over');
  expect(stateOfCode({ ...fresh, tries: phoneCodeTries - 1 }, now)).toBe('open');
  expect(stateOfCode({ ...fresh, tries: phoneCodeTries }, now)).toBe('tried_too_often');
});
