// What the classroom's line tells those who hold it: in what phase it is, the snapshot, events, the place in the line.
import type { Static } from 'typebox';
import type { LessonSnapshot } from '#contracts/lesson.ts';
import type { SocketEvents, SocketRequests } from '#contracts/socket.ts';
import type { RequestErrorCode } from './request-error.ts';

export type RequestName = keyof SocketRequests;
export type ServerEvent = { [K in keyof SocketEvents]: { name: K; data: Static<SocketEvents[K]> } }[keyof SocketEvents];
/** Place in the line of those who enter, and until when it takes by the server's estimate. */
export interface PlaceInLine { position: number; untilMs: number }
/** `waiting`: at the door, until staff let this person in. `taken`: the seat lives on another device; `idle`: nobody said they were there; `refused`: entering is pointless, see the code; all wait for `enterAgain`. */
export type LinkPhase = 'connecting' | 'waiting' | 'entered' | 'reconnecting' | 'taken' | 'idle' | 'refused' | 'closed';

export interface ConnectionCallbacks {
  phase(phase: LinkPhase, code: RequestErrorCode | null): void;
  /** All state comes from here; events are applied on top. */
  entered(snapshot: LessonSnapshot): void;
  event(event: ServerEvent): void;
  /** Waiting to be let in; null: not any more. */
  queued(place: PlaceInLine | null): void;
}
/** True where the server is there for ordinary requests: then a line that never opens is blocked on the way. */
export type ServerAnswers = () => Promise<boolean>;
