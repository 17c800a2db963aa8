// The time line under everything real clocks and networks do: drift, jitter, queues, wrong clocks, strays, steps, few reports.
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { playStream, worldStartMs as T, type ClockWorld, type NetworkWorld, type Played, type StreamWorld } from '../testing/clock-world.ts';
import { timestampModulus, unwrapNear } from './rtp.ts';
import { percentile } from './statistics.ts';
import { ntpToMs, timeParticipant } from './timeline.ts';

// Minutes of packets a run: a loaded machine needs its time.
vi.setConfig({ testTimeout: 60_000 });

interface World { sound: StreamWorld; picture: StreamWorld; clock: ClockWorld; network: NetworkWorld; seconds: number }
const ppm = fc.integer({ min: -300, max: 300 });
const skew = fc.constantFrom(0, -5000, 3 * 365 * 86_400_000, -40 * 365 * 86_400_000);
const rtp = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const world = fc.record({ soundPpm: ppm, picturePpm: ppm, ownPpm: fc.integer({ min: -100, max: 100 }), skew, rtp, seed: fc.integer({ min: 1, max: 1e9 }),
  jitterMs: fc.integer({ min: 0, max: 100 }), offMs: fc.constantFrom(0.5, 4), seconds: fc.integer({ min: 20, max: 135 }) })
  .map((w): World => ({
    sound: { kind: 'audio', driftPpm: w.soundPpm, firstRtp: w.rtp, everyMs: 20, reportEveryMs: 5000, reportOffMs: w.offMs },
    picture: { kind: 'video', driftPpm: w.picturePpm, firstRtp: w.rtp / 2, everyMs: 33, reportEveryMs: 900, reportOffMs: w.offMs },
    clock: { skewMs: w.skew, driftPpm: w.ownPpm }, network: { seed: w.seed, leastWayMs: 25, jitterMs: w.jitterMs, lost: 0.01 }, seconds: w.seconds,
  }));

const play = (w: World): { sound: Played; picture: Played } => ({
  sound: playStream(w.sound, w.clock, w.network, 0, w.seconds * 1000), picture: playStream(w.picture, w.clock, w.network, 0, w.seconds * 1000),
});
const whole = (w: World) => ({ fromMs: T, toMs: T + w.seconds * 1000 });
/** How far each item is put from where it belongs, by true time. */
function errorsOf(streams: readonly Played[], w: World): { trueMs: number; off: number }[][] {
  const { streams: timed } = timeParticipant(streams, whole(w), null);
  return streams.map(({ trueMs }, index) => trueMs.map((ms, item) => ({ trueMs: ms - T, off: timed[index]!.ms[item]! - ms })));
}
/** Distances of sound and picture, at every picture. `skip` leaves times out. */
function apart(w: World, { sound, picture } = play(w), skip: (ms: number) => boolean = () => false): number[] {
  const [heard, seen] = errorsOf([sound, picture], w) as [{ trueMs: number; off: number }[], { trueMs: number; off: number }[]];
  let at = 0;
  return seen.filter(({ trueMs }) => !skip(trueMs)).map(({ trueMs, off }) => {
    while (at < heard.length - 1 && heard[at]!.trueMs < trueMs) at++;
    return Math.abs(heard[at]!.off - off);
  });
}

describe('sound with picture', () => {
  it('stay together whatever drift, jitter, loss and wrong clock', () => {
    fc.assert(fc.property(world, (w) => {
      const distances = apart(w);
      expect(percentile(distances, 0.95)).toBeLessThan(10);
      expect(Math.max(...distances)).toBeLessThan(15);
    }), { numRuns: 20 });
  });

  it('and near true time: the fastest way later', () => {
    fc.assert(fc.property(world, (w) => {
      const { sound, picture } = play(w);
      expect(Math.max(...errorsOf([sound, picture], w).flat().map(({ off }) => Math.abs(off - 25)))).toBeLessThan(25 + w.network.jitterMs / 4);
    }), { numRuns: 12 });
  });

  const step = fc.oneof(fc.integer({ min: 25, max: 20_000 }), fc.integer({ min: -20_000, max: -25 }));
  it('steps of the sound card are followed, to the packet', () => {
    fc.assert(fc.property(world, step, fc.double({ min: 0.1, max: 0.9, noNaN: true }), (drawn, byMs, where) => {
      const w = { ...drawn, seconds: Math.max(30, drawn.seconds) };
      const atMs = Math.round(where * w.seconds) * 1000;
      const stepped = { ...w, sound: { ...w.sound, steps: [{ atMs, byMs }] } };
      const distances = apart(stepped, play(stepped), (ms) => Math.abs(ms - atMs) < 200 + 3 * w.network.jitterMs);
      expect(percentile(distances, 0.95)).toBeLessThan(20);
      expect(Math.max(...distances)).toBeLessThan(40);
    }), { numRuns: 40 });
  });

  it('a device that loses ten milliseconds again and again, as on a loaded machine', () => {
    fc.assert(fc.property(world, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 }), (w, pauses) => {
      let atMs = 0;
      const steps = pauses.map((pause) => ({ atMs: (atMs += pause * 1000), byMs: 10 }));
      const stepped = { ...w, sound: { ...w.sound, reportOffMs: 0.5, steps }, picture: { ...w.picture, reportOffMs: 0.5 } };
      // No more than one step of the sound card may be apart for a moment; of 2,500 drawn at random the worst was 30, shrinking finds 34.
      expect(Math.max(...apart(stepped))).toBeLessThan(40);
    }), { numRuns: 20 });
  });

  it('a telephone call: silence is as long as it was', () => {
    fc.assert(fc.property(world, fc.integer({ min: 1000, max: 30_000 }), (w, byMs) => {
      const long = { ...w, seconds: 120 };
      const stepped = { ...long, sound: { ...long.sound, steps: [{ atMs: 70_000, byMs, silent: true }] } };
      expect(Math.max(...apart(stepped, play(stepped), (ms) => ms > 70_000 - byMs - 100 && ms < 70_200))).toBeLessThan(20);
    }), { numRuns: 12 });
  });

  it('queues that fill and empty move nothing', () => {
    fc.assert(fc.property(world, fc.integer({ min: 30, max: 3000 }), fc.integer({ min: 2000, max: 40_000 }), (w, mostMs, lastMs) => {
      const queued = { ...w, seconds: 120, network: { ...w.network, queues: [{ fromMs: 30_000, toMs: 30_000 + lastMs, mostMs }] } };
      expect(Math.max(...apart(queued))).toBeLessThan(20);
    }), { numRuns: 20 });
  });

  it('a clock that is set, by little or much', () => {
    fc.assert(fc.property(world, fc.oneof(fc.integer({ min: 30, max: 4_000_000 }), fc.integer({ min: -4_000_000, max: -30 })), (w, byMs) => {
      const set = { ...w, seconds: 120, clock: { ...w.clock, set: [{ atMs: 60_000, byMs }] } };
      const distances = apart(set);
      expect(Math.max(...distances)).toBeLessThan(20);
      const { sound, picture } = play(set);
      expect(Math.max(...errorsOf([sound, picture], set).flat().map(({ off }) => Math.abs(off - 25)))).toBeLessThan(40 + w.network.jitterMs / 2);
    }), { numRuns: 8 });
  });

  it('is not moved by stray reports', () => {
    fc.assert(fc.property(world, fc.integer({ min: -60_000, max: 60_000 }).filter((ms) => Math.abs(ms) > 60), (w, byMs) => {
      const played = play({ ...w, seconds: 120 });
      for (const { reports, clockRate } of [played.sound, played.picture]) for (let index = 2; index < reports.length; index += 5) reports[index]!.rtp += (byMs / 1000) * clockRate;
      expect(Math.max(...apart({ ...w, seconds: 120 }, played))).toBeLessThan(25);
    }), { numRuns: 20 });
  });

  it.each([0, 1, 2, 3])('with %i reports of the sound', (count) => {
    fc.assert(fc.property(world, (w) => {
      const short = { ...w, seconds: 14, sound: { ...w.sound, reportOffMs: 0.5 } };
      const played = play(short);
      played.sound.reports.splice(count);
      const { streams } = timeParticipant([played.sound, played.picture], whole(short), null);
      expect(streams[0]!.clock.method).toBe(count === 0 ? 'arrival' : 'few');
      expect(Math.max(...apart(short, played))).toBeLessThan(count === 0 ? 25 : 15);
    }), { numRuns: 8 });
  });

  it('the first report before a step and two behind it: both sides are right', () => {
    fc.assert(fc.property(world, (w) => {
      const short = { ...w, seconds: 13, sound: { ...w.sound, reportOffMs: 0.5, steps: [{ atMs: 4000, byMs: 102 }] } };
      expect(Math.max(...apart(short, play(short), (ms) => Math.abs(ms - 4000) < 150 + w.network.jitterMs))).toBeLessThan(20);
    }), { numRuns: 12 });
  });
});

describe('without reports', () => {
  it('goes by arrivals', () => {
    fc.assert(fc.property(world, (w) => {
      const played = play(w);
      played.sound.reports.length = played.picture.reports.length = 0;
      expect(Math.max(...apart(w, played))).toBeLessThan(25);
    }), { numRuns: 10 });
  });

  it('and where reports contradict every packet', () => {
    fc.assert(fc.property(world, (w) => {
      const played = play(w);
      for (const report of played.sound.reports) report.rtp += 3600 * 48_000;
      expect(timeParticipant([played.sound, played.picture], whole(w), null).streams[0]!.clock).toMatchObject({ method: 'arrival', usedReports: 0 });
      expect(Math.max(...apart(w, played))).toBeLessThan(25);
    }), { numRuns: 8 });
  });
});

describe('the time line', () => {
  it('is the same whatever the order of reports and streams', () => {
    fc.assert(fc.property(world, (w) => {
      const { sound, picture } = play(w);
      const turned = (played: Played): Played => ({ ...played, reports: played.reports.toReversed() });
      const [one, other] = [timeParticipant([sound, picture], whole(w), null), timeParticipant([turned(picture), turned(sound)], whole(w), null)];
      expect(other.streams.toReversed().map(({ ms }) => ms)).toEqual(one.streams.map(({ ms }) => ms));
      expect(other.offset).toEqual(one.offset);
    }), { numRuns: 10 });
  });

  it('puts a moment in two windows at nearly the same time', () => {
    fc.assert(fc.property(world, fc.array(fc.record({ atMs: fc.integer({ min: 1000, max: 290_000 }), byMs: fc.integer({ min: 25, max: 300 }) }), { maxLength: 2 }), (w, steps) => {
      const read = (stream: StreamWorld, fromMs: number, toMs: number): Played => {
        const played = playStream(stream, w.clock, w.network, 0, 300_000);
        const near = (atMs: number): boolean => atMs >= T + fromMs - 60_000 && atMs < T + toMs + 15_000;
        const kept = played.items.map(({ atMs }) => near(atMs));
        return { ...played, items: played.items.filter((_, index) => kept[index]), trueMs: played.trueMs.filter((_, index) => kept[index]), reports: played.reports.filter(({ atMs }) => near(atMs)) };
      };
      const sound = { ...w.sound, steps: steps.toSorted((one, other) => one.atMs - other.atMs) };
      let before: { streams: Played[]; ms: number[][]; offset: { offsetMs: number; atMs: number } | null } | null = null;
      for (let fromMs = 0; fromMs < 300_000; fromMs += 60_000) {
        const streams = [read(sound, fromMs, fromMs + 60_000), read(w.picture, fromMs, fromMs + 60_000)];
        const timed = timeParticipant(streams, { fromMs: T + fromMs, toMs: T + fromMs + 60_000 }, before?.offset ?? null);
        const ms = timed.streams.map((stream) => stream.ms);
        if (before) {
          for (const [index, stream] of streams.entries()) {
            const known = new Map(before.streams[index]!.trueMs.map((trueMs, item) => [trueMs, before!.ms[index]![item]!]));
            const moved = stream.trueMs.map((trueMs, item) => ({ trueMs, byMs: Math.abs(ms[index]![item]! - known.get(trueMs)!) }))
              .filter(({ trueMs }) => Math.abs(trueMs - T - fromMs) < 6000 && !steps.some(({ atMs }) => Math.abs(atMs + T - trueMs) < 16_000));
            expect(Math.max(...moved.map(({ byMs }) => byMs))).toBeLessThanOrEqual(5);
          }
        }
        before = { streams, ms, offset: timed.offset };
      }
    }), { numRuns: 8 });
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
