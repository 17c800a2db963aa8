// What a room does beside seating peers and carrying their media depends on the part this node has in it: origin or edge.
import type { MediaProducer } from './media-producer.ts';
import type { Wish } from './wanted-layers.ts';

export interface CaptureGoal { lessonId: string; sessionId: string }

export interface RoomPart {
  /** Nothing comes of it any more, though nobody closed it: asked for again, the room is made anew. */
  readonly over: boolean;
  /** A producer is in the room now. Resolves when whoever must know of it does: recorder, other nodes. */
  added(producer: MediaProducer): Promise<void>;
  ended(producer: MediaProducer, reason: string): void;
  /** Whether this node is the one that tells of the end of this producer. */
  tellsOf(producer: MediaProducer): boolean;
  /** What a consumer here wants of a producer; undefined: it is gone. */
  wish(producerId: string, consumerId: string, wish: Wish | undefined): void;
  startCapture(goal: CaptureGoal): Promise<void>;
  note(type: string, data: Record<string, unknown>): Promise<void>;
  /** Nothing more is taken or told; answers the number of captures once they are on disk. */
  close(reason: string): Promise<number>;
}
