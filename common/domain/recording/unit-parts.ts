// How the file of a unit is cut when the unit ran too long for one.

/** A unit's chunks and the times of its cuts stand on frames of 40 ms; files are cut between groups of pictures only. */
export const groupFrames = 50;
/** Longest file, in frames: 50:00. */
export const longestPartFrames = 50 * 60 * 25;

export interface PartFrames { fromFrame: number; toFrame: number }

/** So many parts that differ by at most one group of pictures (2 s) and cover every frame once, in order. */
export function equalParts(frames: number, count: number): PartFrames[] {
  const groups = Math.ceil(frames / groupFrames);
  const edge = (index: number): number => (index === count ? frames : Math.round((groups * index) / count) * groupFrames);
  return Array.from({ length: count }, (_, index) => ({ fromFrame: edge(index), toFrame: edge(index + 1) }));
}

/** One file for a unit of up to 50:00, else equal parts, never a short rest. `frames` > 0 of 40 ms. */
export const unitParts = (frames: number, longest = longestPartFrames): PartFrames[] => equalParts(frames, Math.ceil(frames / longest));
