// Mains hum in the quiet parts of the raw sound: lines at 50, 100 and 150 Hz against the rest. Pure.

/** Sound for this comes as one channel, so many samples a second: all below 400 Hz is in it. */
export const humRate = 1000;
const lines = [50, 100, 150];
const [lowestHz, highestHz] = [30, 400];
/** One spectrum a second, so lines stand 1 Hz apart and a line of the Hann window is 3 of them wide. */
const window = humRate;
const halfWidthHz = 2;
/** Of the seconds with any sound this share, the quietest, is looked at: between the words. */
const quietShare = 0.2;
const leastPower = 1e-8;

/** Power at `hz` of a Hann-windowed second, by Goertzel's recurrence. */
function powerAt(samples: Float32Array, from: number, hz: number): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * hz) / humRate);
  let [one, two] = [0, 0];
  for (let index = 0; index < window; index++) {
    const hann = 0.5 - 0.5 * Math.cos((2 * Math.PI * index) / window);
    const next = samples[from + index]! * hann + coefficient * one - two;
    two = one;
    one = next;
  }
  return one * one + two * two - coefficient * one * two;
}

/** dB of the lines above the rest between 30 and 400 Hz in one second. */
function secondHum(samples: Float32Array, from: number): number {
  let [hum, other] = [0, 0];
  for (let hz = lowestHz; hz <= highestHz; hz++) {
    const power = powerAt(samples, from, hz);
    if (lines.some((line) => Math.abs(hz - line) <= halfWidthHz)) hum += power;
    else other += power;
  }
  return 10 * Math.log10((hum + 1e-12) / (other + 1e-12));
}

/**
 * Hum of raw sound at `humRate` in dB above the rest (below 0: hidden by it): the median over the quietest fifth of its seconds. Null when fewer
 * than three seconds have any sound (-80 dBFS): silence that was not sent tells nothing.
 */
export function humDb(samples: Float32Array): number | null {
  const seconds = Array.from({ length: Math.floor(samples.length / window) }, (_, index) => {
    let power = 0;
    for (let at = index * window; at < (index + 1) * window; at++) power += samples[at]! ** 2 / window;
    return { from: index * window, power };
  }).filter(({ power }) => power > leastPower).sort((one, other) => one.power - other.power);
  if (seconds.length < 3) return null;
  const quiet = seconds.slice(0, Math.max(3, Math.round(seconds.length * quietShare)));
  const found = quiet.map(({ from }) => secondHum(samples, from)).sort((one, other) => one - other);
  return found[Math.floor(found.length / 2)]!;
}
