// How good the way to the server is: round trips in a row, their middle and how much they vary.
import { rest, RestError } from '../rest.ts';

export type NetworkWord = 'good' | 'fair' | 'poor';
export interface NetworkFigures { roundTripMs: number; jitterMs: number; word: NetworkWord }
const rounds = 10;

/** Thresholds of a talk: over 150 ms people notice, over 400 ms they fall into each other's words. */
export function networkWord(roundTripMs: number, jitterMs: number): NetworkWord {
  if (roundTripMs <= 150 && jitterMs <= 50) return 'good';
  return roundTripMs <= 400 && jitterMs <= 150 ? 'fair' : 'poor';
}

/** Median of the round trips, and the mean distance between neighbours. The first one, which opens the connection, does not count. */
export function figuresOf(roundTrips: readonly number[]): NetworkFigures {
  const counted = roundTrips.length > 1 ? roundTrips.slice(1) : [...roundTrips];
  const sorted = [...counted].sort((a, b) => a - b);
  const roundTripMs = Math.round(sorted[Math.floor(sorted.length / 2)] ?? Infinity);
  const steps = counted.slice(1).map((ms, index) => Math.abs(ms - counted[index]!));
  const jitterMs = steps.length ? Math.round(steps.reduce((sum, step) => sum + step, 0) / steps.length) : 0;
  return { roundTripMs, jitterMs, word: networkWord(roundTripMs, jitterMs) };
}

/** Null where the server cannot be reached. */
export async function checkNetwork(): Promise<NetworkFigures | null> {
  const roundTrips: number[] = [];
  try {
    for (let round = 0; round <= rounds; round++) {
      const sentAt = performance.now();
      await rest('GET /api/health');
      roundTrips.push(performance.now() - sentAt);
    }
  } catch (error) {
    if (!(error instanceof RestError)) throw error;
    return null;
  }
  return figuresOf(roundTrips);
}
