// Seats held by sockets of this very process.
import type { Live, Seat } from './context.ts';
import { groupRoom, seatRoom } from './rooms.ts';

export const seatsHere = (live: Live): Seat[] => [...live.io.of('/').sockets.values()].flatMap((socket) => socket.data.seat ?? []);

export const lessonsHere = (live: Live): string[] => [...new Set(seatsHere(live).map((seat) => seat.lessonId))];

/** Seats of one person in one lesson. */
export function seatsOf(live: Live, lessonId: string, personId: string): Seat[] {
  return seatsIn(live, seatRoom(lessonId, personId));
}

function seatsIn(live: Live, room: string): Seat[] {
  const { adapter, sockets } = live.io.of('/');
  return [...(adapter.rooms.get(room) ?? [])].flatMap((id) => sockets.get(id)?.data.seat ?? []);
}

/** Whether this person is here with media in this room; the class's own room has the lesson's id. */
export const isHereIn = (live: Live, roomId: string, personId: string): boolean =>
  seatsOf(live, roomId, personId).length > 0 || seatsIn(live, groupRoom(roomId)).some((seat) => seat.personId === personId);
