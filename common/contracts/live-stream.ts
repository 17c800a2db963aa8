// The delayed broadcast of a live lesson (HLS), for those WebRTC does not reach: asked for, watched by playlist, made by the worker.
import Type, { type Static } from 'typebox';
import { Closed, Nullable, OneOf } from './shapes.ts';

/** Every segment holds so much; in the first ones after the start of the session nothing may have been captured yet. */
export const streamSegmentMs = 4000;
/** Segments a playlist names: half a minute to go back to after a bad line. */
export const playlistSegments = 8;
/** Nobody asked for the playlist for so long: the broadcast ends. */
export const unwatchedMs = 60_000;

/** `busy`: the machine has no power left for another one; `full`: the workers that look compose as many as they may. */
export const streamWaitReasons = ['busy', 'full'] as const;
export type StreamWaitReason = (typeof streamWaitReasons)[number];

/** What is answered to whoever asks for the broadcast. Ask again every two seconds until `ready`. */
export const LiveStreamState = Closed({
  ready: Type.Boolean(),
  playlistUrl: Type.String(),
  /** Why it is not begun, as far as a worker said so. */
  waitReason: Nullable(OneOf(streamWaitReasons)),
});
export type LiveStreamState = Static<typeof LiveStreamState>;

export const StreamSegmentName = Type.String({ pattern: '^\\d{1,7}\\.ts$' });
