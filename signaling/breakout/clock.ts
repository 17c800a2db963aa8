// What time does to breakout groups: late ones are placed, the end comes by itself, rooms that are over are closed, and nobody is left where they do not belong.
import { breakoutOver } from '#domain/breakout.ts';
import { unitOfWork } from '#db/orm.ts';
import { placeLate } from '#db/queries/breakout-stays.ts';
import { endBreakout, groupRoomsOver, groupRoomsOverSql, holdBreakout, strayGroupSeats } from '#db/queries/breakouts.ts';
import type { Live } from '../classroom/context.ts';
import { due, type Due } from '../classroom/due-look.ts';

interface OpenRow { lesson_id: string; institution_id: string; ends_at: string | Date; lesson_ended_at: string | Date | null; late: boolean }
const openSql = `select b.lesson_id, b.institution_id, b.ends_at, s.ended_at as lesson_ended_at,
    exists (select from connection c where c.lesson_id = b.lesson_id and c.left_at is null and c.role = 'student'
      and not exists (select from breakout_member m where m.breakout_id = b.id and m.person_id = c.person_id)) as late
  from breakout b join lesson_session s on s.id = b.session_id where b.ended_at is null`;

const overAt = (row: Pick<OpenRow, 'ends_at' | 'lesson_ended_at'>, now: Date) =>
  breakoutOver({ endsAt: new Date(row.ends_at), lessonEndedAt: row.lesson_ended_at ? new Date(row.lesson_ended_at) : null }, now);

/** Ends it where its time is over, else places who came late. */
async function look(live: Live, row: OpenRow): Promise<void> {
  if (!row.late && !overAt(row, live.deps.now())) return;
  const actor = { personId: null, institutionId: row.institution_id };
  await unitOfWork(live.deps.orm, actor, async (em) => {
    const breakout = await holdBreakout(em, row.lesson_id);
    if (!breakout) return;
    const now = live.deps.now();
    // It may have been given more time since.
    const over = overAt({ ...row, ends_at: breakout.endsAt }, now);
    if (over) await endBreakout(em, actor, breakout, over.reason, over.at);
    else if (row.late) await placeLate(em, actor, breakout, now);
  });
}

/** Whose process is slower leaves the room by itself until then. */
const roomsKeptMs = 3_000;
const roomsOverBefore = (live: Live): Date => new Date(live.deps.now().getTime() - roomsKeptMs);

async function closeOverRooms(live: Live): Promise<void> {
  for (const roomId of await groupRoomsOver(live.deps.orm.em.fork(), roomsOverBefore(live))) {
    await live.media.closeRoom(roomId).catch((error: unknown) => live.deps.log.warn({ err: error, roomId }, 'room of a group could not be closed'));
  }
}

async function leaveStrays(live: Live): Promise<void> {
  for (const { roomId, personId } of await strayGroupSeats(live.deps.orm.em.fork())) {
    await live.media.leaveSeat(roomId, personId).catch((error: unknown) => live.deps.log.debug({ err: error, roomId, personId }, 'stray media seat could not be left'));
  }
}

/** A class is divided, or rooms of groups are left; people of this process may have to hear of the end. */
export const breakoutsDue = (live: Live): Due | true =>
  live.groups.lessons.length > 0 || due(`exists (select from breakout where ended_at is null) or exists (${groupRoomsOverSql})`, roomsOverBefore(live));

/** A step of the clock. A word of another process may be lost: whoever is here is looked after again. */
export async function followBreakouts(live: Live): Promise<void> {
  const rows = await live.deps.orm.em.fork().execute<OpenRow[]>(openSql);
  for (const row of rows) await look(live, row);
  for (const lessonId of new Set([...rows.map((row) => row.lesson_id), ...live.groups.lessons])) await live.groups.follow(lessonId);
  if (rows.length > 0) await leaveStrays(live);
  await closeOverRooms(live);
}
