// All rooms of a node. One at a time is opened or closed under an id, so that two runs of a room never write the same files; a later epoch ends the earlier run.
import type { CaptureTrouble } from '#contracts/recording.ts';
import { DomainError } from '#domain/errors.ts';
import type { Logger } from '#runtime/log.ts';
import type { HealthChange } from './capture/capture-health.ts';
import type { Capacity } from './load/capacity.ts';
import type { Egress } from './load/egress.ts';
import type { MediaWorkers } from './media-workers.ts';
import type { CaptureGoal } from './room-part.ts';
import { RoomEpochs } from './room-epochs.ts';
import { Room, type NodeFacts, type OriginNode } from './room.ts';
import type { Tell } from './tell.ts';

export interface RoomsOptions { node: NodeFacts; workers: MediaWorkers; capacity: Capacity; egress: Egress; tell: Tell; log: Logger }
/** `origin` null: here. `reserved`: it is opened for a seat that may be one of those kept. */
export interface WhereAndWhy { origin?: OriginNode | null; reserved?: boolean | undefined }
interface Run { epoch: number; edge: boolean; room: Promise<Room> }

export class Rooms {
  readonly #options: RoomsOptions;
  readonly #runs = new Map<string, Run>();
  readonly #epochs = new RoomEpochs();
  /** What endangers the recording of a room now; those without trouble are not in it. */
  readonly troubles = new Map<string, { epoch: number; troubles: CaptureTrouble[] }>();
  readonly #ending = new Map<string, Promise<number>>();
  #closed = false;

  constructor(options: RoomsOptions) { this.#options = options; }

  get ids(): string[] { return [...this.#runs.keys()]; }
  get here(): { roomId: string; epoch: number; edge: boolean }[] { return [...this.#runs].map(([roomId, { epoch, edge }]) => ({ roomId, epoch, edge })); }

  /**
   * Opens the room or answers with the open one; a room opened before without capture starts it when asked with one.
   * Throws room_moved for an earlier epoch than the one known and for another origin in the same one, media_full where the node takes no new room.
   */
  async open(roomId: string, epoch: number, capture: CaptureGoal | null, { origin = null, reserved = false }: WhereAndWhy = {}): Promise<Room> {
    if (this.#closed) throw new DomainError('media_unavailable', 'the node is stopping');
    if (origin?.nodeId === this.#options.node.nodeId) throw new DomainError('bad_request', 'a node is no edge of itself');
    this.#epochs.check(roomId, epoch, origin?.nodeId ?? null);
    await this.#endFormer(roomId, epoch);
    const run = this.#runs.get(roomId) ?? this.#begin(roomId, epoch, origin, reserved);
    const room = await run.room;
    if (this.#runs.get(roomId) !== run) throw new DomainError('room_moved', 'the room was closed meanwhile');
    if (capture && !origin) await room.startCapture(capture);
    return room;
  }

  async get(roomId: string): Promise<Room> {
    const run = this.#runs.get(roomId);
    if (!run) throw new DomainError('not_found', 'no such room on this node');
    return run.room;
  }

  /** For other nodes. Throws room_moved unless the room runs here in that epoch. */
  async at(roomId: string, epoch: number): Promise<Room> {
    const run = this.#runs.get(roomId);
    if (run?.epoch !== epoch) throw new DomainError('room_moved', 'this run of the room is not here');
    return run.room;
  }

  /** Idempotent: a room that is not there had nothing to seal. `upTo`: a run of a later epoch stays. */
  async close(roomId: string, reason: string, upTo = Infinity): Promise<number> {
    const run = this.#runs.get(roomId);
    if (!run || run.epoch > upTo) return await this.#ending.get(roomId) ?? 0;
    this.#runs.delete(roomId);
    return this.#end(roomId, run.epoch, run.room.then((room) => room.close(reason)));
  }

  /** The node stops: every room is closed and sealed. */
  async closeAll(reason: string): Promise<void> {
    this.#closed = true;
    await Promise.all(this.ids.map((roomId) => this.close(roomId, reason)));
    await Promise.all(this.#ending.values());
  }

  /** An earlier run ends before the later one begins; so does an edge whose link is over. */
  async #endFormer(roomId: string, epoch: number): Promise<void> {
    const former = this.#runs.get(roomId);
    if (!former) return;
    if (former.epoch < epoch) return void this.close(roomId, 'roomClosed');
    const room = await former.room.catch(() => null);
    if (room?.over && this.#runs.get(roomId) === former) void this.close(roomId, 'roomClosed');
  }

  #begin(roomId: string, epoch: number, origin: OriginNode | null, reserved: boolean): Run {
    if (!this.#ending.has(roomId)) this.#options.capacity.check(reserved);
    this.#epochs.note(roomId, epoch, origin?.nodeId ?? null);
    const run: Run = { epoch, edge: origin !== null, room: this.#make(roomId, epoch, origin) };
    this.#runs.set(roomId, run);
    run.room.catch(() => { if (this.#runs.get(roomId) === run) this.#runs.delete(roomId); });
    return run;
  }

  #end(roomId: string, epoch: number, closing: Promise<number>): Promise<number> {
    const ended = closing.catch((error: unknown) => {
      this.#options.log.error({ err: error, roomId }, 'room not closed cleanly');
      return 0;
    }).finally(() => {
      if (this.#ending.get(roomId) === ended) this.#ending.delete(roomId);
      if (this.troubles.has(roomId)) this.#healthChanged(roomId, epoch, { troubles: [], cause: null });
    });
    this.#ending.set(roomId, ended);
    return ended;
  }

  async #make(roomId: string, epoch: number, origin: OriginNode | null): Promise<Room> {
    await this.#ending.get(roomId);
    const { log, workers, ...rest } = this.#options;
    await workers.someAlive();
    const room = await Room.create({
      ...rest, log, roomId, epoch, origin, onLost: () => this.#lost(roomId, epoch, room), onHealth: (change) => this.#healthChanged(roomId, epoch, change),
    });
    if (room.routers.origin.closed) {
      await room.close('workerDied');
      throw new DomainError('media_unavailable', 'the media worker died');
    }
    log.info({ roomId, epoch, origin: origin?.nodeId ?? null, worker: room.routers.originWorker.index }, 'room opened');
    return room;
  }

  #healthChanged(roomId: string, epoch: number, { troubles, cause }: HealthChange): void {
    const { log, tell } = this.#options;
    if (troubles.length > 0) this.troubles.set(roomId, { epoch, troubles });
    else this.troubles.delete(roomId);
    const about = { roomId, epoch, troubles, ...(cause && { cause }) };
    if (troubles.length > 0) log.error(about, 'recording in danger');
    else log.info(about, 'recording out of danger');
    tell('capture:health', { roomId, epoch, troubles });
  }

  #lost(roomId: string, epoch: number, room: Room): void {
    if (this.#runs.get(roomId)?.epoch === epoch) this.#runs.delete(roomId);
    void this.#end(roomId, epoch, room.close('workerDied'));
    this.#options.tell('room:lost', { roomId, epoch, reason: 'media worker died' });
  }
}
