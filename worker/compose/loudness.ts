// How loud a unit is, and the slowly moving gain that brings it to -16 LUFS. Pure; loudness in LUFS, gains in dB.
import { qualityLimits } from '#domain/recording/quality.ts';
import type { ChunkGain } from '../recording/model.ts';

const { targetLufs, holdLu: toleranceLu } = qualityLimits.loudness;
/** Momentary loudness comes every 100 ms, over the 400 ms before. */
export const blockMs = 100;
export const silentLufs = -120;

/** Gates of ITU-R BS.1770-4 and, for the range, EBU Tech 3342. */
const absoluteGate = -70;
const relativeGate = -10;
const rangeGate = -20;
/** Quieter than this before any gain is a room, not a voice: it does not move the gain. */
const voiceFloor = -45;
/** Of so many chunks (the new one included) the gain is decided: long enough for a voice in each, short enough to follow. */
const decidingChunks = 5;
/** A gain is decided where at least so many blocks are a voice: 2 s. */
const fewestBlocks = 20;
const mostStepDb = 3;
/** A voice that is heard for the first time is brought to its level at once. */
const mostFirstStepDb = 20;
const mostGainDb = 15;
const leastGainDb = -20;

export interface LoudChunk { loudness: readonly number[]; gain: ChunkGain }

const power = (lufs: number): number => 10 ** (lufs / 10);
const level = (mean: number): number => 10 * Math.log10(mean);
const meanLevel = (blocks: readonly number[]): number => level(blocks.reduce((sum, block) => sum + power(block), 0) / blocks.length);

/** Mean loudness of the blocks that pass both gates; null where none does. */
function gated(blocks: readonly number[], floor = absoluteGate): number | null {
  const heard = blocks.filter((block) => block > floor);
  if (heard.length === 0) return null;
  const threshold = meanLevel(heard) + relativeGate;
  return meanLevel(heard.filter((block) => block > threshold));
}

/** Blocks as they sound with the gain at their middle. */
const sounding = ({ loudness, gain }: LoudChunk): number[] =>
  loudness.map((block, index) => block + gain.fromDb + ((gain.toDb - gain.fromDb) * (index + 0.5)) / loudness.length);

/** Integrated loudness (BS.1770-4) of chunks in order, with their gains; null when all is silent. */
export const integratedLufs = (chunks: readonly LoudChunk[]): number | null => gated(chunks.flatMap(sounding));

/** Loudness range (EBU Tech 3342) in LU, from means over 3 s; null where too little is heard. */
export function loudnessRange(chunks: readonly LoudChunk[]): number | null {
  const blocks = chunks.flatMap(sounding);
  const span = 3000 / blockMs;
  const shortTerm: number[] = [];
  for (let at = 0; at + span <= blocks.length; at += 1000 / blockMs) shortTerm.push(meanLevel(blocks.slice(at, at + span)));
  const heard = shortTerm.filter((block) => block > absoluteGate);
  if (heard.length === 0) return null;
  const threshold = meanLevel(heard) + rangeGate;
  const kept = heard.filter((block) => block > threshold).sort((one, other) => one - other);
  const at = (share: number): number => kept[Math.round((kept.length - 1) * share)]!;
  return at(0.95) - at(0.1);
}

const within = (value: number, least: number, most: number): number => Math.max(least, Math.min(most, value));
/** Gains are kept as rows: no more digits than are heard. */
const rounded = (db: number): number => Math.round(db * 100) / 100;

/**
 * Gain of a new chunk of loudness `own`, given the chunks before it in order. It starts where the last one ended and moves by at most 3 dB, the
 * first time a voice is heard by as much as it takes.
 */
export function gainFor(before: readonly LoudChunk[], own: readonly number[]): ChunkGain {
  const last = before.at(-1);
  const deciding = [...before.slice(1 - decidingChunks).flatMap(({ loudness }) => loudness), ...own];
  const heard = gated(deciding, voiceFloor);
  const enough = deciding.filter((block) => block > voiceFloor).length >= fewestBlocks;
  const fromDb = last?.gain.toDb ?? 0;
  if (heard === null || !enough) return { fromDb, toDb: fromDb };
  const wanted = rounded(within(targetLufs - heard, leastGainDb, mostGainDb));
  if (!last) return { fromDb: wanted, toDb: wanted };
  const voiceBefore = before.some(({ loudness }) => loudness.filter((block) => block > voiceFloor).length >= fewestBlocks);
  const step = voiceBefore ? mostStepDb : mostFirstStepDb;
  return { fromDb, toDb: rounded(fromDb + within(wanted - fromDb, -step, step)) };
}

/** Null when the unit is loud enough and not too loud (or silent), else gains that bring it to -16 LUFS, moving as the old ones do. */
export function regains(chunks: readonly LoudChunk[]): ChunkGain[] | null {
  const integrated = integratedLufs(chunks);
  if (integrated === null || Math.abs(integrated - targetLufs) <= toleranceLu) return null;
  let shift = 0;
  // Louder blocks may pass a gate they did not pass before: a few rounds settle it.
  for (let round = 0; round < 4; round++) {
    const now = integratedLufs(shifted(chunks, shift));
    if (now === null) break;
    shift += targetLufs - now;
  }
  return shifted(chunks, shift).map(({ gain }) => gain);
}

/** One gain for all of a finished mix, which was levelled by whoever made it: measured whole first, then brought to -16 LUFS without moving (two passes). */
export function steadyGain(loudness: readonly number[]): ChunkGain {
  const heard = gated(loudness);
  const db = heard === null ? 0 : rounded(within(targetLufs - heard, leastGainDb, mostGainDb));
  return { fromDb: db, toDb: db };
}

const shifted = (chunks: readonly LoudChunk[], byDb: number): LoudChunk[] =>
  chunks.map(({ loudness, gain }) => ({ loudness, gain: { fromDb: gain.fromDb + byDb, toDb: gain.toDb + byDb } }));
