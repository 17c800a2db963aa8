// Telling who has a hand up and who is on stage: at once, as the rows are after the change, and once more where what was told is not what the rows say.
import { handsOf } from '#db/queries/hands.ts';
import { liveSession } from '#db/queries/lesson-state.ts';
import { onStage } from '#db/queries/stage.ts';
import { isLarge } from './audience.ts';
import type { Live } from './context.ts';
import { lessonRoom } from './rooms.ts';

/** The queue of hands to everybody, read now: lists made inside of simultaneous changes would lack each other. A large class hears it from the clock, once a second. */
export async function tellHands(live: Live, lessonId: string): Promise<void> {
  if (isLarge(live, lessonId)) return;
  const em = live.deps.orm.em.fork();
  const session = await liveSession(em, lessonId);
  live.io.to(lessonRoom(lessonId)).emit('hand:changed', { hands: session ? await handsOf(em, session.id) : [] });
}

interface Row { session_id: string; lesson_id: string; hands: string; stage: string }
/** By session: what this process's people are known to have been told. */
export type ToldQueues = Map<string, { hands: string; stage: string }>;

/**
 * Words of two processes may overtake each other. So whoever is here is told again, within a second, where hands or stage changed since the last look:
 * what stands on the screens at the end is what stands in the rows.
 */
export async function tellQueues(live: Live, lessonIds: string[], told: ToldQueues): Promise<void> {
  if (lessonIds.length === 0) return told.clear();
  const em = live.deps.orm.em.fork();
  const digest = (alias: string, at: string): string => `(select count(*) || coalesce(max(${at})::text, '') || coalesce(bit_xor(hashtextextended(${alias}.person_id::text, 0)), 0)`;
  const rows = await em.execute<Row[]>(
    `select s.id as session_id, s.lesson_id, ${digest('h', 'h.raised_at')} from hand h where h.session_id = s.id and h.lowered_at is null) as hands,
       ${digest('v', 'v.accepted_at')} from stage_visit v where v.session_id = s.id and v.left_at is null and v.accepted_at is not null) as stage
     from lesson_session s where s.ended_at is null and s.lesson_id in (select value::uuid from jsonb_array_elements_text(?::jsonb))`, [JSON.stringify(lessonIds)]);
  const running = new Set(rows.map((row) => row.session_id));
  for (const sessionId of told.keys()) if (!running.has(sessionId)) told.delete(sessionId);
  for (const { session_id: sessionId, lesson_id: lessonId, hands, stage } of rows) {
    const before = told.get(sessionId);
    told.set(sessionId, { hands, stage });
    // Seen for the first time: everybody here has just had a snapshot.
    if (!before) continue;
    const here = live.io.local.to(lessonRoom(lessonId));
    if (before.hands !== hands) here.emit('hand:changed', { hands: await handsOf(em, sessionId) });
    if (before.stage !== stage) here.emit('stage:changed', { personIds: await onStage(em, sessionId) });
  }
}
