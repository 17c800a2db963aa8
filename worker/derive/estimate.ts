// How far a recording is and how long it will still take, from frames really composed and packed and from the speed of its own chunks.

export interface WorkDone {
  /** Of all units taught. */
  totalFrames: number; composedFrames: number; packedFrames: number;
  /** Wall time per frame as this recording's chunks took it; null before the first. */
  composeMsPerFrame: number | null;
}
export interface Estimate { progress: number; secondsLeft: number | null }

/** Counting, joining, judging and storing a frame, beside composing it. */
export const packShare = 0.08;

/** `progress` 0..1; `secondsLeft` of work without waiting, null where no speed is known yet. */
export function estimate({ totalFrames, composedFrames, packedFrames, composeMsPerFrame }: WorkDone): Estimate {
  if (totalFrames <= 0) return { progress: 1, secondsLeft: 0 };
  const [toCompose, toPack] = [Math.max(0, totalFrames - composedFrames), Math.max(0, totalFrames - packedFrames)];
  const left = toCompose + toPack * packShare;
  const progress = Math.min(1, Math.max(0, 1 - left / (totalFrames * (1 + packShare))));
  return { progress, secondsLeft: composeMsPerFrame === null ? null : Math.ceil((left * composeMsPerFrame) / 1000) };
}
