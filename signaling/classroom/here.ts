// Seats held by sockets of this very process.
import type { Live, Seat } from './context.ts';
import { seatRoom } from './rooms.ts';

export const seatsHere = (live: Live): Seat[] => [...live.io.of('/').sockets.values()].flatMap((socket) => socket.data.seat ?? []);

export const lessonsHere = (live: Live): string[] => [...new Set(seatsHere(live).map((seat) => seat.lessonId))];

/** Seats of one person in one lesson. */
export function seatsOf(live: Live, lessonId: string, personId: string): Seat[] {
  const { adapter, sockets } = live.io.of('/');
  return [...(adapter.rooms.get(seatRoom(lessonId, personId)) ?? [])].flatMap((id) => sockets.get(id)?.data.seat ?? []);
}
