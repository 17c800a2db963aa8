// What time does to seats: leases that run out, cut people who do not come back, a lead who is gone.
import { leadGoneAfterMs, seatKeptMs, seatLeaseMs } from '#domain/seat.ts';
import { appendEvent, platform, unitOfWork } from '#db/orm.ts';
import { endInterruption, startInterruption } from '#db/queries/interruptions.ts';
import type { Live, Seat } from './context.ts';
import { tellLead } from './lead.ts';
import { giveUp, tellParticipant } from './seats.ts';

interface Gone { lesson_id: string; institution_id: string; person_id: string }

/** Seats whose process died: closed at their last sign of life. Those held here live, however late their rows are. */
export async function closeExpiredSeats(live: Live, held: Seat[]): Promise<void> {
  const { orm, now, log } = live.deps;
  const before = new Date(now().getTime() - seatLeaseMs);
  const silent = await orm.em.fork().execute<{ id: string }[]>('select id from connection where left_at is null and last_seen_at < ?', [before]);
  const here = new Set(held.map((seat) => seat.connectionId));
  const gone = silent.filter(({ id }) => !here.has(id)).map(({ id }) => id);
  if (gone.length === 0) return;
  const closed = await unitOfWork(orm, platform, async (em) => {
    const rows = await em.execute<(Gone & { id: string; left_at: string })[]>(
      `update connection set left_at = last_seen_at, left_reason = 'lease_expired' where left_at is null and last_seen_at < ?
         and id in (select value::uuid from jsonb_array_elements_text(?::jsonb))
       returning id, lesson_id, institution_id, person_id, left_at`, [before, JSON.stringify(gone)]);
    for (const row of rows) {
      await appendEvent(em, { personId: null, institutionId: row.institution_id }, `lesson:${row.lesson_id}`, 'seat:left', new Date(row.left_at),
        { connectionId: row.id, personId: row.person_id, reason: 'lease_expired' });
    }
    return rows;
  });
  for (const row of closed) {
    log.warn({ connectionId: row.id, lessonId: row.lesson_id, personId: row.person_id }, 'seat without a sign of life closed');
    await tellParticipant(live, row.lesson_id, row.person_id, true);
  }
}

/** People who were cut between `from` and `to` and are not back: hand, stage and media are given up. */
export async function giveUpCutSeats(live: Live, from: Date, to: Date): Promise<void> {
  const rows = await live.deps.orm.em.fork().execute<Gone[]>(
    `select distinct c.lesson_id, c.institution_id, c.person_id from connection c
     where c.left_at > ? and c.left_at <= ? and c.left_reason in ('cut', 'lease_expired')
       and not exists (select from connection n where n.lesson_id = c.lesson_id and n.person_id = c.person_id and n.left_at is null)`, [from, to]);
  for (const row of rows) {
    await giveUp(live, { lessonId: row.lesson_id, institutionId: row.institution_id, personId: row.person_id });
    await tellParticipant(live, row.lesson_id, row.person_id, true);
  }
}

/** The span of left seats whose time is up since the last tick; reaches back at first, for what a restart overslept. */
export const keptUntil = (now: Date): Date => new Date(now.getTime() - seatKeptMs);

interface LeadRow { id: string; lesson_id: string; institution_id: string; started_at: string; gone_since: string | null; present: boolean; interrupted: boolean }

/** Starts an interruption where the lead is away too long, and ends it where the lead is there again. */
export async function watchLeads(live: Live): Promise<void> {
  const { orm, now } = live.deps;
  const rows = await orm.em.fork().execute<LeadRow[]>(
    `select s.id, s.lesson_id, s.institution_id, s.started_at,
       (select max(c.left_at) from connection c where c.lesson_id = s.lesson_id and c.person_id = s.lead_person_id) as gone_since,
       exists (select from connection c where c.lesson_id = s.lesson_id and c.person_id = s.lead_person_id and c.left_at is null) as present,
       exists (select from interruption i where i.session_id = s.id and i.ended_at is null and i.reason = 'lead_gone') as interrupted
     from lesson_session s where s.ended_at is null`);
  for (const row of rows) {
    const session = { id: row.id, lessonId: row.lesson_id, institutionId: row.institution_id };
    const goneSince = new Date(row.gone_since ?? row.started_at);
    const gone = !row.present && now().getTime() - goneSince.getTime() > leadGoneAfterMs;
    if (gone === row.interrupted || (!gone && !row.present)) continue;
    const changed = await unitOfWork(orm, platform, (em) => (gone
      ? startInterruption(em, session, 'lead_gone', goneSince)
      : endInterruption(em, session, 'lead_gone', now())));
    if (changed) await tellLead(live, row.lesson_id);
  }
}
