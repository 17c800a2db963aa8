// What a composer must remember between segments, on disk: one begun anew goes on where the killed one stood.
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChunkGain, ClockState, SoundFrames } from '../recording/model.ts';
import { emptyWindow, type SegmentWindow } from './playlist.ts';

/** Loudness of the segments before, and their gains: what the next one's gain is decided from. */
export interface HeardSegment { loudness: number[]; gain: ChunkGain }
/** Segments whose sound is one stream: since the last jump. `segments` of them are made. */
export interface SoundRun { startMs: number; segments: number; sound: SoundFrames }
export interface BroadcastState {
  /** `startMs` of the first segment of all: the zero of the broadcast's clock. */
  originMs: number;
  /** Number and start of the segment to be made next. */
  number: number; startMs: number;
  window: SegmentWindow; clocks: ClockState | null; heard: HeardSegment[];
  /** Null at the beginning and behind a jump; the last segment's `sound.flac` lies in its folder. */
  run: SoundRun | null;
}

const fileName = 'state.json';
/** Gains are decided from so many segments: 20 s. */
export const keptHeard = 4;

export const firstState = (number: number, startMs: number): BroadcastState =>
  ({ originMs: startMs, number, startMs, window: emptyWindow, clocks: null, heard: [], run: null });

/** Null where there is none, or it cannot be read. */
export async function readState(folder: string): Promise<BroadcastState | null> {
  return readFile(join(folder, fileName), 'utf8').then((text) => JSON.parse(text) as BroadcastState).catch(() => null);
}

export async function writeState(folder: string, state: BroadcastState): Promise<void> {
  await writeFile(join(folder, `${fileName}.part`), JSON.stringify(state));
  await rename(join(folder, `${fileName}.part`), join(folder, fileName));
}
