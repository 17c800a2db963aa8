// Puts decoded sound onto the time line, to a fraction of a sample: drift is resampled away, gaps stay silent, steps begin anew. Pure.
//
// ffmpeg's own means for it (aresample=async) either leaves drift alone or, where it both stretches and fills, may come out seconds late
// (docs/decisions/011).

/** Decoded samples of one packet and the sample of the time line its first one belongs to, with fraction. */
export interface PlacedPacket { at: number; samples: number }

/** A packet further than this from where the one before ended (5 ms) begins a new run; smaller differences are drift and jitter. */
const stepSamples = 240;
/** Runs begin and end softly, so that no edge of silence clicks. */
const fadeSamples = 96;
const taps = 16;
const phases = 512;

/** Windowed sinc (Hann), one row of taps a phase. */
const kernel = Float32Array.from({ length: (phases + 1) * taps }, (_, index) => {
  const x = (index % taps) - taps / 2 + 1 - Math.floor(index / taps) / phases;
  if (Math.abs(x) >= taps / 2) return 0;
  return (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)) * (0.5 + 0.5 * Math.cos((2 * Math.PI * x) / taps));
});

interface Run { packets: PlacedPacket[]; from: number }

function runsOf(packets: readonly PlacedPacket[]): Run[] {
  const runs: Run[] = [];
  let end = Number.NaN;
  let position = 0;
  for (const packet of packets) {
    if (Math.abs(packet.at - end) <= stepSamples) runs.at(-1)!.packets.push(packet);
    else runs.push({ packets: [packet], from: position });
    end = packet.at + packet.samples;
    position += packet.samples;
  }
  return runs;
}

/** Stereo sample at a fractional position of [from, to) of `pcm`; silence beyond. */
function sampleInto(out: Float32Array, at: number, pcm: Float32Array, position: number, [from, to]: readonly [number, number], gain: number): void {
  const whole = Math.floor(position);
  const row = Math.round((position - whole) * phases) * taps;
  let [left, right] = [0, 0];
  for (let tap = 0; tap < taps; tap++) {
    const index = whole + tap - taps / 2 + 1;
    if (index < from || index >= to) continue;
    const weight = kernel[row + tap]!;
    left += weight * pcm[2 * index]!;
    right += weight * pcm[2 * index + 1]!;
  }
  out[2 * at] = left * gain;
  out[2 * at + 1] = right * gain;
}

function placeRun(out: Float32Array, pcm: Float32Array, { packets, from }: Run, untilAt: number): void {
  const last = packets.at(-1)!;
  const bounds = [from, from + packets.reduce((sum, { samples }) => sum + samples, 0)] as const;
  const [start, end] = [packets[0]!.at, Math.min(last.at + last.samples, untilAt)];
  let position = from;
  for (const [index, packet] of packets.entries()) {
    const nextAt = packets[index + 1]?.at ?? packet.at + packet.samples;
    const rate = packet.samples / (nextAt - packet.at);
    for (let at = Math.max(0, Math.ceil(packet.at)); at < Math.min(out.length / 2, nextAt, end); at++) {
      sampleInto(out, at, pcm, position + (at - packet.at) * rate, bounds, Math.min(1, (at - start + 1) / fadeSamples, (end - at) / fadeSamples));
    }
    position += packet.samples;
  }
}

/**
 * `pcm` (stereo, interleaved: the packets' samples one after another) on a time line of `length` samples. Packets in order, times rising. Where a
 * later run begins before an earlier one ended, the later one is heard.
 */
export function onTimeline(pcm: Float32Array, packets: readonly PlacedPacket[], length: number): Float32Array {
  const out = new Float32Array(2 * length);
  const runs = runsOf(packets);
  for (const [index, run] of runs.entries()) placeRun(out, pcm, run, runs[index + 1]?.packets[0]!.at ?? Infinity);
  return out;
}

/** Samples at full scale among frames [from, to) of stereo sound, mean of both channels. */
export function clippedSamples(sound: Float32Array, from: number, to: number): number {
  let count = 0;
  for (let at = 2 * from; at < 2 * to; at++) if (Math.abs(sound[at]!) >= 0.999) count++;
  return Math.round(count / 2);
}
