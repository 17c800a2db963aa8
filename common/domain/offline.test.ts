// What a signed sheet may say of a lesson held at a place, and how it enters the ledger (R40, R149, R151).
import { describe, expect, it } from 'vitest';
import { sheetFault, taughtWays } from './offline.ts';
import { correctedSpans } from './presence/corrections.ts';
import type { PresenceReason } from './presence/facts.ts';
import { onSiteSpans } from './presence/on-site.ts';

const minute = 60_000;
const start = Date.parse('2026-03-02T01:00:00Z');
const span = (from: number, to: number): { fromMs: number; toMs: number } => ({ fromMs: start + from * minute, toMs: start + to * minute });
const plan = { startsAt: new Date(start), plannedMinutes: 90 };
const unit = (from: number, to: number) => ({ ...span(from, to), plannedMinutes: 45 });
const fault = (units: ReturnType<typeof unit>[], present: ReturnType<typeof span>[] = [], now = 300) => sheetFault({ units, present }, plan, start + now * minute);

describe('a sheet', () => {
  it('may say what was held near the plan, and who was there within', () => {
    expect(fault([unit(0, 45), unit(55, 100)], [span(0, 100), span(20, 60)])).toBeNull();
    expect(fault([unit(-120, -75)])).toBeNull();
    expect(fault([unit(150, 210)])).toBeNull();
  });

  it('waits for the end of the class', () => {
    expect(fault([unit(0, 45)], [], 44)).toBe('sheet_too_soon');
    expect(fault([unit(0, 45)], [], 45)).toBeNull();
  });

  it.each([
    ['no unit', [], []], ['a unit backwards', [unit(45, 0)], []], ['units over each other', [unit(0, 45), unit(44, 90)], []], ['units the other way round', [unit(45, 90), unit(0, 45)], []],
    ['a unit too long', [unit(0, 61)], []], ['too early', [unit(-121, -76)], []], ['too late', [unit(166, 211)], []], ['somebody before', [unit(0, 45)], [span(-1, 45)]], ['somebody after', [unit(0, 45)], [span(0, 46)]],
    ['somebody backwards', [unit(0, 45)], [span(30, 20)]],
  ])('refuses %s', (_what, units, present) => { expect(fault(units, present)).toBe('sheet_outside'); });
});

describe('in the ledger', () => {
  const told = (from: number, to: number, reason: PresenceReason) => ({ ...span(from, to), unitId: 'u', reason });
  it('credits the time at the place once: what counts in another lesson is told so', () => {
    expect(onSiteSpans([told(0, 45, 'not_joined')], { onSite: [span(5, 40), span(10, 40)], elsewhere: [span(30, 50)] }))
      .toEqual([told(0, 5, 'not_joined'), told(5, 30, 'on_site'), told(30, 40, 'elsewhere'), told(40, 45, 'not_joined')]);
    expect(onSiteSpans([told(0, 45, 'present')], { onSite: [span(0, 45)] })).toEqual([told(0, 45, 'present')]);
  });

  it('is corrected as everything else', () => {
    const corrections = [{ correctionId: 'c', way: 'take' as const, ...span(10, 20), decidedMs: 1 }];
    expect(correctedSpans([told(0, 45, 'on_site')], { corrections })).toEqual([told(0, 10, 'on_site'), told(10, 20, 'taken_back'), told(20, 45, 'on_site')]);
  });
});

it('says what was taught which way, of nothing too', () => {
  expect(taughtWays(3, 1)).toEqual({ onlineUnits: 3, offlineUnits: 1, onlinePercent: 75 });
  expect(taughtWays(0, 0)).toEqual({ onlineUnits: 0, offlineUnits: 0, onlinePercent: 0 });
});
