// What every live feature works with: the sockets, the media node, the deps, and who asks.
import type { DefaultEventsMap, Server, Socket } from 'socket.io';
import type { Static } from 'typebox';
import type { Wall } from '#contracts/presence.ts';
import type { Handlers } from '#contracts/request-table.ts';
import type { SfuProducer, SfuRequests } from '#contracts/sfu-control.ts';
import type { BrowserToServer, ServerToBrowser, SocketRequests } from '#contracts/socket.ts';
import type { ObservedFact } from '#domain/presence/facts.ts';
import type { WallLearner } from '#domain/presence/wall.ts';
import type { LessonRole } from '#domain/roles.ts';
import type { ObservationType } from '#db/entities/lesson.ts';
import type { Actor } from '#db/orm.ts';
import type { MediaRoomId } from '#db/queries/media-rooms.ts';
import type { Admission } from '../admission/admission.ts';
import type { Deps } from '../deps.ts';
import type { Audience } from './audience.ts';
import type { Gathered } from './gathered.ts';
import type { GroupPlaces } from './groups.ts';
import type { InFlight } from './in-flight.ts';
import type { RecordingTroubles } from './recording-troubles.ts';
import type { SharedRead } from './shared-read.ts';
import type { Picture } from './snapshot.ts';

/** One person's hold of one lesson on this socket; its row in `connection` is the truth. */
export interface Seat {
  connectionId: string; lessonId: string; institutionId: string; personId: string; name: string; role: LessonRole;
  /** The breakout group where its media and chat go; null: the class. Not known before the seat is told how the lesson is. */
  groupId?: string | null;
  /** Last packet of any kind. */
  seenAt?: Date;
  /** The client's last report of itself; `touchedMs`: the last touch that was stored. */
  reported?: { visible: boolean; playing: boolean; storedMs: number; touchedMs: number | null };
  /** When somebody touched the device last, and until when an answer is waited for; ms. */
  activeMs?: number;
  askedUntilMs?: number | null;
}
/** Whoever takes a media seat, each a peer of its own: a person, or a companion of the person `ownerId`, whose what it sends is. */
export interface MediaHolder { personId: string; role: LessonRole; ownerId?: string }
/** `waitsFor`: the lesson this socket asked to enter last. `atDoor`: where it waits to be let in; `fresh` until the clock has looked whether it still has to. */
export interface SocketData { personId: string; /** Of somebody who only oversees. */ onlyOversees: boolean; seat: Seat | null; waitsFor?: string; atDoor?: { lessonId: string; fresh: boolean } | null }
export type ClassroomServer = Server<BrowserToServer, ServerToBrowser, DefaultEventsMap, SocketData>;
export type ClassroomSocket = Socket<BrowserToServer, ServerToBrowser, DefaultEventsMap, SocketData>;

type RequestsAbout<Ids> = { [K in keyof SfuRequests]: Static<SfuRequests[K]['data']> extends Ids ? K : never }[keyof SfuRequests];
/** Requests about one person's transports and what goes through them. */
export type SeatRequest = Exclude<RequestsAbout<{ roomId: string; peerId: string }>, `peer:${string}`>;
type Capture = Static<SfuRequests['room:open']['data']>['capture'];
/** What a person gets who takes a media seat. */
export type SeatTaken = Static<SfuRequests['peer:join']['reply']>;

/** The media nodes as signaling sees them: which of them a request goes to follows from the rows. */
export interface MediaControl {
  /** False while no node can be reached. */
  readonly available: boolean;
  /** Opens the room at its origin, which is chosen where it has none. Throws media_unavailable, media_full. */
  openRoom(room: MediaRoomId, capture: Capture): Promise<SfuProducer[]>;
  /** Seats this person or companion on a node that has room, in a room that is open or gets opened. Throws media_unavailable, media_full. */
  takeSeat(holder: MediaHolder, room: MediaRoomId, capture: Capture): Promise<SeatTaken>;
  /** Asks the node this person sits at. Throws what it refuses, not_entered without a seat, room_moved where the seat is void, media_unavailable. */
  askSeat<K extends SeatRequest>(name: K, data: Static<SfuRequests[K]['data']>): Promise<Static<SfuRequests[K]['reply']>>;
  /** Gives the person's seat up; answers whether there was one. */
  leaveSeat(roomId: string, personId: string): Promise<boolean>;
  /** Puts a line into the recording's timeline at the origin; nothing where the room is nowhere. Throws media_unavailable. */
  note(roomId: string, type: string, data: Record<string, unknown>): Promise<void>;
  /** Closes the room on every node and forgets where it was; answers how many captures were sealed. Throws media_unavailable where the origin is away. */
  closeRoom(roomId: string): Promise<number>;
  /** Rows of nodes or rooms were changed by another process. */
  look(): void;
}

/** Takes down what was observed of a seat; written in batches. */
export interface PresenceSink {
  observe(seat: Seat, type: ObservationType, value: number | null): void;
  /** What was observed of these people here and is not in the rows yet, or only just. */
  unwritten(lessonId: string, personIds: ReadonlySet<string>): UnwrittenFact[];
}
export interface UnwrittenFact extends ObservedFact { personId: string }

/** Tells learners whether their time counts. */
export interface CreditSink {
  /** A fact about this seat, or about the person's checks, is new. */
  changed(seat: Seat): void;
  observed(seat: Seat, type: ObservationType): void;
}

/** `byName` and `byAttention`: all learners of the lesson, however many. */
export interface ClassView { wall: Wall; byName: readonly WallLearner[]; byAttention: readonly WallLearner[] }

export interface Live {
  io: ClassroomServer;
  deps: Deps;
  media: MediaControl;
  presence: PresenceSink;
  credit: CreditSink;
  /** The class as staff see it, read once for all of them who look. */
  walls: { get(lessonId: string): Promise<ClassView> };
  /** Lets people into lessons one after the other. */
  admission: Admission;
  /** What large classes are still to be told. */
  audience: Audience;
  /** What many do in the same moment. */
  gathered: Gathered;
  /** Where this process's people are heard: in the class or in a breakout group. */
  groups: GroupPlaces;
  /** What everybody in a lesson sees alike, read once for all who ask. */
  pictures: SharedRead<Picture>;
  /** Loudest person by media room; only shown, so memory is enough. */
  speakers: Map<string, string | null>;
  troubles: RecordingTroubles;
  /** Requests on their way. */
  inFlight: InFlight;
}

interface Asking {
  live: Live;
  socket: ClassroomSocket;
  /** When the request reached this process, whatever it waited for since. */
  arrivedAt: Date;
  /** Runs after the acknowledgement: validate, save, acknowledge, tell. */
  tell(work: () => unknown): void;
}
/** A request from somebody who holds a seat. */
export interface SeatContext extends Asking { seat: Seat; actor: Actor }
/** `lesson:enter` comes before there is a seat. */
export interface DoorContext extends Asking { personId: string }

type Door = Pick<SocketRequests, 'lesson:enter'>;
export type DoorHandlers = Handlers<Door, DoorContext>;
/** Every request of the table but entering; a missing one does not compile. */
export type SeatHandlers = Handlers<Omit<SocketRequests, keyof Door>, SeatContext>;
