// Which node a request goes to: rooms at the origin of their row, people at the node of their seat; rows are the truth, lines the way.
import type { Static } from 'typebox';
import type { NodeLoad, SfuProducer, SfuRequests } from '#contracts/sfu-control.ts';
import { DomainError } from '#domain/errors.ts';
import type { Orm } from '#db/orm.ts';
import { dropRoom, freeMediaSeat, mediaSeat, moveRoom, placeRoom, roomPlace, type MediaRoomId, type NodeRun, type RoomPlace, type SeatPlace } from '#db/queries/media-rooms.ts';
import { inNobodysName } from '#runtime/batches.ts';
import type { Logger } from '#runtime/log.ts';
import type { MediaControl, MediaHolder, SeatRequest, SeatTaken } from '../classroom/context.ts';
import { chooseOrigin, cpuOf, useOf, type Candidate } from './choose-node.ts';
import type { NodeLine, NodeLines } from './node-lines.ts';
import { seatPerson } from './seating.ts';

type Capture = Static<SfuRequests['room:open']['data']>['capture'];
export interface OpenRoom { room: RoomPlace; producers: SfuProducer[] }

/** Sealing minutes of capture takes longer than an ordinary answer. */
const closeTimeoutMs = 30_000;
/** A node that refused somebody is not asked again at once. */
const fullKeptMs = 3_000;
/** So often a room may move while it is being opened. */
const turns = 4;

export class MediaNodes implements MediaControl {
  readonly orm: Orm;
  readonly log: Logger;
  readonly lines: NodeLines;
  /** The epoch of each room here, as its people were last told of. */
  readonly epochs = new Map<string, number>();
  /** Where the people of this process were seated; null: nowhere any more. */
  readonly seats = new WeakMap<MediaHolder, SeatPlace | null>();
  /** Edges that miss their origin, by room and node. */
  readonly unlinked = new Map<string, { since: number; epoch: number }>();
  /** Asks whoever watches over rooms to look at once. */
  onTrouble: () => void = () => undefined;

  private constructor(options: { orm: Orm; log: Logger; lines: NodeLines }) {
    this.orm = options.orm;
    this.log = options.log;
    this.lines = options.lines;
  }

  static create(options: { orm: Orm; log: Logger; lines: NodeLines }): MediaNodes { return new MediaNodes(options); }

  get available(): boolean { return this.lines.noneSince === null; }

  /** Nodes that can be reached, as they stand. */
  candidates(): Candidate[] {
    return this.lines.all.filter(({ link }) => link.available).map(({ node, link, placed, fullUntilMs, reserveFullUntilMs }) => ({
      nodeId: node.nodeId, use: useOf({ ...node, seats: node.seats + placed.seats }), cpu: cpuOf(node.load), rooms: node.rooms + placed.rooms, late: link.late,
      closed: !node.fresh || node.draining || node.load.draining,
      full: node.load.full || performance.now() < fullUntilMs, reserveFull: (node.load.reserveFull ?? node.load.full) || performance.now() < reserveFullUntilMs,
    }));
  }

  /** The run of the node a room would be put on now; null where none takes it. */
  chooseOrigin(refused?: ReadonlySet<string>): NodeRun | null {
    const nodeId = chooseOrigin(this.candidates(), refused);
    const line = nodeId === null ? undefined : this.lines.get(nodeId);
    if (!line?.link.bootId) return null;
    line.placed.rooms++;
    return { nodeId: line.node.nodeId, bootId: line.link.bootId };
  }

  async openRoom(media: MediaRoomId, capture: Capture): Promise<SfuProducer[]> { return (await inNobodysName(() => this.opened(media, capture))).producers; }

  /** The same, with where it is. */
  async opened(media: MediaRoomId, capture: Capture): Promise<OpenRoom> {
    const { roomId } = media;
    for (let turn = 0; turn < turns; turn++) {
      const room = await roomPlace(this.orm.em.fork(), roomId) ?? await this.#place(media);
      if (!room) continue;
      const line = this.#lineOf(room);
      try {
        const { producers } = await line.link.request('room:open', { roomId, epoch: room.epoch, origin: null, capture, reserved: true });
        if (!this.epochs.has(roomId)) this.epochs.set(roomId, room.epoch);
        return { room, producers };
      } catch (error) {
        const code = error instanceof DomainError ? error.code : null;
        if (code === 'media_full') await this.#placeElsewhere(room, line);
        else if (code !== 'room_moved') throw error;
      }
    }
    throw new DomainError('media_unavailable', 'the room keeps moving');
  }

  takeSeat(holder: MediaHolder, media: MediaRoomId, capture: Capture): Promise<SeatTaken> { return inNobodysName(() => seatPerson(this, holder, media, capture)); }

  async askSeat<K extends SeatRequest>(name: K, data: Static<SfuRequests[K]['data']>): Promise<Static<SfuRequests[K]['reply']>> {
    const { roomId, peerId } = data as { roomId: string; peerId: string };
    const found = await mediaSeat(this.orm.em.fork(), roomId, peerId);
    if (!found) throw new DomainError('not_entered', 'no media seat: join first');
    if (found.seat.epoch !== found.room.epoch) throw new DomainError('room_moved', 'the room has another origin: join again');
    return this.#lineOf(found.seat).link.request(name, data);
  }

  async leaveSeat(roomId: string, personId: string): Promise<boolean> {
    const found = await mediaSeat(this.orm.em.fork(), roomId, personId);
    if (!found) return false;
    await inNobodysName(() => freeMediaSeat(this.orm, found.seat));
    await this.lines.to(found.seat)?.link.request('peer:leave', { roomId, peerId: personId });
    return true;
  }

  async note(roomId: string, type: string, data: Record<string, unknown>): Promise<void> {
    const room = await roomPlace(this.orm.em.fork(), roomId);
    if (room) await this.#lineOf(room).link.request('room:note', { roomId, type, data });
  }

  async closeRoom(roomId: string): Promise<number> {
    const room = await roomPlace(this.orm.em.fork(), roomId);
    if (!room) return 0;
    const edges = this.lines.all.filter(({ node, link }) => node.nodeId !== room.nodeId && link.available);
    const closing = Promise.allSettled(edges.map(({ link }) => link.request('room:close', { roomId })));
    try {
      // What a node away has of it is closed when the node is back: no row speaks for it any more.
      return (await this.#lineOf(room).link.request('room:close', { roomId }, closeTimeoutMs)).captures;
    } finally {
      await closing;
      await dropRoom(this.orm, roomId);
      this.epochs.delete(roomId);
    }
  }

  look(): void { void this.lines.refresh(); }

  heardLoad(nodeId: string, load: NodeLoad): void {
    const line = this.lines.get(nodeId);
    if (!line) return;
    line.node.load = load;
    line.loadToldMs = performance.now();
  }

  heardLinked(nodeId: string, { roomId, epoch, up }: { roomId: string; epoch: number; up: boolean }): void {
    const key = `${roomId} ${nodeId}`;
    if (up) this.unlinked.delete(key);
    else if (this.unlinked.get(key)?.epoch !== epoch) this.unlinked.set(key, { since: performance.now(), epoch });
  }

  /** True where this node cannot reach the room's origin for longer than `patienceMs`. */
  isUnlinked(roomId: string, nodeId: string, epoch: number, patienceMs = 0): boolean {
    const known = this.unlinked.get(`${roomId} ${nodeId}`);
    return known?.epoch === epoch && performance.now() - known.since >= patienceMs;
  }

  /** Throws media_unavailable where this run of the node cannot be reached. */
  #lineOf(run: NodeRun): NodeLine {
    const line = this.lines.to(run);
    if (line) return line;
    this.onTrouble();
    throw new DomainError('media_unavailable', `media node ${run.nodeId} is away`);
  }

  async #place(media: MediaRoomId): Promise<RoomPlace | null> {
    const run = this.chooseOrigin();
    if (run) return placeRoom(this.orm, media, run);
    throw this.available ? new DomainError('media_full', 'no media node takes another room') : new DomainError('media_unavailable', 'there is no media node');
  }

  /** The chosen origin takes no more: nobody is there yet, so another one is tried. Throws media_full where there is none. */
  async #placeElsewhere(room: RoomPlace, line: NodeLine): Promise<void> {
    this.refused(line, true);
    const run = this.chooseOrigin(new Set([room.nodeId]));
    if (!run) throw new DomainError('media_full', 'no media node takes another room');
    await moveRoom(this.orm, room, run);
  }

  /** The node said it takes nobody more; `reserved`: it was asked for a seat of those it keeps. */
  refused(line: NodeLine, reserved: boolean): void {
    line.fullUntilMs = performance.now() + fullKeptMs;
    if (reserved) line.reserveFullUntilMs = line.fullUntilMs;
  }
}
