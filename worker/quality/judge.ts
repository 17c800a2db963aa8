// The quality report of one file, from what was measured while its chunks were composed: nothing is decoded again.
import type { Gap, HoldReason, QualityReport } from '#contracts/recording.ts';
import { holdReasonsOf, unitedStretches } from '#domain/recording/quality.ts';
import { frameMs } from '../compose/grid.ts';
import { integratedLufs, loudnessRange, type LoudChunk } from '../compose/loudness.ts';
import type { ChunkFacts, ChunkGain, ChunkMeasures, PartFacts, Stretch, SyncFigures } from '../recording/model.ts';

/** A chunk of the unit, as its row says. */
export interface JudgedChunk { frames: number; facts: Pick<ChunkFacts, 'measures' | 'gain' | 'sync'> }
export interface JudgeInput {
  /** All chunks of the unit, in order, without holes. */
  chunks: readonly JudgedChunk[];
  /** The part is frames [fromFrame, toFrame) of the unit. */
  fromFrame: number; toFrame: number;
  /** Of the part, ms from its start. */
  gaps: readonly Gap[];
  part: PartFacts;
}

/** What lies of a chunk in the part: the share [from, to) of it, 0..1, which stands at `atMs` of the part and lasts `lengthMs`. */
interface Slice { measures: ChunkMeasures; gain: ChunkGain; sync: SyncFigures; from: number; to: number; atMs: number; lengthMs: number; chunkAtMs: number }

/** Detectors begin and end a little off a chunk's edge; stretches so close to each other are one. */
const seamMs = 500;
/** The last limiter of the finished sound stands here (compose/sound.ts), dB: what would be louder is held at it. */
const limiterDb = -1.5;
/** A hum that is heard for less of the file is one participant's for a moment. */
const humShare = 0.25;

function slicesOf({ chunks, fromFrame, toFrame }: JudgeInput): Slice[] {
  const slices: Slice[] = [];
  let first = 0;
  for (const { frames, facts } of chunks) {
    const [from, to] = [Math.max(first, fromFrame), Math.min(first + frames, toFrame)];
    if (from < to) {
      slices.push({
        ...facts, from: (from - first) / frames, to: (to - first) / frames, atMs: (from - fromFrame) * frameMs, lengthMs: (to - from) * frameMs,
        chunkAtMs: (first - fromFrame) * frameMs,
      });
    }
    first += frames;
  }
  return slices;
}

const shareOf = ({ from, to }: Slice): number => to - from;
const sum = (slices: readonly Slice[], of: (slice: Slice) => number): number => slices.reduce((total, slice) => total + of(slice) * shareOf(slice), 0);
const ratio = (part: number, whole: number): number => (whole > 0 ? Math.min(1, part / whole) : 0);
const rounded = (value: number | null, digits: number): number | null => (value === null ? null : Math.round(value * 10 ** digits) / 10 ** digits);

/** The blocks of the slice, with the gain at its own edges. */
function loudSlice({ measures: { loudness }, gain: { fromDb, toDb }, from, to }: Slice): LoudChunk {
  const gainAt = (share: number): number => fromDb + (toDb - fromDb) * share;
  return { loudness: loudness.slice(Math.round(from * loudness.length), Math.round(to * loudness.length)), gain: { fromDb: gainAt(from), toDb: gainAt(to) } };
}

/** Stretches of all slices on the part's time; what one chunk ends with and the next begins with is one stretch. */
function stretchesOf(slices: readonly Slice[], of: (measures: ChunkMeasures) => readonly Stretch[], durationMs: number): Stretch[] {
  const placed = slices.flatMap((slice) => of(slice.measures).map(({ fromMs, toMs }): Stretch => ({
    fromMs: Math.max(slice.atMs, slice.chunkAtMs + fromMs), toMs: Math.min(slice.atMs + slice.lengthMs, slice.chunkAtMs + toMs),
  })));
  return unitedStretches(placed, durationMs, seamMs).map(({ fromMs, toMs }) => ({ fromMs: Math.round(fromMs), toMs: Math.round(toMs) }));
}

/** What hum at least a quarter of the time (that could be measured) has. */
function humOf(slices: readonly Slice[]): number | null {
  const measured = slices.flatMap(({ measures: { humDb }, lengthMs }) => (humDb === null ? [] : [{ humDb, lengthMs }])).sort((one, other) => other.humDb - one.humDb);
  const wholeMs = measured.reduce((total, { lengthMs }) => total + lengthMs, 0);
  let passedMs = 0;
  return measured.find(({ lengthMs }) => (passedMs += lengthMs) >= wholeMs * humShare)?.humDb ?? null;
}

function heightsOf(slices: readonly Slice[]): { sourceHeight: number | null; share720: number | null } {
  const heights = slices.flatMap((slice) => slice.measures.sourceHeights.map(({ height, ms }) => ({ height, ms: ms * shareOf(slice) }))).filter(({ ms }) => ms > 0);
  const wholeMs = heights.reduce((total, { ms }) => total + ms, 0);
  if (wholeMs === 0) return { sourceHeight: null, share720: null };
  const tallMs = heights.reduce((total, { height, ms }) => total + (height >= 720 ? ms : 0), 0);
  return { sourceHeight: Math.max(...heights.map(({ height }) => height)), share720: rounded(ratio(tallMs, wholeMs), 4) };
}

/** Null where no Sender Report vouches for the clocks: then nothing is known, which is not the same as nothing being wrong. */
const offsetOf = (slices: readonly Slice[]): number | null =>
  (slices.some(({ sync }) => sync.usedReports > 0) ? rounded(Math.max(...slices.map(({ sync }) => sync.maxAudioVideoOffsetMs)), 1) : null);

/** Peak of the mix with its gain, as the last limiter lets it through. */
function peakOf(slices: readonly Slice[]): number | null {
  const heard = slices.filter(({ measures }) => measures.samples > 0);
  return heard.length === 0 ? null : rounded(Math.max(...heard.map((slice) => {
    const { fromDb, toDb } = loudSlice(slice).gain;
    return Math.min(limiterDb, slice.measures.truePeakDb + Math.max(fromDb, toDb));
  })), 1);
}

/**
 * The report of one file and why it must wait for a reviewer; nothing to wait for is an empty list. Counts of a chunk that the part's edge
 * cuts are taken by share. R124, R128 to R132.
 */
export function judgeQuality(input: JudgeInput): { report: QualityReport; holdReasons: HoldReason[] } {
  const { part: { durationMs, width, height, sizeBytes }, gaps } = input;
  const slices = slicesOf(input);
  const loud = slices.map(loudSlice);
  const count = (of: (sync: SyncFigures) => number): number => Math.round(sum(slices, ({ sync }) => of(sync)));
  const figures = {
    avOffsetMs: offsetOf(slices),
    loudness: { integratedLufs: rounded(integratedLufs(loud), 2), rangeLu: rounded(loudnessRange(loud), 1), truePeakDb: peakOf(slices) },
    clippedShare: ratio(sum(slices, ({ measures }) => measures.clippedSamples), sum(slices, ({ measures }) => measures.samples)),
    humDb: rounded(humOf(slices), 1),
    silentShare: rounded(ratio(sum(slices, ({ measures }) => measures.silentMs), durationMs), 4) ?? 0,
    black: stretchesOf(slices, ({ black }) => black, durationMs), frozen: stretchesOf(slices, ({ frozen }) => frozen, durationMs), gaps: [...gaps],
    packets: { received: count((sync) => sync.receivedPackets), lost: count((sync) => sync.lostPackets), recovered: count((sync) => sync.recoveredPackets) },
    ...heightsOf(slices), width, height, sizeBytes, durationMs,
  };
  const { hold, warnings } = holdReasonsOf(figures);
  return { report: { ...figures, warnings }, holdReasons: hold };
}
