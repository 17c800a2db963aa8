// What a node tells, passed on to the people it concerns, where that node may speak: the origin of the row's epoch for the room, any other for its seats.
// Each process tells its own people: each hears every node itself.
import type { RoomAtNode } from '#contracts/sfu-control.ts';
import type { Static } from 'typebox';
import { mediaSeat, roomPlace, type RoomPlace, type SeatPlace } from '#db/queries/media-rooms.ts';
import type { Live } from '../classroom/context.ts';
import { isHereIn, seatsHere, seatsOf } from '../classroom/here.ts';
import { producerInfo, tellHealth } from '../classroom/media-room.ts';
import { phoneRoom, phonesOf } from '../classroom/phones.ts';
import { connectionRoom, isClassMedia, peopleIn, seatRoom, staffRoom } from '../classroom/rooms.ts';
import type { MediaNodes } from './media-nodes.ts';
import type { MediaWatch } from './media-watch.ts';
import { leadSends } from './recovery.ts';
import type { SfuListener } from './sfu-link.ts';

export interface Heard { live: Live; nodes: MediaNodes; watch: MediaWatch }
interface Speaker { nodeId: string; bootId: () => string | null }

/** Who may speak, asked of the rows; what is not theirs is dropped. */
class Hearing {
  readonly #heard: () => Heard;
  readonly #speaker: Speaker;
  #last: Promise<void> = Promise.resolve();

  constructor(heard: () => Heard, speaker: Speaker) {
    this.#heard = heard;
    this.#speaker = speaker;
  }

  /** One after the other, in the order they were told. */
  inOrder(work: (heard: Heard) => Promise<void> | void): void {
    this.#last = this.#last.then(() => work(this.#heard())).catch((error: unknown) => {
      this.#heard().live.deps.log.error({ err: error, nodeId: this.#speaker.nodeId }, 'what the sfu told could not be passed on');
    });
  }

  /** For the origin alone, in its present epoch. */
  ofOrigin(event: { roomId: string; epoch: number }, work: (heard: Heard, room: RoomPlace) => void): void {
    this.inOrder(async (heard) => {
      const room = await roomPlace(heard.live.deps.orm.em.fork(), event.roomId);
      if (room && this.#is(room) && room.epoch === event.epoch) work(heard, room);
      else heard.live.deps.log.debug({ ...event, nodeId: this.#speaker.nodeId }, 'a node spoke of a room that is not its own');
    });
  }

  /** For the node somebody sits at, where that person is in this process. */
  ofSeat({ roomId, peerId }: { roomId: string; peerId: string }, work: (heard: Heard, place: SeatPlace) => unknown): void {
    this.inOrder(async (heard) => {
      const place = isHereIn(heard.live, roomId, peerId) ? await this.sits(heard, roomId, peerId) : null;
      if (place) await work(heard, place);
    });
  }

  /** The same for a phone that is somebody's second camera. */
  ofPhone({ roomId, peerId }: { roomId: string; peerId: string }, work: (heard: Heard) => unknown): void {
    this.inOrder(async (heard) => {
      const here = phonesOf(heard.live).adapter.rooms.has(phoneRoom(peerId));
      if (here && await this.sits(heard, roomId, peerId)) await work(heard);
    });
  }

  /** Where the person sits, if it is at this node. */
  async sits({ live }: Heard, roomId: string, peerId: string): Promise<SeatPlace | null> {
    const found = await mediaSeat(live.deps.orm.em.fork(), roomId, peerId);
    return found !== null && found.seat.epoch === found.room.epoch && this.#is(found.seat) ? found.seat : null;
  }

  #is({ nodeId, bootId }: { nodeId: string; bootId: string }): boolean { return nodeId === this.#speaker.nodeId && bootId === this.#speaker.bootId(); }
}

/** Rooms a node still has though no row says so: it was away when they ended or moved. */
async function closeStrays({ live, nodes }: Heard, nodeId: string, rooms: readonly Static<typeof RoomAtNode>[]): Promise<void> {
  const line = nodes.lines.get(nodeId);
  for (const { roomId, epoch, edge } of rooms) {
    const room = await roomPlace(live.deps.orm.em.fork(), roomId);
    const own = room?.epoch === epoch && (edge ? room.nodeId !== nodeId : room.nodeId === nodeId && room.bootId === line?.link.bootId);
    if (own) continue;
    live.deps.log.warn({ roomId, epoch, nodeId }, 'a node has a room that is no longer its own: closed there');
    await line?.link.request('room:close', { roomId, epoch }).catch((error: unknown) => live.deps.log.warn({ err: error, roomId, nodeId }, 'stray room could not be closed'));
  }
}

/** What a line was lost with is told again by the node itself, if it still is so. */
function clearTroubles({ live }: Heard, nodeId: string): void {
  for (const lessonId of live.troubles.forget((told) => told.nodeId === nodeId)) tellHealth(live, lessonId);
}

const inRoom = ({ live }: Heard, room: RoomPlace) => peopleIn(live, room, true);
const atSeat = ({ live }: Heard, { lessonId, personId }: SeatPlace) => live.io.local.to(seatRoom(lessonId, personId));
type Events = SfuListener['on'];
type SeatEvent = 'peer:lost' | 'consumer:closed' | 'producer:wanted' | 'transport:changed';

const seatEvents = (hearing: Hearing): Pick<Events, SeatEvent> => ({
  'peer:lost': ({ roomId, peerId }) => hearing.ofSeat({ roomId, peerId }, ({ watch }) => watch.peerLost(roomId, peerId)),
  'consumer:closed': ({ roomId, peerId, consumerId }) => hearing.ofSeat({ roomId, peerId }, (at, place) => atSeat(at, place).emit('media:consumerClosed', { consumerId })),
  'producer:wanted': ({ roomId, peerId, producerId, maxSpatialLayer }) => {
    hearing.ofSeat({ roomId, peerId }, (at, place) => atSeat(at, place).emit('media:wanted', { producerId, maxSpatialLayer }));
    hearing.ofPhone({ roomId, peerId }, ({ live }) => phonesOf(live).local.to(phoneRoom(peerId)).emit('media:wanted', { producerId, maxSpatialLayer }));
  },
  'transport:changed': ({ roomId, peerId, direction, state }) => {
    // What somebody receives is what they were present for; what they send is in the recording, and a lead who sends is a lesson that goes on.
    hearing.ofSeat({ roomId, peerId }, async ({ live }, { lessonId }) => {
      if (direction === 'send') {
        if (state === 'connected') await leadSends(live, lessonId, peerId);
        return;
      }
      for (const seat of seatsOf(live, lessonId, peerId)) {
        live.presence.observe(seat, state === 'connected' ? 'media_connected' : 'media_disconnected', null);
      }
    });
  },
});

const roomEvents = (hearing: Hearing, nodeId: string): Omit<Events, SeatEvent | 'node:load'> => ({
  'room:linked': (event) => hearing.inOrder(({ nodes, live }) => {
    nodes.heardLinked(nodeId, event);
    live.deps.log[event.up ? 'info' : 'warn']({ ...event, nodeId }, event.up ? 'edge has its origin' : 'edge misses its origin');
  }),
  'room:lost': (event) => hearing.inOrder(async ({ live, watch }) => {
    const room = await roomPlace(live.deps.orm.em.fork(), event.roomId);
    if (room?.epoch !== event.epoch) return;
    live.deps.log.warn({ ...event, nodeId }, 'room lost');
    if (room.nodeId === nodeId) watch.roomLost(room);
    else watch.edgeLost(room, nodeId);
  }),
  'producer:closed': ({ roomId, epoch, peerId, producerId, source }) => hearing.inOrder(async (at) => {
    const room = await roomPlace(at.live.deps.orm.em.fork(), roomId);
    // The edge somebody sends through may say it too.
    const may = room?.epoch === epoch && (room.nodeId === nodeId || await hearing.sits(at, roomId, peerId) !== null);
    if (may) inRoom(at, room).emit('media:producerClosed', { producerId, personId: peerId, source });
  }),
  'producer:renewed': ({ roomId, epoch, producer }) => hearing.inOrder(async ({ live, nodes }) => {
    const room = await roomPlace(live.deps.orm.em.fork(), roomId);
    if (room?.epoch !== epoch) return;
    for (const seat of seatsHere(live)) {
      const place = nodes.seats.get(seat);
      if (place?.roomId === roomId && place.nodeId === nodeId && place.epoch === epoch) live.io.local.to(connectionRoom(seat.connectionId)).emit('media:produced', producerInfo(producer));
    }
  }),
  'speaker:changed': ({ roomId, epoch, peerId }) => hearing.ofOrigin({ roomId, epoch }, (at, room) => {
    at.live.speakers.set(roomId, peerId);
    inRoom(at, room).emit('media:speakerChanged', { personId: peerId });
    if (!isClassMedia(room)) at.live.io.local.to(staffRoom(room.lessonId)).emit('breakout:speaking', { groupId: roomId, personId: peerId });
  }),
  'capture:health': ({ roomId, epoch, troubles }) => hearing.ofOrigin({ roomId, epoch }, ({ live }, room) => {
    live.deps.log[troubles.length > 0 ? 'error' : 'info']({ roomId, nodeId, troubles }, 'recording in danger, or well again');
    live.troubles.tell(room, { nodeId, epoch }, troubles);
    tellHealth(live, room.lessonId);
  }),
});

/** `heard` is asked for at each event, since the lines are made before the classroom is. */
export function sfuListener(heard: () => Heard, speaker: Speaker): SfuListener {
  const hearing = new Hearing(heard, speaker);
  const { nodeId } = speaker;
  return {
    on: { ...seatEvents(hearing), ...roomEvents(hearing, nodeId), 'node:load': ({ load }) => heard().nodes.heardLoad(nodeId, load) },
    ready: ({ rooms }) => hearing.inOrder(async (at) => {
      clearTroubles(at, nodeId);
      void at.watch.check();
      await closeStrays(at, nodeId, rooms);
    }),
    lost: () => heard().watch.checkLost(),
  };
}
