// The page says by itself that it is cut off: fast where it is, and not where a phone is only slow (R22).
import { expect, it } from 'vitest';
import { firstSilence, isSilent, listened, lookEveryMs, mediaAskedAfterMs, type Silence } from './silence.ts';

interface World { heardAt: readonly number[]; bytesAt: (ms: number) => number | null; awake?: (ms: number) => boolean }
/** Looks for so long as a page does, and answers when it said that it is silent; in ms, as spans. */
function looks(forMs: number, { heardAt, bytesAt, awake = () => true }: World): [number, number][] {
  let silence: Silence = firstSilence(0);
  const said: [number, number][] = [];
  for (let nowMs = lookEveryMs; nowMs <= forMs; nowMs += lookEveryMs) {
    if (!awake(nowMs)) continue;
    const heardAtMs = heardAt.findLast((at) => at <= nowMs) ?? 0;
    silence = listened(silence, { nowMs, heardAtMs, mediaBytes: silence.quietMs >= mediaAskedAfterMs ? bytesAt(nowMs) : null });
    if (!isSilent(silence)) continue;
    const last = said.at(-1);
    if (last?.[1] === nowMs) last[1] += lookEveryMs;
    else said.push([nowMs, nowMs + lookEveryMs]);
  }
  return said;
}
const every = (ms: number, untilMs: number): number[] => Array.from({ length: Math.floor(untilMs / ms) }, (_, index) => (index + 1) * ms);
const noMedia = (): null => null;

it('a cut is told three seconds after the last sign of life, with media and without', () => {
  const heardAt = every(2_000, 10_000);
  expect(looks(16_000, { heardAt, bytesAt: noMedia })).toEqual([[13_000, 16_500]]);
  expect(looks(16_000, { heardAt, bytesAt: (ms) => Math.min(ms, 10_000) })).toEqual([[13_500, 16_500]]);
});

it('a line that lives is never silent, and one late sign of life is none while sound and picture arrive', () => {
  expect(looks(60_000, { heardAt: every(2_000, 60_000), bytesAt: noMedia })).toEqual([]);
  const late = [2_000, 4_000, 9_000, 10_000, 12_000];
  expect(looks(13_000, { heardAt: late, bytesAt: (ms) => ms })).toEqual([]);
  expect(looks(13_000, { heardAt: late, bytesAt: noMedia })).toEqual([[7_000, 9_000]]);
});

it('media alone do not vouch for longer than the line may be late', () => {
  expect(looks(14_000, { heardAt: [2_000], bytesAt: (ms) => ms })).toEqual([[10_000, 14_500]]);
});

it('a phone that stood still for some seconds hears what waits for it first; one that slept is silent until it hears', () => {
  const stood = (ms: number): boolean => ms < 6_000 || ms >= 10_000;
  expect(looks(14_000, { heardAt: [2_000, 4_000, 10_500, 12_500], bytesAt: noMedia, awake: stood })).toEqual([]);
  const slept = (ms: number): boolean => ms < 6_000 || ms >= 600_000;
  expect(looks(603_000, { heardAt: [2_000, 4_000, 602_000], bytesAt: noMedia, awake: slept })).toEqual([[600_000, 602_000]]);
});
