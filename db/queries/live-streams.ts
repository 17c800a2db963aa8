// Broadcasts as rows: the one of a lesson for whoever watches, and keeping it wanted. Times are the database's, whatever a process thinks.
import type { LessonRole } from '#domain/roles.ts';
import type { LessonStatus } from '#domain/lesson.ts';
import type { EntityManager } from '../orm.ts';
import type { LiveStream } from '../entities/media.ts';
import { roleOfPersonSql } from './lesson-access.ts';

/** A lesson and its latest session's broadcast as one person may see them; `role` null where they have no part in it. */
export interface StreamView {
  role: LessonRole | null; institutionId: string; lessonStatus: LessonStatus; recorded: boolean; sessionId: string | null; live: boolean;
  stream: { id: string; status: LiveStream['status']; waitReason: LiveStream['waitReason']; failedMsAgo: number | null } | null;
}
interface Row {
  role: LessonRole | null; institution_id: string; lesson_status: LessonStatus; recorded: boolean; session_id: string | null; live: boolean;
  id: string | null; status: LiveStream['status']; wait_reason: LiveStream['waitReason']; failed_ms: number | null;
}

/** Null for an unknown lesson. */
export async function streamView(em: EntityManager, personId: string, lessonId: string): Promise<StreamView | null> {
  const [row] = await em.execute<Row[]>(
    `select ${roleOfPersonSql} as role, l.institution_id, l.status as lesson_status, l.recorded, s.id as session_id, s.id is not null and s.ended_at is null as live,
       v.id, v.status, v.wait_reason, case when v.status = 'failed' then (extract(epoch from now() - v.ended_at) * 1000)::float end as failed_ms
     from lesson l left join lateral (select * from lesson_session s where s.lesson_id = l.id order by s.started_at desc limit 1) s on true
       left join live_stream v on v.session_id = s.id where l.id = ?`, [personId, personId, personId, lessonId]);
  if (!row) return null;
  return {
    role: row.role, institutionId: row.institution_id, lessonStatus: row.lesson_status, recorded: row.recorded, sessionId: row.session_id, live: row.live,
    stream: row.id === null ? null : { id: row.id, status: row.status, waitReason: row.wait_reason, failedMsAgo: row.failed_ms },
  };
}

/** Makes the row, or wants one anew that has ended or failed; one that is wanted or runs stays as it is. Safe by the session's unique row. */
export async function wantStream(em: EntityManager, id: string, institutionId: string, sessionId: string): Promise<void> {
  await em.execute(
    `insert into live_stream (id, institution_id, session_id, wanted_at) values (?, ?, ?, now())
     on conflict (session_id) do update set wanted_at = now(), status = 'wanted', started_at = null, ended_at = null, claimed_by = null, cleaned_at = null,
       fail_reason = null, wait_reason = null where live_stream.status in ('ended', 'failed')`, [id, institutionId, sessionId]);
}

/** Whoever waits for it or asks for the playlist keeps it going; however many do, the row is written once in ten seconds. */
export async function keepWanted(em: EntityManager, streamId: string): Promise<void> {
  await em.execute(`update live_stream set wanted_at = now() where id = ? and wanted_at < now() - interval '10 seconds' and status in ('wanted', 'running')`, [streamId]);
}
