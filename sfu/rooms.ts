// All rooms of a node. One at a time is opened or closed under an id, so that two runs of a room never write the same files.
import type { CaptureTrouble } from '#contracts/recording.ts';
import { DomainError } from '#domain/errors.ts';
import type { Logger } from '#runtime/log.ts';
import type { MediaWorkers } from './media-workers.ts';
import type { HealthChange } from './capture/capture-health.ts';
import { Room, type CaptureGoal, type NodeFacts } from './room.ts';
import type { Tell } from './tell.ts';

export interface RoomsOptions { node: NodeFacts; workers: MediaWorkers; tell: Tell; log: Logger }

export class Rooms {
  readonly #options: RoomsOptions;
  readonly #rooms = new Map<string, Promise<Room>>();
  /** What endangers the recording of a room now; those without trouble are not in it. */
  readonly troubles = new Map<string, { epoch: number; troubles: CaptureTrouble[] }>();
  /** No new rooms; what is here goes on. */
  draining = false;
  readonly #epochs = new Map<string, number>();
  readonly #ending = new Map<string, Promise<number>>();
  #closed = false;

  constructor(options: RoomsOptions) { this.#options = options; }

  get ids(): string[] { return [...this.#rooms.keys()]; }
  get here(): { roomId: string; epoch: number; edge: boolean }[] { return this.ids.map((roomId) => ({ roomId, epoch: this.#epochs.get(roomId) ?? 1, edge: false })); }

  /** Opens the room or answers with the open one; a room opened before without capture starts it when asked with one. */
  async open(roomId: string, epoch: number, capture: CaptureGoal | null): Promise<Room> {
    if (this.#closed) throw new DomainError('media_unavailable', 'the node is stopping');
    const known = this.#rooms.get(roomId);
    if (!known && this.draining) throw new DomainError('media_full', 'the node is being drained');
    const opened = known ?? this.#make(roomId, epoch);
    if (!known) {
      this.#epochs.set(roomId, epoch);
      this.#rooms.set(roomId, opened);
      opened.catch(() => { if (this.#rooms.get(roomId) === opened) this.#rooms.delete(roomId); });
    }
    const room = await opened;
    if (capture) await room.startCapture(capture);
    return room;
  }

  async get(roomId: string): Promise<Room> {
    const room = this.#rooms.get(roomId);
    if (!room) throw new DomainError('not_found', 'no such room on this node');
    return room;
  }

  /** Idempotent: a room that is not there had nothing to seal. */
  async close(roomId: string, reason: string): Promise<number> {
    const opened = this.#rooms.get(roomId);
    if (!opened) return await this.#ending.get(roomId) ?? 0;
    this.#rooms.delete(roomId);
    return this.#end(roomId, opened.then((room) => room.close(reason)));
  }

  /** The node stops: every room is closed and sealed. */
  async closeAll(reason: string): Promise<void> {
    this.#closed = true;
    await Promise.all(this.ids.map((roomId) => this.close(roomId, reason)));
    await Promise.all(this.#ending.values());
  }

  #end(roomId: string, closing: Promise<number>): Promise<number> {
    const ended = closing.catch((error: unknown) => {
      this.#options.log.error({ err: error, roomId }, 'room not closed cleanly');
      return 0;
    }).finally(() => {
      if (this.#ending.get(roomId) === ended) this.#ending.delete(roomId);
      if (this.troubles.has(roomId)) this.#healthChanged(roomId, { troubles: [], cause: null });
    });
    this.#ending.set(roomId, ended);
    return ended;
  }

  async #make(roomId: string, epoch: number): Promise<Room> {
    await this.#ending.get(roomId);
    const { log, workers } = this.#options;
    await workers.someAlive();
    const room = await Room.create({ ...this.#options, roomId, epoch, onLost: () => this.#lost(roomId, room), onHealth: (change) => this.#healthChanged(roomId, change) });
    log.info({ roomId, worker: room.routers.originWorker.index }, 'room opened');
    if (room.routers.origin.closed) throw new DomainError('media_unavailable', 'the media worker died');
    return room;
  }

  #healthChanged(roomId: string, { troubles, cause }: HealthChange): void {
    const { log, tell } = this.#options;
    if (troubles.length > 0) this.troubles.set(roomId, { epoch: this.#epochs.get(roomId) ?? 1, troubles });
    else this.troubles.delete(roomId);
    const about = { roomId, troubles, ...(cause && { cause }) };
    if (troubles.length > 0) log.error(about, 'recording in danger');
    else log.info(about, 'recording out of danger');
    tell('capture:health', { roomId, epoch: this.#epochs.get(roomId) ?? 1, troubles });
  }

  #lost(roomId: string, room: Room): void {
    this.#rooms.delete(roomId);
    void this.#end(roomId, room.close('workerDied'));
    this.#options.tell('room:lost', { roomId, epoch: this.#epochs.get(roomId) ?? 1, reason: 'media worker died' });
  }
}
