// Where people of this process are heard: in the class or in a breakout group. The rows say it; sockets, media and what people are told follow.
import { breakoutFor, groupIn, openBreakout, type OpenBreakout } from '#db/queries/breakouts.ts';
import type { ClassroomSocket, Live, Seat } from './context.ts';
import { groupedRoom, groupRoom, mediaOfSeat } from './rooms.ts';

/** The socket hears this group from now on, or the class. */
async function hearGroup(socket: ClassroomSocket, seat: Seat, groupId: string | null): Promise<void> {
  const before = seat.groupId;
  seat.groupId = groupId;
  if (before) await socket.leave(groupRoom(before));
  if (groupId && socket.connected) await socket.join([groupRoom(groupId), groupedRoom(seat.lessonId)]);
  else if (before) await socket.leave(groupedRoom(seat.lessonId));
}

/** A seat that was just taken is put where the rows had it. */
export const placeSeat = (socket: ClassroomSocket, seat: Seat, groupId: string | null): Promise<void> => hearGroup(socket, seat, groupId);

export async function leaveGroups(socket: ClassroomSocket, seat: Seat): Promise<void> { await hearGroup(socket, seat, null); }

export class GroupPlaces {
  readonly #live: () => Live;
  readonly #following = new Map<string, Promise<void>>();
  /** By lesson: the division as it was told last. */
  readonly #told = new Map<string, string>();

  private constructor(live: () => Live) { this.#live = live; }

  static create(live: () => Live): GroupPlaces { return new GroupPlaces(live); }

  /** Moves this process's people of a lesson to where the rows say, and tells them; one round after the other. */
  follow(lessonId: string): Promise<void> {
    const round = (this.#following.get(lessonId) ?? Promise.resolve()).then(() => this.#follow(lessonId)).catch((error: unknown) => {
      this.#live().deps.log.error({ err: error, lessonId }, 'groups could not be followed');
    }).finally(() => { if (this.#following.get(lessonId) === round) this.#following.delete(lessonId); });
    this.#following.set(lessonId, round);
    return round;
  }

  async #follow(lessonId: string): Promise<void> {
    const live = this.#live();
    const breakout = await openBreakout(live.deps.orm.em.fork(), lessonId);
    const words = JSON.stringify(breakout);
    const news = (this.#told.get(lessonId) ?? 'null') !== words;
    if (breakout) this.#told.set(lessonId, words);
    else this.#told.delete(lessonId);
    await Promise.all([...live.io.of('/').sockets.values()].map(async (socket) => {
      const { seat } = socket.data;
      // A seat that does not know yet where it is gets everything with its snapshot.
      if (seat?.lessonId !== lessonId || seat.groupId === undefined) return;
      const moves = groupIn(breakout, seat.personId) !== seat.groupId;
      if (news || moves) socket.emit('breakout:changed', { breakout: breakoutFor(breakout, seat) });
      if (moves) await this.#move(socket, seat, breakout);
    }));
  }

  /** What was sent and received where the seat was ends before it begins elsewhere. */
  async #move(socket: ClassroomSocket, seat: Seat, breakout: OpenBreakout | null): Promise<void> {
    const live = this.#live();
    const { roomId } = mediaOfSeat(seat);
    await hearGroup(socket, seat, groupIn(breakout, seat.personId));
    const had = await live.media.leaveSeat(roomId, seat.personId).catch((error: unknown) => {
      live.deps.log.debug({ err: error, roomId, personId: seat.personId }, 'former media seat could not be left');
      return true;
    });
    if (had) live.presence.observe(seat, 'media_disconnected', null);
    socket.emit('lesson:resync', { spreadMs: 0 });
    socket.emit('media:reset', {});
  }

  /** The class is in groups, as this process knows. */
  isDivided(lessonId: string): boolean { return this.#told.has(lessonId); }

  /** Lessons with people here who were told of groups. */
  get lessons(): string[] { return [...this.#told.keys()]; }
}

