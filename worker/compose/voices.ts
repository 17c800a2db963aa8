// Evens one voice: how much louder or quieter every moment of it should be. Pure; a moment depends on what is near it only.
import { blockMs } from './loudness.ts';

/** Every voice is brought near this, so that the whole needs little gain (its target is -16 LUFS). */
const voiceLufs = -18;
const mostGainDb = 12;
/** From noise (no say in the gain) to voice (full say), by loudness: noise is never brought to a voice's level. */
const [noiseLufs, clearLufs] = [-45, -35];
/** Blocks so far away still count, the less the farther. Together with the window of a block this stays within the context of a chunk. */
const reachBlocks = 45;
/** Draws the gain to 0 dB where hardly a voice is near, as much as a clear block 3.7 s away. */
const rest = 0.07;

const bell = Array.from({ length: 2 * reachBlocks + 1 }, (_, index) => 0.5 + 0.5 * Math.cos((Math.PI * (index - reachBlocks)) / (reachBlocks + 1)));
const say = (lufs: number): number => Math.max(0, Math.min(1, (lufs - noiseLufs) / (clearLufs - noiseLufs)));
const wanted = (lufs: number): number => Math.max(-mostGainDb, Math.min(mostGainDb, voiceLufs - lufs));

/**
 * Gain in dB at the middle of each block of a voice's momentary loudness (every 100 ms, over the 400 ms before; LUFS). Pauses keep the gain of
 * the voice around them; long silence goes to 0 dB.
 */
export function voiceGains(loudness: readonly number[]): number[] {
  // Loud blocks have more say: a gain that suits the words, not the gaps between them.
  const weights = loudness.map((lufs) => say(lufs) * 10 ** (Math.min(0, lufs + 20) / 40));
  return loudness.map((_, at) => {
    let [sum, total] = [0, rest];
    for (let away = -reachBlocks; away <= reachBlocks; away++) {
      const weight = (weights[at + away] ?? 0) * bell[away + reachBlocks]!;
      sum += weight * wanted(loudness[at + away] ?? 0);
      total += weight;
    }
    return sum / total;
  });
}

/** Values a second in a track of gains. */
export const gainRate = 1000;
/** A block's window is 400 ms and ends with it: its middle lies 2 blocks before its end. */
const windowBlocks = 2;

/** The gains as a stereo track of factors, 32-bit float, `gainRate` values a second. */
export function gainTrack(gains: readonly number[]): Buffer {
  const perBlock = (gainRate * blockMs) / 1000;
  const track = new Float32Array(gains.length * perBlock * 2);
  for (let at = 0; at < gains.length * perBlock; at++) {
    const position = Math.max(0, Math.min(gains.length - 1, at / perBlock - 1 + windowBlocks));
    const before = gains[Math.floor(position)]!;
    const after = gains[Math.min(gains.length - 1, Math.floor(position) + 1)]!;
    track.fill(10 ** ((before + (after - before) * (position % 1)) / 20), 2 * at, 2 * at + 2);
  }
  return Buffer.from(track.buffer);
}
