// Ends of viewings: left, taken over by another device, or nothing heard for a minute; each is a fact in the lesson's log.
import { appendEvent, platform, unitOfWork, type Actor, type EntityManager } from '#db/orm.ts';
import type { EndReason } from '#db/queries/replay-viewing.ts';
import { viewingLapseMs } from '#domain/recording/watching.ts';
import type { Deps } from '../deps.ts';
import { missLateInReplay } from './sitting-checks.ts';
import { endSitting } from './sittings.ts';

export interface EndedViewing { viewingId: string; replayId: string; lessonId: string; personId: string; creditedMs: number; from: Date; to: Date }

/** One event per viewing: who watched what, from when to when, and what was credited of it; one more where it made something up. */
export async function appendWatched(em: EntityManager, actor: Actor, viewing: EndedViewing, reason: EndReason, now: Date): Promise<void> {
  const { lessonId, from, to, ...ids } = viewing;
  await appendEvent(em, actor, `lesson:${lessonId}`, 'replay:watched', now, { ...ids, from: from.toISOString(), to: to.toISOString(), reason });
  await endSitting(em, actor, viewing.viewingId, now);
}

interface OpenRow {
  id: string; replay_id: string; lesson_id: string; person_id: string; institution_id: string; credited_ms: number;
  started_at: string | Date; last_heard_at: string | Date;
}
const openSql = `select v.id, v.replay_id, r.lesson_id, v.person_id, v.institution_id, v.credited_ms, v.started_at, v.last_heard_at
  from viewing v join replay r on r.id = v.replay_id where v.ended_at is null`;

export const isLapsed = (lastHeardAt: Date, now: Date): boolean => now.getTime() - lastHeardAt.getTime() > viewingLapseMs;

/** Whatever is said, a viewing nobody was heard of for a minute has lapsed, and was over when it was last heard of. */
async function end(em: EntityManager, row: OpenRow, wish: EndReason, now: Date): Promise<void> {
  const lastHeardAt = new Date(row.last_heard_at);
  const reason = isLapsed(lastHeardAt, now) ? 'lapsed' : wish;
  const to = reason === 'lapsed' ? lastHeardAt : now;
  await em.execute('update viewing set ended_at = ?, end_reason = ? where id = ?', [to, reason, row.id]);
  const viewing = { viewingId: row.id, replayId: row.replay_id, lessonId: row.lesson_id, personId: row.person_id, creditedMs: row.credited_ms, from: new Date(row.started_at), to };
  await appendWatched(em, { ...platform, institutionId: row.institution_id }, viewing, reason, now);
}

/** Ends what this person still has open, in the caller's transaction. */
export async function endOpenViewing(em: EntityManager, personId: string, now: Date): Promise<void> {
  for (const row of await em.execute<OpenRow[]>(`${openSql} and v.person_id = ? for update of v`, [personId])) await end(em, row, 'taken_over', now);
}

/** Ends the viewings nobody was heard of for a minute, and answers how many. Several processes may do so at once. */
export async function endLapsedViewings(deps: Pick<Deps, 'orm' | 'now'>): Promise<number> {
  const now = deps.now();
  const before = new Date(now.getTime() - viewingLapseMs);
  return unitOfWork(deps.orm, platform, async (em) => {
    const rows = await em.execute<OpenRow[]>(`${openSql} and v.last_heard_at < ? order by v.last_heard_at limit 500 for update of v skip locked`, [before]);
    for (const row of rows) await end(em, row, 'lapsed', now);
    return rows.length;
  });
}

const lookEveryMs = 30_000;
/** Looks for lapsed viewings, and for checks nobody answered in them, while the process lives; the answer stops it. */
export function watchForLapses(deps: Pick<Deps, 'orm' | 'now' | 'log'>): () => void {
  const timer = setInterval(() => {
    endLapsedViewings(deps).then(() => missLateInReplay(deps)).catch((error: unknown) => deps.log.warn({ err: error }, 'lapsed viewings could not be ended; tried again later'));
  }, lookEveryMs).unref();
  return () => clearInterval(timer);
}
