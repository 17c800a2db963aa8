// Recordings of sessions: segments as captured, chunks as composed, replays as shown, and what was watched of them.
import { defineEntity, p, raw, type InferEntity } from '@mikro-orm/postgresql';
import type { ReplayFiles, Chapter, QualityReport, Gap, HoldReason, Review } from '#contracts/recording.ts';

export const Recording = defineEntity({
  name: 'Recording',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), lessonId: p.uuid(), sessionId: p.uuid(),
    /** Of a breakout group; null: of the class, one in a session. */
    groupId: p.uuid().nullable(),
    status: p.text().$type<'recording' | 'processing' | 'ready' | 'failed'>(), progress: p.double().nullable(),
    secondsLeft: p.integer().nullable(), failReason: p.text().nullable(), createdAt: p.datetime(), settledAt: p.datetime().nullable(),
    /** What deriving must remember between chunks besides them; written by the worker only. */
    facts: p.json().$type<Record<string, unknown>>().nullable(),
  },
});
/** The media room that is recorded: a group's has the group's id, that of the whole class the lesson's. */
export const recordedRoom = ({ groupId, lessonId }: { groupId?: string | null | undefined; lessonId: string }): string => groupId ?? lessonId;

/** What a file is the film of: its unit, or its group. Ids of both are of one kind, so that either stands for itself in keys and jobs. */
export const filmOf = ({ unitId, groupId }: { unitId?: string | null | undefined; groupId?: string | null | undefined }): string => (unitId ?? groupId)!;

/** A sealed segment file. The directory is the truth: these rows can be made again from it. */
export const CaptureSegment = defineEntity({
  name: 'CaptureSegment',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), recordingId: p.uuid(), producerId: p.text(),
    /** Relative to DATA_DIR. */
    path: p.text(), ordinal: p.integer(), firstAt: p.datetime().nullable(), lastAt: p.datetime().nullable(),
    packets: p.integer(), sizeBytes: p.bigint('number'), sha256: p.text(), registeredAt: p.datetime(),
    copiedAt: p.datetime().nullable(), removedAt: p.datetime().nullable(),
  },
});
/** At most 1500 frames (60 s) of a unit, composed. Its files lie in DATA_DIR, see places.ts. A group's film is one unit with the group's id. */
export const RecordingChunk = defineEntity({
  name: 'RecordingChunk',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), recordingId: p.uuid(), unitId: p.uuid(), ordinal: p.integer(),
    startsAt: p.datetime(), frames: p.integer(),
    /** `ChunkFacts` of the worker. */
    facts: p.json().$type<Record<string, unknown>>(), composedMs: p.integer(), createdAt: p.datetime(),
  },
});
/** One file of a unit, or of a breakout group; `part` 1..`parts`. */
export const Replay = defineEntity({
  name: 'Replay',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), lessonId: p.uuid(), recordingId: p.uuid(), unitId: p.uuid().nullable(), groupId: p.uuid().nullable(),
    part: p.integer().default(1), parts: p.integer().default(1),
    status: p.text().$type<'processing' | 'ready' | 'held' | 'failed'>(), failReason: p.text().nullable(),
    /** Server time of the file's first frame. */
    startsAt: p.datetime().nullable(), durationMs: p.integer().nullable(), sizeBytes: p.bigint('number').nullable(), sha256: p.text().nullable(),
    width: p.integer().nullable(), height: p.integer().nullable(),
    gaps: p.json().$type<Gap[]>(), sync: p.json().$type<Record<string, number>>().nullable(),
    quality: p.json().$type<QualityReport>().nullable(), holdReasons: p.json().$type<HoldReason[]>().default([]),
    /** Whether pages and lines are in its picture. */
    coursewareInFilm: p.boolean().default(false),
    chapters: p.json().$type<Chapter[]>().default([]), files: p.json().$type<Partial<ReplayFiles>>().default(raw(`'{}'`)),
    reviewedBy: p.uuid().nullable(), reviewedAt: p.datetime().nullable(), review: p.json().$type<Review>().nullable(),
    createdAt: p.datetime(), settledAt: p.datetime().nullable(),
    /** Lent from a film: its files are those of the film's `filmOrdinal`th file. */
    filmId: p.uuid().nullable(), filmOrdinal: p.integer().nullable(),
    /** Its films lie in the archive since then (0055). */
    archivedAt: p.datetime().nullable(),
  },
});
export const Caption = defineEntity({
  name: 'Caption',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), replayId: p.uuid(), locale: p.text().$type<'zh' | 'en'>(),
    /** WebVTT. */
    text: p.text(), uploadedBy: p.uuid(), createdAt: p.datetime(),
  },
});
/** What a person has watched of a replay over all viewings. Spans are whole ms, sorted, disjoint: [from, to). */
export const ReplayPosition = defineEntity({
  name: 'ReplayPosition',
  properties: {
    replayId: p.uuid().primary(), personId: p.uuid().primary(), positionMs: p.integer(), furthestMs: p.integer(),
    credited: p.json().$type<[number, number][]>(), creditedMs: p.integer(), completedAt: p.datetime().nullable(), at: p.datetime(),
  },
});
/** One person watching one replay, once. A person has at most one open. */
export const Viewing = defineEntity({
  name: 'Viewing',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), replayId: p.uuid(), personId: p.uuid(),
    heartbeatKey: p.blob(), nonce: p.text(), heartbeats: p.integer(), positionMs: p.integer(),
    /** Spans of the file whose links were given out. */
    issued: p.json().$type<[number, number][]>(), creditedMs: p.integer(),
    /** Real time so far that is not used up, as ms of the file that may still be credited and played. */
    creditLeftMs: p.integer().default(0), playLeftMs: p.integer().default(0),
    startedAt: p.datetime(), lastHeardAt: p.datetime(), endedAt: p.datetime().nullable(),
    endReason: p.text().$type<'left' | 'taken_over' | 'lapsed'>().nullable(),
  },
});
export type Recording = InferEntity<typeof Recording>;
export type CaptureSegment = InferEntity<typeof CaptureSegment>;
export type RecordingChunk = InferEntity<typeof RecordingChunk>;
export type Replay = InferEntity<typeof Replay>;
export type Viewing = InferEntity<typeof Viewing>;
