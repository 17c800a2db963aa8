// Names of the Socket.IO rooms facts are told to, and the media rooms of a lesson.
import type { MediaRoomId } from '#db/queries/media-rooms.ts';
import type { Live, Seat } from './context.ts';

export const lessonRoom = (lessonId: string): string => `lesson:${lessonId}`;
/** Teacher, assistant, proctor. */
export const staffRoom = (lessonId: string): string => `lesson:${lessonId}:staff`;
/** Who only looks. Nothing is told to it: it is there to be counted off. */
export const observerRoom = (lessonId: string): string => `lesson:${lessonId}:observers`;
/** One person in one lesson, on whatever device. */
export const seatRoom = (lessonId: string, personId: string): string => `seat:${lessonId}:${personId}`;
/** One device's hold of a seat; how an old one is reached in any process. */
export const connectionRoom = (connectionId: string): string => `connection:${connectionId}`;

/** Who is in one breakout group, and who is in any of a lesson: these hear nothing of the class's own media room. */
export const groupRoom = (groupId: string): string => `group:${groupId}`;
export const groupedRoom = (lessonId: string): string => `lesson:${lessonId}:grouped`;

/** The media room of the whole class has the lesson's id, so every process and a restarted one find it without asking. */
export const mediaRoomOf = (lessonId: string): string => lessonId;
export const classMedia = (lessonId: string): MediaRoomId => ({ roomId: mediaRoomOf(lessonId), lessonId });
export const isClassMedia = ({ roomId, lessonId }: MediaRoomId): boolean => roomId === mediaRoomOf(lessonId);
/** Where the media of this seat go: the room of its group, which has the group's id, or that of the class. */
export const mediaOfSeat = ({ lessonId, groupId }: Pick<Seat, 'lessonId' | 'groupId'>): MediaRoomId => ({ roomId: groupId ?? mediaRoomOf(lessonId), lessonId });

/** Everybody whose media are in this room; `here`: of this process alone. */
export function peopleIn({ io }: Pick<Live, 'io'>, room: MediaRoomId, here = false) {
  const told = here ? io.local : io;
  return isClassMedia(room) ? told.to(lessonRoom(room.lessonId)).except(groupedRoom(room.lessonId)) : told.to(groupRoom(room.roomId));
}
