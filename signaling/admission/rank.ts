// Who of those who ask to enter comes first, read from the rows in one statement.
import { seatKeptMs } from '#domain/seat.ts';
import type { EntityManager } from '#db/orm.ts';
import type { Asker } from './admission.ts';
import type { Rank } from './waiting-line.ts';

/** As long as a cut seat is kept, and as long again for those whose line does not come back at once. */
const momentMs = 4 * seatKeptMs;

export async function ranksOf(em: EntityManager, askers: readonly Asker[], now: Date): Promise<Rank[]> {
  const asked = askers.map(({ lessonId, personId }, index) => ({ index, lesson: lessonId, person: personId }));
  const rows = await em.execute<{ index: number; rank: Rank }[]>(
    `select a.index, case
       when exists (select from lesson_staff s where s.lesson_id = a.lesson and s.person_id = a.person) then 'staff'
       when exists (select from lesson_session ls join hand h on h.session_id = ls.id and h.person_id = a.person and h.lowered_at is null
         where ls.lesson_id = a.lesson and ls.ended_at is null) then 'engaged'
       when exists (select from lesson_session ls join stage_visit v on v.session_id = ls.id and v.person_id = a.person and v.left_at is null
         where ls.lesson_id = a.lesson and ls.ended_at is null) then 'engaged'
       when exists (select from connection c where c.lesson_id = a.lesson and c.person_id = a.person and coalesce(c.left_at, ?) > ?) then 'returning'
       else 'new' end as rank
     from jsonb_to_recordset(?::jsonb) as a(index int, lesson uuid, person uuid)`,
    [now, new Date(now.getTime() - momentMs), JSON.stringify(asked)]);
  const ranks = askers.map((): Rank => 'new');
  for (const { index, rank } of rows) ranks[index] = rank;
  return ranks;
}
