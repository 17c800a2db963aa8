// Whoever looks in and oversees no more, whose account was closed, or who was logged out everywhere: their seat ends within a second, with its picture and sound (R31).
import { newId } from '#domain/id.ts';
import { platform, unitOfWork } from '#db/orm.ts';
import { heldSeatsSql, seatStreamSql } from '#db/queries/held-seats.ts';
import type { Live } from './context.ts';
import { due, type Due } from './due-look.ts';
import { connectionRoom } from './rooms.ts';
import { giveUp } from './seats.ts';

/** Seats of observers whose person has no part in the institution by which they may look, no account or no login any more. */
const endedSql = `select c.id from connection c where c.role = 'observer' and c.left_at is null and not exists (
  select from membership m join account a on a.person_id = m.person_id and a.disabled_at is null join login_session s on s.account_id = a.id and s.expires_at > ?
  where m.person_id = c.person_id and m.institution_id = c.institution_id and m.role in ('admin', 'institution', 'regulator'))`;
export const standingsEnded = (live: Live): Due => due(`exists (${endedSql})`, live.deps.now());

interface Ended { id: string; lesson_id: string; institution_id: string; person_id: string }

/** In whatever process they sit. */
export async function closeEndedStandings(live: Live): Promise<void> {
  const { orm, log, now } = live.deps;
  const at = now();
  const ended = await orm.em.fork().execute<{ id: string }[]>(endedSql, [at]);
  if (ended.length === 0) return;
  const closed = await unitOfWork(orm, platform, (em) => em.execute<Ended[]>(
    `with gone as (select * from jsonb_to_recordset(?::jsonb) as v(id uuid, event uuid)), held as materialized (${heldSeatsSql('id in (select id from gone)')}), closed as (
       update connection c set left_at = greatest(?, c.connected_at), left_reason = 'removed' from gone join held using (id) where c.id = gone.id returning c.id, c.lesson_id, c.institution_id, c.person_id, c.role, c.left_at, gone.event), told as (
       insert into event (id, stream, type, at, payload, institution_id, actor_id)
       select event, ${seatStreamSql}, 'seat:left', left_at, jsonb_build_object('connectionId', id, 'lessonId', lesson_id, 'personId', person_id, 'reason', 'removed'), institution_id, null from closed)
     select id, lesson_id, institution_id, person_id from closed`, [JSON.stringify(ended.map(({ id }) => ({ id, event: newId() }))), at]));
  for (const { id, lesson_id: lessonId, institution_id: institutionId, person_id: personId } of closed) {
    log.info({ connectionId: id, lessonId, personId }, 'whoever looked in oversees no more');
    await giveUp(live, { lessonId, institutionId, personId, role: 'observer' });
    live.io.in(connectionRoom(id)).disconnectSockets(true);
  }
}
