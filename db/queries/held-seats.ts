// Open seats held still before many of them are changed: always in the order of their ids, so that two who change many never wait for each other in a circle.

/** SQL that locks the open seats among `which` and answers their ids; to be read by the statement that changes them. */
export const heldSeatsSql = (which: string): string => `select id from connection where ${which} and left_at is null order by id for no key update`;
