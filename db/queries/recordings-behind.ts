// How late composing is: for each recording at work, since when its next chunk could have been made.
import { chunkContextMs, chunkMs } from '#domain/recording/chunk.ts';
import type { EntityManager } from '../orm.ts';

export interface RecordingAtWork {
  recordingId: string; lessonId: string; sessionId: string; status: 'recording' | 'processing';
  /** 0 while nothing is due; null where all chunks stand and only files are being made. */
  behindMs: number | null;
}

/** Of units that have begun and have no files yet. A frame's length at a unit's end is no chunk. */
export async function recordingsAtWork(em: EntityManager, now: Date): Promise<RecordingAtWork[]> {
  const rows = await em.execute<{ id: string; lesson_id: string; session_id: string; status: RecordingAtWork['status']; behind_ms: number | null }[]>(
    `select r.id, r.lesson_id, r.session_id, r.status,
       max(extract(epoch from ?::timestamptz - least(w.end_at, w.made_to + ? * interval '1 ms')) * 1000 - ?)
         filter (where w.end_at is null or w.made_to < w.end_at - interval '40 ms')::float8 as behind_ms
     from recording r join lesson_session s on s.id = r.session_id
     left join lateral (
       select coalesce(f.ended_at, s.ended_at) as end_at,
         coalesce((select max(c.starts_at + c.frames * interval '40 ms') from recording_chunk c where c.recording_id = r.id and c.unit_id = f.id),
           greatest(f.started_at, s.started_at)) as made_to
       from (select u.id, u.started_at, u.ended_at from unit u where u.lesson_id = r.lesson_id and r.group_id is null and u.started_at is not null
         union all select g.id, b.started_at, b.ended_at from breakout_group g join breakout b on b.id = g.breakout_id where g.id = r.group_id) f
       where not exists (select from replay p where p.recording_id = r.id and coalesce(p.unit_id, p.group_id) = f.id and p.status <> 'processing')) w on true
     where r.status in ('recording', 'processing') group by r.id order by r.id`, [now, chunkMs, chunkContextMs]);
  return rows.map((row) => ({
    recordingId: row.id, lessonId: row.lesson_id, sessionId: row.session_id, status: row.status, behindMs: row.behind_ms === null ? null : Math.max(0, row.behind_ms),
  }));
}
