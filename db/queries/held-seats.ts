// Open seats held still before many of them are changed: always in the order of their ids, so that two who change many never wait for each other in a circle. And whose record a seat stands in.
import type { LessonRole } from '#domain/roles.ts';
import type { Stream } from '../orm.ts';

/** SQL that locks the open seats among `which` and answers their ids; to be read by the statement that changes them. */
export const heldSeatsSql = (which: string): string => `select id from connection where ${which} and left_at is null order by id for no key update`;

/** Where a seat's events stand: in the record of the lesson, but of whoever only looks in that of the person: a class's record is the same whether somebody looked or not (R68). */
export const seatStream = ({ role, lessonId, personId }: { role: LessonRole; lessonId: string; personId: string }): Stream => (role === 'observer' ? `person:${personId}` : `lesson:${lessonId}`);
/** The same in SQL, of a row with `role`, `lesson_id` and `person_id`. */
export const seatStreamSql = `case role when 'observer' then 'person:' || person_id else 'lesson:' || lesson_id end`;
