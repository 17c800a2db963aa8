// Replays over REST: what there is of a lesson, watching it with proof, captions.
import Type, { type Static } from 'typebox';
import { MakeUpOffer, MakeUpState } from './make-up.ts';
import { Chapter, HoldReason } from './recording.ts';
import { Closed, Instant, Nullable, OneOf, Uuid } from './shapes.ts';

export const replayRenditions = ['main', 'low', 'sound'] as const;
export type ReplayRendition = (typeof replayRenditions)[number];
export const replayLocale = OneOf(['zh', 'en'] as const);

/** Pictures on the seek bar: picture n stands at `n * everyMs` in a sheet of `columns`, each `width` x `height` px. */
export const Thumbnails = Closed({
  url: Type.String(), everyMs: Type.Integer(), columns: Type.Integer(), count: Type.Integer(), width: Type.Integer(), height: Type.Integer(),
});

export const ReplayPart = Closed({
  /** Null while there is no file yet. */
  replayId: Nullable(Uuid), /** Null of a breakout group. */ unitId: Nullable(Uuid), /** Of the unit, or of the group in its division. */ ordinal: Type.Integer(),
  /** The film of a breakout group: for staff and whoever looks on, never for learners. `people`: who was in it, also for a while. */
  group: Nullable(Closed({ groupId: Uuid, startedAt: Instant, endedAt: Nullable(Instant), people: Type.Array(Type.String()) })),
  /** 1..parts: a unit longer than 50 minutes is cut into equal parts. */
  part: Type.Integer(), parts: Type.Integer(),
  status: OneOf(['processing', 'ready', 'held', 'failed'] as const),
  durationMs: Nullable(Type.Integer()), posterUrl: Nullable(Type.String()),
  /** The whole file, for staff only. */
  mp4Url: Nullable(Type.String()), sizeBytes: Nullable(Type.Integer()), sha256: Nullable(Type.String()),
  /** Milliseconds from the file's start. */
  marks: Type.Array(Closed({ atMs: Type.Integer(), kind: OneOf(['quiz', 'stage', 'gap'] as const), label: Type.String() })),
  chapters: Type.Array(Chapter), thumbnails: Nullable(Thumbnails),
  captions: Type.Array(Closed({ locale: replayLocale, url: Type.String() })),
  /** The asking person's: where to go on, how far they got, what is credited. */
  positionMs: Type.Integer(), furthestMs: Type.Integer(), creditedMs: Type.Integer(), completed: Type.Boolean(),
  /** For a learner who missed something of the unit that is or was open to making up. */
  makeUp: Nullable(MakeUpOffer),
  /** 0..1 while processing, with the seconds left where known. */
  progress: Nullable(Type.Number()), secondsLeft: Nullable(Type.Integer()), failReason: Nullable(Type.String()),
  /** For staff: why it waits for review. */
  holdReasons: Type.Array(HoldReason),
  /** Its files lie in the archive: the first picture may take some seconds. */
  archived: Type.Optional(Type.Boolean()),
});
export type ReplayPart = Static<typeof ReplayPart>;
export const LessonReplay = Closed({
  lessonId: Uuid, title: Type.String(),
  /** Staff may review, publish, download and add captions. */
  staff: Type.Boolean(),
  rules: Closed({ firstViewingWithoutSkipping: Type.Boolean(), creditSpeed: Type.Number(), fastestSpeed: Type.Number() }),
  parts: Type.Array(ReplayPart),
});
export type LessonReplay = Static<typeof LessonReplay>;

export { heartbeatEveryMs, heartbeatText, linkAheadMs, linkValidMs, segmentMs, viewingLapseMs } from '#domain/recording/watching.ts';

export const ViewingStart = Closed({
  viewingId: Uuid, playlistUrl: Type.String(),
  /** HMAC-SHA-256 key for heartbeats, base64url, and the nonce the first of them carries. */
  heartbeatKey: Type.String(), nonce: Type.String(),
  positionMs: Type.Integer(), furthestMs: Type.Integer(), creditedMs: Type.Integer(),
  /** One may not get ahead of `furthestMs`. */
  skippingForbidden: Type.Boolean(), creditSpeed: Type.Number(), fastestSpeed: Type.Number(),
  /** Of a viewing that makes up. */
  makeUp: Type.Optional(MakeUpState),
});
export type ViewingStart = Static<typeof ViewingStart>;

/** What was played since the last heartbeat, in ms of the file; `positionMs` is where the player stands (or is about to jump to) now. */
export const Heartbeat = Closed({
  nonce: Type.String({ maxLength: 64 }), positionMs: Type.Integer({ minimum: 0, maximum: 86_400_000 }),
  played: Type.Array(Type.Tuple([Type.Integer({ minimum: 0 }), Type.Integer({ minimum: 0 })]), { maxItems: 32 }),
  leaving: Type.Boolean(),
  /** Base64url HMAC-SHA-256 of `heartbeatText` (domain/recording/watching.ts). */
  signature: Type.String({ maxLength: 64 }),
});
export type Heartbeat = Static<typeof Heartbeat>;
export const HeartbeatReply = Closed({
  nonce: Type.String(), creditedMs: Type.Integer(), furthestMs: Type.Integer(), completed: Type.Boolean(),
  /** Of a viewing that makes up. */
  makeUp: Type.Optional(MakeUpState),
  /** True where the learner sat in a live lesson since the last heartbeat: nothing of this one counts, as that time counts there. */
  inClass: Type.Optional(Type.Boolean()),
});
export type HeartbeatReply = Static<typeof HeartbeatReply>;

/** WebVTT as text, at most 1 MB. */
export const CaptionsBody = Closed({ locale: replayLocale, text: Type.String({ minLength: 6, maxLength: 1_000_000 }) });
