// Looks after rooms and seats of this process: rows against lines, every second and at every loss, and tells whose media are gone.
import { isStaff } from '#domain/roles.ts';
import { mediaSeats, openRooms, type NodeRun, type RoomPlace, type SeatPlace } from '#db/queries/media-rooms.ts';
import { nodeStaleMs } from '#contracts/media-node.ts';
import type { Live, Seat } from '../classroom/context.ts';
import { seatsHere } from '../classroom/here.ts';
import { tellHealth } from '../classroom/media-room.ts';
import type { RecordingTroubles } from '../classroom/recording-troubles.ts';
import { connectionRoom, mediaOfSeat } from '../classroom/rooms.ts';
import type { MediaNodes } from './media-nodes.ts';
import { rehome } from './recovery.ts';

/** A line that is back sooner was only shaken. */
const lostAfterMs = 1_500;
/** The first connecting may take longer: this process has just begun. */
const unseenAfterMs = 5_000;
const unlinkedAfterMs = 5_000;
/** Learners of a lost node come back within this time, not all at once. */
const spreadMs = 2_000;

export class MediaWatch {
  readonly #live: Live;
  readonly #nodes: MediaNodes;
  readonly #startedMs = performance.now();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #moving = new Map<string, Promise<void>>();
  #checking: Promise<void> | null = null;
  #again = false;
  #closed = false;
  /** Media rooms of open doors, here or elsewhere, when it looked last. */
  #rooms = 0;

  private constructor(live: Live, nodes: MediaNodes) {
    this.#live = live;
    this.#nodes = nodes;
  }

  static create(live: Live, nodes: MediaNodes): MediaWatch {
    const watch = new MediaWatch(live, nodes);
    nodes.lines.onRead = () => void watch.check();
    nodes.lines.resting = () => watch.#rooms === 0 && live.io.engine.clientsCount === 0;
    live.io.engine.on('connection', () => nodes.lines.wake());
    nodes.onTrouble = () => void watch.check();
    return watch;
  }

  /** Looks now; asked while it looks, once more afterwards. */
  check(): Promise<void> {
    if (this.#checking) this.#again = true;
    this.#checking ??= this.#run().finally(() => { this.#checking = null; });
    return this.#checking;
  }

  /** A line was lost: looks when that begins to count. */
  checkLost(): void { this.#later(lostAfterMs + 20, () => void this.check()); }

  /** A media worker of the origin died: the room goes on in another run, there or elsewhere. */
  roomLost(room: RoomPlace): void { this.#move(room, this.#live.deps.now()); }

  /** The room is gone at an edge that lives: whoever sits there comes again. */
  edgeLost({ roomId, epoch }: RoomPlace, nodeId: string): void {
    this.#resetSeats(roomId, (place) => place.nodeId === nodeId && place.epoch === epoch);
  }

  /** The media worker somebody receives from died: another one of the same node takes them. */
  async peerLost(roomId: string, personId: string): Promise<void> {
    await this.#learnSeats();
    this.#resetSeats(roomId, (place) => place.personId === personId);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    await this.#checking;
    await Promise.all(this.#moving.values());
  }

  #later(ms: number, work: () => void): void {
    if (this.#closed) return;
    const timer = setTimeout(() => { this.#timers.delete(timer); work(); }, ms);
    this.#timers.add(timer);
  }

  async #run(): Promise<void> {
    do {
      this.#again = false;
      try {
        await this.#look();
      } catch (error) {
        this.#live.deps.log.error({ err: error }, 'media could not be looked after');
      }
    } while (this.#again && !this.#closed);
  }

  async #look(): Promise<void> {
    const em = this.#live.deps.orm.em.fork();
    const rooms = await openRooms(em);
    this.#rooms = rooms.length;
    await this.#learnSeats();
    if (this.#closed) return;
    for (const room of rooms) {
      const since = this.#goneSince(room);
      if (since) this.#move(room, since);
      else this.#followSeats(room);
      this.#followMove(room);
    }
    const ids = new Set(rooms.map(({ roomId }) => roomId));
    for (const key of this.#nodes.unlinked.keys()) if (!ids.has(key.split(' ')[0] ?? '')) this.#nodes.unlinked.delete(key);
    const here = new Set(seatsHere(this.#live).map((seat) => mediaOfSeat(seat).roomId));
    for (const roomId of this.#nodes.epochs.keys()) if (!here.has(roomId)) this.#nodes.epochs.delete(roomId);
    this.#forgetTroubles(({ roomId }) => !ids.has(roomId));
  }

  /** Since when this run of a node is gone for good, as far as can be seen from here; null where it is there or may yet be. */
  #goneSince({ nodeId, bootId }: NodeRun): Date | null {
    const { now } = this.#live.deps;
    const line = this.#nodes.lines.get(nodeId);
    // After a start of this process nodes need a moment to register.
    if (!line) return performance.now() - this.#startedMs < nodeStaleMs ? null : now();
    const { link } = line;
    if (link.available) return link.bootId === bootId ? null : link.lostAt ?? now();
    return link.awayMs < (link.bootId === null ? unseenAfterMs : lostAfterMs) ? null : link.awaySince;
  }

  #move(room: RoomPlace, since: Date): void {
    if (this.#closed || this.#moving.has(room.roomId)) return;
    const moving = rehome(this.#live, this.#nodes, room, since).then(
      (moved) => moved,
      (error: unknown) => { this.#live.deps.log.error({ err: error, roomId: room.roomId }, 'room could not be made anew'); return false; },
    ).then((moved) => {
      this.#moving.delete(room.roomId);
      if (moved) void this.check();
    });
    this.#moving.set(room.roomId, moving);
  }

  /** The room has another origin than its people here were told of: all of them come again. */
  #followMove(room: RoomPlace): void {
    const { roomId, epoch } = room;
    const { epochs } = this.#nodes;
    const known = epochs.get(roomId);
    if (known === undefined || known >= epoch) return;
    epochs.set(roomId, epoch);
    this.#live.speakers.delete(roomId);
    this.#forgetTroubles((told) => told.roomId === roomId && told.epoch < epoch);
    // Whoever was quick sits in the new run already.
    for (const seat of seatsHere(this.#live)) if (mediaOfSeat(seat).roomId === roomId && this.#nodes.seats.get(seat)?.epoch !== epoch) this.#reset(seat);
  }

  /** What runs of rooms that are over told of their recordings. */
  #forgetTroubles(which: Parameters<RecordingTroubles['forget']>[0]): void {
    for (const lessonId of this.#live.troubles.forget(which)) tellHealth(this.#live, lessonId);
  }

  /** The room is well, but where some sit is not: they come again, and are seated elsewhere. */
  #followSeats({ roomId, epoch }: RoomPlace): void {
    this.#resetSeats(roomId, (place) => place.epoch === epoch
      && (this.#goneSince(place) !== null || this.#nodes.isUnlinked(roomId, place.nodeId, epoch, unlinkedAfterMs)));
  }

  #resetSeats(roomId: string, lost: (place: SeatPlace) => boolean): void {
    for (const seat of seatsHere(this.#live)) {
      const place = this.#nodes.seats.get(seat);
      if (place?.roomId !== roomId || !lost(place)) continue;
      this.#live.deps.log.warn({ roomId, nodeId: place.nodeId, personId: seat.personId }, 'media seat lost with its node');
      this.#reset(seat);
    }
  }

  /** Staff at once, learners spread; not at all for whoever is seated anew by then. */
  #reset(seat: Seat): void {
    const { seats } = this.#nodes;
    if (seats.get(seat)) this.#live.presence.observe(seat, 'media_disconnected', null);
    seats.set(seat, null);
    this.#later(isStaff(seat.role) ? 0 : Math.random() * spreadMs, () => {
      if (seats.get(seat) === null) this.#live.io.local.to(connectionRoom(seat.connectionId)).emit('media:reset', {});
    });
  }

  /** Seats that people brought along from another process. */
  async #learnSeats(): Promise<void> {
    const { seats } = this.#nodes;
    const unknown = seatsHere(this.#live).filter((seat) => !seats.has(seat));
    const asked = unknown.map((seat) => ({ roomId: mediaOfSeat(seat).roomId, personId: seat.personId }));
    const found = new Map((await mediaSeats(this.#live.deps.orm.em.fork(), asked)).map((one): [string, SeatPlace] => [`${one.roomId} ${one.personId}`, one]));
    for (const seat of unknown) if (!seats.has(seat)) seats.set(seat, found.get(`${mediaOfSeat(seat).roomId} ${seat.personId}`) ?? null);
  }
}
