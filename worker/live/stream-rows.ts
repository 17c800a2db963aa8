// Rows of broadcasts as the worker writes them: claimed by whoever is first, kept by signs of life, given up, ended. The database's clock judges life.
import { platform, unitOfWork, type Orm } from '#db/orm.ts';
import { unwatchedMs, type StreamWaitReason } from '#contracts/live-stream.ts';

/** A composer that gave no sign of life for so long is dead: another may take its broadcast over. */
export const leaseMs = 8000;

export interface OpenStream {
  id: string; lessonId: string; sessionId: string; status: 'wanted' | 'running'; waitReason: StreamWaitReason | null;
  /** Number of the next segment. */
  segments: number; sessionStartedAt: Date; sessionEndedAt: Date | null; leadPersonId: string | null; staff: Set<string>;
  /** Nobody composes it, or nobody who lives. */
  free: boolean; unwatched: boolean; costPercent: number | null;
}
interface Row {
  id: string; lesson_id: string; session_id: string; status: OpenStream['status']; wait_reason: StreamWaitReason | null; segments: number; started_at: string; ended_at: string | null;
  lead_person_id: string | null; staff: string[]; free: boolean; unwatched: boolean; cost_percent: number | null;
}

const dead = `(v.status = 'wanted' or v.heard_at < now() - interval '${leaseMs} milliseconds')`;

/** Broadcasts that are wanted or running, in the order in which they were wanted first. */
export async function openStreams(orm: Orm): Promise<OpenStream[]> {
  const rows = await orm.em.fork().execute<Row[]>(
    `select v.id, s.lesson_id, s.id as session_id, v.status, v.wait_reason, v.segments, s.started_at, s.ended_at, s.lead_person_id, v.cost_percent,
       coalesce((select jsonb_agg(f.person_id) from lesson_staff f where f.lesson_id = s.lesson_id), '[]') as staff,
       ${dead} as free, v.wanted_at < now() - interval '${unwatchedMs} milliseconds' as unwatched
     from live_stream v join lesson_session s on s.id = v.session_id where v.status in ('wanted', 'running') order by v.id`);
  return rows.map((row) => ({
    id: row.id, lessonId: row.lesson_id, sessionId: row.session_id, status: row.status, waitReason: row.wait_reason, segments: row.segments,
    sessionStartedAt: new Date(row.started_at), sessionEndedAt: row.ended_at === null ? null : new Date(row.ended_at),
    leadPersonId: row.lead_person_id, staff: new Set(row.staff), free: row.free, unwatched: row.unwatched, costPercent: row.cost_percent,
  }));
}

/** One row changed means that the caller was first, or is still the one. */
async function changed(orm: Orm, sql: string, values: unknown[]): Promise<boolean> {
  return unitOfWork(orm, platform, async (em) => (await em.execute<{ id: string }[]>(`${sql} returning v.id`, values)).length > 0);
}

/** True when the broadcast is now `worker`'s. Nobody else may write it until the lease has run out. */
export const claim = (orm: Orm, id: string, worker: string): Promise<boolean> => changed(orm,
  `update live_stream v set status = 'running', claimed_by = ?, heard_at = now(), wait_reason = null, started_at = coalesce(started_at, now())
   where id = ? and status in ('wanted', 'running') and ${dead}`, [worker, id]);

/** A sign of life. False when the broadcast is not the worker's any more. */
export const keep = (orm: Orm, id: string, worker: string): Promise<boolean> =>
  changed(orm, `update live_stream v set heard_at = now() where id = ? and claimed_by = ? and status = 'running'`, [id, worker]);

/** So many segments are finished, at this cost; a sign of life too. False when the broadcast is not the worker's any more. */
export const noteSegments = (orm: Orm, id: string, worker: string, segments: number, costPercent: number): Promise<boolean> => changed(orm,
  `update live_stream v set heard_at = now(), segments = ?, cost_percent = ? where id = ? and claimed_by = ? and status = 'running'`, [segments, costPercent, id, worker]);

/** Hands a running broadcast to whoever is first, without waiting for the lease. */
export const release = (orm: Orm, id: string, worker: string): Promise<boolean> =>
  changed(orm, `update live_stream v set status = 'wanted', claimed_by = null where id = ? and claimed_by = ? and status = 'running'`, [id, worker]);

export const sayWhy = (orm: Orm, id: string, reason: StreamWaitReason): Promise<boolean> =>
  changed(orm, `update live_stream v set wait_reason = ? where id = ? and status = 'wanted' and wait_reason is distinct from ?`, [reason, id, reason]);

/** A broadcast that is unwatched, or whose session is over: ended by the worker that has it, or by any where nobody does. */
export const end = (orm: Orm, id: string, worker: string): Promise<boolean> => changed(orm,
  `update live_stream v set status = 'ended', ended_at = now() where id = ? and status in ('wanted', 'running') and (claimed_by = ? or ${dead})`, [id, worker]);

export const fail = (orm: Orm, id: string, worker: string, reason: string): Promise<boolean> =>
  changed(orm, `update live_stream v set status = 'failed', ended_at = now(), fail_reason = ? where id = ? and claimed_by = ? and status = 'running'`, [reason, id, worker]);

/** Broadcasts that have been over for some minutes and still have files; each is told once, to one worker. */
export const takeUncleaned = (orm: Orm): Promise<{ id: string; segments: number }[]> => unitOfWork(orm, platform, (em) => em.execute(
  `update live_stream set cleaned_at = now() where id in (select id from live_stream where status in ('ended', 'failed') and cleaned_at is null
   and ended_at < now() - interval '5 minutes' order by ended_at limit 20 for update skip locked) returning id, segments`));
