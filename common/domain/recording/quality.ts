// What a finished file must reach before learners see it: one table of limits, and what follows from the measured figures.

/** Why a finished file waits for a person to look at it, or what is worth knowing of it. */
export const holdReasons = ['sound_off_picture', 'loudness_missed', 'no_sound', 'sound_clipped', 'hum', 'picture_black', 'picture_frozen', 'gaps_long', 'resolution_low', 'packets_lost'] as const;
export type HoldReason = (typeof holdReasons)[number];

/**
 * Beyond `warn` a file is published with a remark, beyond `hold` it waits for a reviewer. A file held without need costs learners some time;
 * a bad one that is published costs the institution its licence: where a figure makes a file worthless it holds, where it only makes it
 * worse, or where a learner's weak network alone may cause it, it warns. Why each figure: docs/decisions/013-limits-of-quality.md.
 */
export const qualityLimits = {
  /** R129, ms between sound and picture, either way. */
  avOffsetMs: { warn: 40, hold: 80 },
  /** R130: integrated loudness, LUFS, may miss the target by this much. */
  loudness: { targetLufs: -16, holdLu: 1 },
  /** R130, "no volume swings": loudness range, LU. */
  rangeLu: { warn: 15 },
  /** R130, "no distortion": true peak of the finished sound, dBTP; lossy codecs overshoot above it. */
  truePeakDb: { warn: -1 },
  /** R130: share of samples at full scale. */
  clippedShare: { warn: 0.0001, hold: 0.001 },
  /** R129: mains hum above the rest in the quietest seconds, dB. Nothing but a hum stands 15 dB above all else; how loud it is nobody measured. */
  humDb: { warn: 6, hold: 15 },
  /** R130: share of the file without any sound. */
  silentShare: { warn: 0.5, hold: 0.9 },
  /** R132: black picture. `longestMs` is one stretch, `share` all of them together. */
  black: { warn: { longestMs: 10_000, share: 0.01 }, hold: { longestMs: 60_000, share: 0.05 } },
  /** R132: a camera that stands still as no camera does (a screen may). */
  frozen: { warn: { longestMs: 30_000, share: 0.02 }, hold: { longestMs: 120_000, share: 0.1 } },
  /** R121: what was taught and is not in the file. */
  gaps: { warn: { longestMs: 5_000, share: 0.01 }, hold: { longestMs: 60_000, share: 0.05 } },
  /** R124: lines of the file, and the share of the time that at least so many lines came in. */
  lines: { hold: 720, share720Warn: 0.5 },
  /** Share of packets that never came. */
  lostShare: { warn: 0.01, hold: 0.05 },
  /** Shares of a short file say little: stretches below this total never count by share. */
  shareFromMs: 10_000,
  /** R125. Packing refuses to exceed them; shown so that people can compare. */
  sizeBytes: 800_000_000, durationMs: 50 * 60_000,
} as const;

export interface Stretch { fromMs: number; toMs: number }
/** The figures of a quality report (see contracts/recording.ts) that are judged. */
export interface QualityFigures {
  avOffsetMs: number | null; loudness: { integratedLufs: number | null; rangeLu: number | null; truePeakDb: number | null };
  clippedShare: number; humDb: number | null; silentShare: number; black: readonly Stretch[]; frozen: readonly Stretch[]; gaps: readonly Stretch[];
  packets: { received: number; lost: number; recovered: number }; share720: number | null; height: number; durationMs: number;
}
export type QualityMark = 'ok' | 'warn' | 'hold';
/** Every figure that is judged on its own; people see one line for each. */
export type QualityMeasure = 'avOffset' | 'loudness' | 'range' | 'peak' | 'silence' | 'clipping' | 'hum' | 'black' | 'frozen' | 'gaps' | 'lines' | 'received720' | 'packets';
export interface QualityFinding { measure: QualityMeasure; mark: QualityMark; reason: HoldReason }

/** Stretches in order, without overlaps and without breaks of `breakMs` or less between them; what lies outside [0, durationMs) is cut off. */
export function unitedStretches(stretches: readonly Stretch[], durationMs = Infinity, breakMs = 0): Stretch[] {
  const united: Stretch[] = [];
  for (const { fromMs, toMs } of stretches.toSorted((one, other) => one.fromMs - other.fromMs)) {
    const stretch = { fromMs: Math.max(0, fromMs), toMs: Math.min(durationMs, toMs) };
    if (stretch.toMs <= stretch.fromMs) continue;
    const before = united.at(-1);
    if (before && stretch.fromMs <= before.toMs + breakMs) before.toMs = Math.max(before.toMs, stretch.toMs);
    else united.push(stretch);
  }
  return united;
}

export interface StretchFigures { longestMs: number; totalMs: number; share: number }
/** What is said of a list of stretches: what is missing twice (sound and picture of the same moment) counts once. */
export function stretchFigures(stretches: readonly Stretch[], durationMs: number): StretchFigures {
  const lengths = unitedStretches(stretches, durationMs).map(({ fromMs, toMs }) => toMs - fromMs);
  const totalMs = lengths.reduce((sum, length) => sum + length, 0);
  return { longestMs: Math.max(0, ...lengths), totalMs, share: durationMs > 0 ? totalMs / durationMs : 0 };
}

/** Share of all packets sent that never came, 0..1: neither at first nor (as those `recovered` did, which count as received) when asked for again. */
export const lostShare = ({ received, lost }: QualityFigures['packets']): number => (received + lost > 0 ? lost / (received + lost) : 0);

interface Limit { warn: number; hold?: number }
const above = (value: number | null, { warn, hold = Infinity }: Limit): QualityMark => (value === null || value <= warn ? 'ok' : value > hold ? 'hold' : 'warn');

interface StretchLimit { longestMs: number; share: number }
function stretchMark(stretches: readonly Stretch[], durationMs: number, limits: { warn: StretchLimit; hold: StretchLimit }): QualityMark {
  const { longestMs, totalMs, share } = stretchFigures(stretches, durationMs);
  const beyond = (limit: StretchLimit): boolean => longestMs > limit.longestMs || (totalMs >= qualityLimits.shareFromMs && share > limit.share);
  return beyond(limits.hold) ? 'hold' : beyond(limits.warn) ? 'warn' : 'ok';
}

/** A file that is silent as a whole has no loudness: `no_sound` says so, and is the only thing said of its sound. */
function soundFindings({ avOffsetMs, loudness, clippedShare, humDb, silentShare }: QualityFigures): QualityFinding[] {
  const limits = qualityLimits;
  const { integratedLufs, rangeLu, truePeakDb } = loudness;
  if (integratedLufs === null || silentShare > limits.silentShare.hold) return [{ measure: 'silence', mark: 'hold', reason: 'no_sound' }];
  const missedLu = Math.abs(integratedLufs - limits.loudness.targetLufs);
  return [
    // Where nothing vouches for it, somebody should listen to a minute.
    { measure: 'avOffset', mark: avOffsetMs === null ? 'warn' : above(avOffsetMs, limits.avOffsetMs), reason: 'sound_off_picture' },
    { measure: 'loudness', mark: missedLu > limits.loudness.holdLu ? 'hold' : 'ok', reason: 'loudness_missed' },
    { measure: 'range', mark: above(rangeLu, limits.rangeLu), reason: 'loudness_missed' },
    { measure: 'peak', mark: above(truePeakDb, limits.truePeakDb), reason: 'sound_clipped' },
    { measure: 'silence', mark: above(silentShare, limits.silentShare), reason: 'no_sound' },
    { measure: 'clipping', mark: above(clippedShare, limits.clippedShare), reason: 'sound_clipped' },
    { measure: 'hum', mark: above(humDb, limits.humDb), reason: 'hum' },
  ];
}

function pictureFindings({ black, frozen, gaps, packets, share720, height, durationMs }: QualityFigures): QualityFinding[] {
  const limits = qualityLimits;
  return [
    { measure: 'black', mark: stretchMark(black, durationMs, limits.black), reason: 'picture_black' },
    { measure: 'frozen', mark: stretchMark(frozen, durationMs, limits.frozen), reason: 'picture_frozen' },
    { measure: 'gaps', mark: stretchMark(gaps, durationMs, limits.gaps), reason: 'gaps_long' },
    { measure: 'lines', mark: height < limits.lines.hold ? 'hold' : 'ok', reason: 'resolution_low' },
    { measure: 'received720', mark: share720 !== null && share720 < limits.lines.share720Warn ? 'warn' : 'ok', reason: 'resolution_low' },
    { measure: 'packets', mark: above(lostShare(packets), limits.lostShare), reason: 'packets_lost' },
  ];
}

/** One finding per figure, the sound's first. */
export const qualityFindings = (figures: QualityFigures): QualityFinding[] => [...soundFindings(figures), ...pictureFindings(figures)];

/** Reasons of each kind, each once, in the order of `holdReasons`; what holds is not named as a warning again. */
export function holdReasonsOf(figures: QualityFigures): { hold: HoldReason[]; warnings: HoldReason[] } {
  const findings = qualityFindings(figures);
  const marked = (mark: QualityMark): Set<HoldReason> => new Set(findings.filter((finding) => finding.mark === mark).map(({ reason }) => reason));
  const [hold, warn] = [marked('hold'), marked('warn')];
  return { hold: holdReasons.filter((reason) => hold.has(reason)), warnings: holdReasons.filter((reason) => warn.has(reason) && !hold.has(reason)) };
}
