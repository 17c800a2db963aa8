// Names of the Socket.IO rooms facts are told to, and the media room of a lesson.

export const lessonRoom = (lessonId: string): string => `lesson:${lessonId}`;
/** Teacher, assistant, proctor. */
export const staffRoom = (lessonId: string): string => `lesson:${lessonId}:staff`;
/** One person in one lesson, on whatever device. */
export const seatRoom = (lessonId: string, personId: string): string => `seat:${lessonId}:${personId}`;
/** One device's hold of a seat; how an old one is reached in any process. */
export const connectionRoom = (connectionId: string): string => `connection:${connectionId}`;

/** A lesson's one media room has the lesson's id, so every process and a restarted one find it without asking. */
export const mediaRoomOf = (lessonId: string): string => lessonId;
export const lessonOfMediaRoom = (roomId: string): string => roomId;
