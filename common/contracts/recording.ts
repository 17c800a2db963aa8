// What is said of recordings: alarms while it runs, gaps, the quality report of a file and its review.
import Type, { type Static } from 'typebox';
import { recordingLayouts } from '#domain/recording/layout.ts';
import { holdReasons } from '#domain/recording/quality.ts';
import { leadingRoles } from '#domain/roles.ts';
import { Closed, Instant, Nullable, OneOf, Uuid } from './shapes.ts';
import type { EventTable, RequestTable } from './request-table.ts';

/**
 * Why a recording is in danger. `disk_low`: less free space than the rest of a lesson may need, nothing lost yet. `disk_full`, `disk_unwritable`:
 * writes fail, packets are kept in memory. `disk_slow`: writes lag more than 2 s. `memory_full`: packets are being dropped and counted.
 * `capture_silent`: an unpaused source delivers nothing for 3 s. `capture_not_started`: a source is not recorded at all.
 */
export const captureTroubles = ['disk_low', 'disk_full', 'disk_unwritable', 'disk_slow', 'memory_full', 'capture_silent', 'capture_not_started'] as const;
export const CaptureTrouble = OneOf(captureTroubles);
export type CaptureTrouble = (typeof captureTroubles)[number];

/** Milliseconds from the file's start; `reason` is a code: node_down, camera_off … (worker/recording/gaps.ts). */
export const Gap = Closed({ fromMs: Type.Number(), toMs: Type.Number(), reason: Type.String() });
export type Gap = Static<typeof Gap>;

export const chapterKinds = ['start', 'screen', 'slide', 'quiz', 'stage'] as const;
/** `label` is what people wrote (a question, a name), or empty: then the kind's word is shown. */
export const Chapter = Closed({ atMs: Type.Integer(), kind: OneOf(chapterKinds), label: Type.String() });
export type Chapter = Static<typeof Chapter>;

/** Why a finished file waits for a person to look at it. */
export const HoldReason = OneOf(holdReasons);
export type HoldReason = Static<typeof HoldReason>;

const Stretch = Closed({ fromMs: Type.Integer(), toMs: Type.Integer() });
/** Measured of one file (R124, R128 to R135). Times in ms from its start; null where it could not be measured. */
export const QualityReport = Closed({
  /** Sound against picture as the Sender Reports admit it, largest of any participant. */
  avOffsetMs: Nullable(Type.Number()),
  loudness: Closed({ integratedLufs: Nullable(Type.Number()), rangeLu: Nullable(Type.Number()), truePeakDb: Nullable(Type.Number()) }),
  /** Share of samples at full scale, 0..1. */
  clippedShare: Type.Number(),
  /** Mains hum above the rest, dB; below 0 it is hidden by it. */
  humDb: Nullable(Type.Number()),
  silentShare: Type.Number(), black: Type.Array(Stretch), frozen: Type.Array(Stretch), gaps: Type.Array(Gap),
  packets: Closed({ received: Type.Integer(), lost: Type.Integer(), recovered: Type.Integer() }),
  /** Lines of the tallest picture received, and the share of the time at least 720 lines were. */
  sourceHeight: Nullable(Type.Integer()), share720: Nullable(Type.Number()),
  /** Of the file. */
  width: Type.Integer(), height: Type.Integer(), sizeBytes: Type.Integer(), durationMs: Type.Integer(),
  /** Worth knowing, too little to hold the file back. */
  warnings: Type.Array(HoldReason),
});
export type QualityReport = Static<typeof QualityReport>;

/**
 * What a reviewer says: whether a foreign watermark is in picture or poster (R135), and why it is published all the same. A watermark that is
 * published needs a note.
 */
export const ReviewBody = Closed({ watermark: OneOf(['none', 'present'] as const), note: Type.String({ maxLength: 500 }), publish: Type.Boolean() });
/** `published`: whether learners could see the file after this review. */
export const Review = Closed({ watermark: OneOf(['none', 'present'] as const), note: Type.String(), published: Type.Boolean() });
export type Review = Static<typeof Review>;
export const QualityAnswer = Closed({
  replayId: Uuid, lessonId: Uuid, lessonTitle: Type.String(),
  /** The film of a breakout group, not of a unit; `ordinal` of either. */
  ofGroup: Type.Boolean(), ordinal: Type.Integer(), part: Type.Integer(), parts: Type.Integer(),
  status: OneOf(['processing', 'ready', 'held', 'failed'] as const), failReason: Nullable(Type.String()),
  report: Nullable(QualityReport), holdReasons: Type.Array(HoldReason),
  /** The asking person may review; a regulator only looks. */
  mayReview: Type.Boolean(),
  review: Nullable(Closed({ ...Review.properties, reviewerName: Type.String(), at: Instant })),
});
export type QualityAnswer = Static<typeof QualityAnswer>;

/** Names under a replay's folder in the storage; bytes and SHA-256 of each that exists. */
export const replayFileNames = ['unit.mp4', 'main.m3u8', 'main.m4s', 'low.m3u8', 'low.m4s', 'sound.m3u8', 'sound.m4s', 'poster.jpg', 'thumbnails.jpg'] as const;
export type ReplayFileName = (typeof replayFileNames)[number];
export interface ThumbnailSheet { everyMs: number; columns: number; count: number; width: number; height: number }
export interface ReplayFiles { sizes: Partial<Record<ReplayFileName, number>>; sha256: Partial<Record<ReplayFileName, string>>; thumbnails: ThumbnailSheet | null }

export const recordingRequests = {
  /** How screen and camera stand in the recorded picture from now on. */
  'recording:setLayout': { by: leadingRoles, data: Closed({ layout: OneOf(recordingLayouts) }), reply: Closed({ layout: OneOf(recordingLayouts) }) },
} as const satisfies RequestTable;

export const recordingEvents = {
  'recording:layoutChanged': Closed({ layout: OneOf(recordingLayouts) }),
  /** To staff: the recording is in danger for these reasons; an empty list: all is well (again). */
  'recording:health': Closed({ troubles: Type.Array(CaptureTrouble) }),
} as const satisfies EventTable;
