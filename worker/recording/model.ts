// What passes between reading a recording, composing it, judging it and keeping the rows: the seams of the worker, in one place.
import type { CaptureTrouble, Chapter, Gap, ReplayFiles } from '#contracts/recording.ts';
import type { RecordingLayout } from '#domain/recording/layout.ts';
import type { Grid } from '../compose/grid.ts';
import type { LayoutSpan } from '../compose/layout.ts';
import type { FilmPages } from '../compose/pages.ts';
import type { Lane } from './sound.ts';
import type { Track, Unusable } from './tracks.ts';

export interface Window { fromMs: number; toMs: number }

// Reading (worker/recording) ---------------------------------------------------------------------------------------

/** Where the captures of one room of a session lie: of the class, or of a breakout group. */
export interface RoomPlace { dataDir: string; lessonId: string; sessionId: string; roomId: string }
/** The teacher's choice from `atMs` (server time) on; before the first one it is `inset`. */
export interface LayoutChoice { atMs: number; layout: RecordingLayout }
/** What one chunk knew of the participants' clocks, for the next: their offsets move slowly and never jump at an edge. JSON. */
export interface ClockState { participants: Record<string, { offsetMs: number; atMs: number }> }
/** Packets of one capture that arrived in the window, all layers: reading it again later must find no more. */
export interface InputCount { producerId: string; packets: number }
/** Largest distance of sound and picture the Sender Reports admit, and what they stand on. */
export interface SyncFigures {
  maxAudioVideoOffsetMs: number; usedReports: number; rejectedReports: number; streamsWithoutReports: number;
  receivedPackets: number; lostPackets: number; recoveredPackets: number; damagedBytes: number;
}
/** Everything of a room that shows or sounds in a window, timed on the server's clock. */
export interface SessionMedia {
  tracks: Track[]; unusable: Unusable[]; layouts: LayoutChoice[]; clocks: ClockState; sync: SyncFigures; inputs: InputCount[];
  /** Troubles the sfu noted in the timeline, by time. */
  troubles: { atMs: number; troubles: CaptureTrouble[] }[];
}

// Composing (worker/compose) ---------------------------------------------------------------------------------------

export interface ComposeTools {
  ffmpegBin: string;
  /** Where all is written; exists and is empty, or holds what a killed run left. */
  folder: string;
  threads: number; signal?: AbortSignal | undefined;
  /** Frames of the chunk (or of the part, when packing) that are done. */
  onProgress?: ((frames: number) => void) | undefined;
}
/** One chunk: at most 1500 frames. Lanes carry `soundContextMs` of sound before and behind, where there is any. */
export interface ChunkMedia { grid: Grid; spans: readonly LayoutSpan[]; lanes: readonly Lane[]; /** What stands where a span has a page. */ pages?: FilmPages | undefined }
export interface Stretch { fromMs: number; toMs: number }
/** Measured while composing; times in ms from the chunk's start. JSON. */
export interface ChunkMeasures {
  /** Momentary loudness (LUFS, 400 ms) every 100 ms, before any gain; -120 is silence. */
  loudness: number[];
  truePeakDb: number; samples: number; clippedSamples: number; silentMs: number; humDb: number | null;
  black: Stretch[]; frozen: Stretch[];
  /** How long the leading picture came in how many lines. */
  sourceHeights: { height: number; ms: number }[];
  bytes: { main: number; low: number };
}
/** Gain of the unit's sound at the chunk's two edges, dB; linear in between. */
export interface ChunkGain { fromDb: number; toDb: number }
/** AAC frames (1024 samples) of the unit that this chunk's sound files hold: [first, end). */
export interface SoundFrames { first: number; end: number }

/** What packing joins, in order, without holes. */
export interface PackChunk { folder: string; frames: number; sound: SoundFrames }
export interface PackPlan {
  /** All chunks of the unit; the part is frames [fromFrame, toFrame) of the unit. */
  chunks: readonly PackChunk[]; fromFrame: number; toFrame: number;
  /** Within the part. */
  chapters: readonly Chapter[];
}
/** Paths of what was packed, all in the tools' folder. */
export interface PartFiles { folder: string; files: ReplayFiles }
export interface PartFacts { durationMs: number; width: number; height: number; sizeBytes: number; sha256: string }

// Keeping (worker/derive) ------------------------------------------------------------------------------------------

/** `recording_chunk.facts`: all that later chunks and the packing need to know of a chunk. JSON. */
export interface ChunkFacts {
  measures: ChunkMeasures; gain: ChunkGain; sound: SoundFrames; clocks: ClockState; inputs: InputCount[]; sync: SyncFigures;
  /** Server time, ms. */
  gaps: Gap[]; layouts: LayoutChoice[]; screens: Window[];
  /** Which facts of courseware the picture was drawn from; chunks made before pages came into the picture have none. */
  pages?: string;
}
