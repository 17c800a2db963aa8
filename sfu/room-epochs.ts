// The latest run of each room this node has heard of, also after it closed: who speaks of an earlier one is not heard.
import { DomainError } from '#domain/errors.ts';

/** Far more rooms than a node has in a day; the one not asked for longest is forgotten first. */
const mostRooms = 10_000;
interface Place { epoch: number; originNodeId: string | null }

export class RoomEpochs {
  readonly #latest = new Map<string, Place>();

  /** Throws room_moved for an earlier epoch, and for another origin in the same one: a room never has two. */
  check(roomId: string, epoch: number, originNodeId: string | null): void {
    const known = this.#latest.get(roomId);
    if (!known || epoch > known.epoch) return;
    if (epoch < known.epoch) throw new DomainError('room_moved', `epoch ${known.epoch} of this room is known here`);
    if (originNodeId !== known.originNodeId) throw new DomainError('room_moved', 'this run of the room has another origin');
  }

  note(roomId: string, epoch: number, originNodeId: string | null): void {
    this.#latest.delete(roomId);
    this.#latest.set(roomId, { epoch, originNodeId });
    if (this.#latest.size > mostRooms) this.#latest.delete(this.#latest.keys().next().value!);
  }
}
