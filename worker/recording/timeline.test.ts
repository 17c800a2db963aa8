// The time line under everything real clocks and networks do: drift, jitter, wrong clocks, strays, wraps, steps, few reports.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../testing/random.ts';
import { timestampModulus, unwrapNear } from './rtp.ts';
import { clockOffset, ntpToMs, trackClock, type Arrival, type ClockPoint } from './timeline.ts';

interface World { rate: number; driftPpm: number; firstRtp: number; skewMs: number; seconds: number; reportEveryMs: number; jitterMs: number; seed: number }
const world = fc.record<World>({
  rate: fc.constantFrom(48_000, 90_000), driftPpm: fc.integer({ min: -100, max: 100 }), firstRtp: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  skewMs: fc.constantFrom(0, -5000, 3 * 365 * 86_400_000, -40 * 365 * 86_400_000), seconds: fc.integer({ min: 30, max: 2700 }),
  reportEveryMs: fc.integer({ min: 500, max: 7000 }), jitterMs: fc.integer({ min: 0, max: 60 }), seed: fc.integer({ min: 1, max: 1e9 }),
});
const startMs = 1_800_000_000_000;

/** What a stream and its reports look like from the server; `true` times are ms from the start. */
function play(w: World, steps: { atMs: number; byMs: number }[] = []) {
  const random = seededRandom(w.seed);
  const minDelayMs = 25;
  const stepped = (ms: number): number => steps.filter((step) => ms >= step.atMs).reduce((sum, step) => sum + step.byMs, 0);
  const rtpOf = (ms: number): number => w.firstRtp + ((ms + stepped(ms)) / 1000) * w.rate * (1 + w.driftPpm * 1e-6);
  const arrivals: (Arrival & { trueMs: number })[] = [];
  for (let ms = 0; ms < w.seconds * 1000; ms += 200) arrivals.push({ trueMs: startMs + ms, rtp: rtpOf(ms), atMs: startMs + ms + minDelayMs + random() * w.jitterMs });
  const reports: { rtp: number; ntpMs: number; atMs: number }[] = [];
  for (let ms = 300; ms < w.seconds * 1000; ms += w.reportEveryMs) {
    // Browsers' own pairs are a few milliseconds off each other.
    reports.push({ rtp: rtpOf(ms) + ((random() - 0.5) * 8 * w.rate) / 1000, ntpMs: startMs + ms + w.skewMs, atMs: startMs + ms + minDelayMs + random() * w.jitterMs });
  }
  return { arrivals, reports, minDelayMs };
}

function clockFor(w: World, played: ReturnType<typeof play>) {
  const offset = clockOffset(played.reports);
  const points = played.reports.map((report): ClockPoint => ({ rtp: report.rtp, ms: report.ntpMs + offset(report.atMs), atMs: report.atMs }));
  return trackClock(w.rate, points, played.arrivals);
}
const worst = (clock: ReturnType<typeof clockFor>, played: ReturnType<typeof play>, skip = (_: number) => false): number =>
  Math.max(...played.arrivals.filter((arrival) => !skip(arrival.trueMs)).map((arrival) => Math.abs(clock.toMs(arrival.rtp, arrival.atMs) - arrival.trueMs - played.minDelayMs)));

describe('time line', () => {
  it('maps every packet near its true time, whatever drift, jitter and wrong clock', () => {
    fc.assert(fc.property(world, (w) => {
      const played = play(w);
      // Offset errs by at most the jitter of the fastest reports, the fit by a few milliseconds.
      expect(worst(clockFor(w, played), played)).toBeLessThan(12 + w.jitterMs);
    }), { numRuns: 60 });
  });

  it('keeps sound and picture of one participant together although their clocks drift apart', () => {
    fc.assert(fc.property(world, fc.integer({ min: -100, max: 100 }), (w, otherPpm) => {
      const sound = { ...w, rate: 48_000, reportEveryMs: 5000 };
      const picture = { ...w, rate: 90_000, reportEveryMs: 800, driftPpm: otherPpm, seed: w.seed + 1 };
      const [one, other] = [play(sound), play(picture)];
      const offset = clockOffset([...one.reports, ...other.reports]);
      const [soundClock, pictureClock] = [one, other].map((played, index) => trackClock(
        index === 0 ? 48_000 : 90_000, played.reports.map((report) => ({ rtp: report.rtp, ms: report.ntpMs + offset(report.atMs), atMs: report.atMs })), played.arrivals,
      ));
      const apart = one.arrivals.map((arrival, index) => {
        const twin = other.arrivals[index]!;
        return Math.abs(soundClock!.toMs(arrival.rtp, arrival.atMs) - pictureClock!.toMs(twin.rtp, twin.atMs));
      });
      expect(Math.max(...apart)).toBeLessThan(12);
    }), { numRuns: 25 });
  });

  it('is not moved by stray reports', () => {
    fc.assert(fc.property(world, fc.integer({ min: -60_000, max: 60_000 }).filter((ms) => Math.abs(ms) > 100), (w, byMs) => {
      const played = play({ ...w, seconds: Math.max(w.seconds, 120), jitterMs: 20 });
      for (let index = 2; index < played.reports.length; index += 7) played.reports[index]!.rtp += (byMs / 1000) * w.rate;
      expect(worst(clockFor(w, played), played)).toBeLessThan(32);
    }), { numRuns: 40 });
  });

  it('follows a step of the RTP clock on both sides of it', () => {
    fc.assert(fc.property(world, fc.integer({ min: -20_000, max: 20_000 }).filter((ms) => Math.abs(ms) > 500), (w, byMs) => {
      const long = { ...w, seconds: 300, jitterMs: 30, reportEveryMs: Math.min(w.reportEveryMs, 5000) };
      const played = play(long, [{ atMs: 150_000, byMs }]);
      const clock = clockFor(long, played);
      expect(worst(clock, played)).toBeLessThan(42);
    }), { numRuns: 40 });
  });

  it('follows a participant whose clock is set anew', () => {
    const w: World = { rate: 90_000, driftPpm: 20, firstRtp: 5, skewMs: 0, seconds: 200, reportEveryMs: 1000, jitterMs: 20, seed: 3 };
    const played = play(w);
    for (const report of played.reports) if (report.atMs > startMs + 100_000) report.ntpMs += 3_600_000;
    expect(worst(clockFor(w, played), played)).toBeLessThan(32);
  });

  it.each([0, 1, 2, 3])('does with %i reports', (count) => {
    const w: World = { rate: 48_000, driftPpm: 50, firstRtp: 77, skewMs: -1e12, seconds: 12, reportEveryMs: 3000, jitterMs: 40, seed: 11 };
    const played = play(w);
    played.reports.splice(count);
    const clock = clockFor(w, played);
    expect(clock.method).toBe(count === 0 ? 'arrival' : 'median');
    expect(worst(clock, played)).toBeLessThan(45);
  });

  it('goes by arrivals when reports contradict every packet', () => {
    const w: World = { rate: 90_000, driftPpm: 0, firstRtp: 0, skewMs: 0, seconds: 60, reportEveryMs: 1000, jitterMs: 20, seed: 5 };
    const played = play(w);
    for (const report of played.reports) report.rtp += 3600 * w.rate;
    const clock = clockFor(w, played);
    expect(clock.method).toBe('arrival');
    expect(worst(clock, played)).toBeLessThan(25);
  });

  it('unwraps to the nearest whole number', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 40 }), fc.integer({ min: -(2 ** 30), max: 2 ** 30 }), (reference, by) => {
      const whole = reference + by;
      const wrapped = ((whole % timestampModulus) + timestampModulus) % timestampModulus;
      expect(unwrapNear(wrapped, reference, timestampModulus)).toBe(whole);
    }));
  });

  it('reads NTP time', () => {
    expect(ntpToMs(2_208_988_800 + 1000, 2 ** 31)).toBe(1_000_500);
  });
});
