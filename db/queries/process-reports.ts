// Rows in which running processes say how they are: one each, written every few seconds, judged by the database's clock.
import { processForgottenMs, type SignalingReport, type WorkerReport } from '#contracts/operator.ts';
import type { EntityManager } from '../orm.ts';

export interface ReportedProcess { id: string; host: string; pid: number }
interface Heard { host: string; pid: number; heardAgoMs: number }
export type KnownProcess = Heard & ({ role: 'signaling'; report: SignalingReport } | { role: 'worker'; report: WorkerReport });

export async function writeReport(em: EntityManager, role: KnownProcess['role'], { id, host, pid }: ReportedProcess, report: SignalingReport | WorkerReport): Promise<void> {
  await em.execute(
    `insert into process_report (id, role, host, pid, report) values (?, ?, ?, ?, ?::jsonb)
     on conflict (id) do update set report = excluded.report, heard_at = now()`, [id, role, host, pid, JSON.stringify(report)]);
}

/** The process stops by itself: nobody is to miss it. Rows of long vanished ones go too. */
export async function removeReport(em: EntityManager, id: string): Promise<void> {
  await em.execute(`delete from process_report where id = ? or heard_at < now() - ? * interval '1 ms'`, [id, processForgottenMs]);
}

/** Processes heard of lately, by role and host. */
export async function knownProcesses(em: EntityManager): Promise<KnownProcess[]> {
  const rows = await em.execute<(Omit<KnownProcess, 'heardAgoMs'> & { heard_ago_ms: number })[]>(
    `select role, host, pid, report, (extract(epoch from now() - heard_at) * 1000)::float8 as heard_ago_ms from process_report
     where heard_at > now() - ? * interval '1 ms' order by role, host, started_at`, [processForgottenMs]);
  return rows.map(({ heard_ago_ms, ...rest }) => ({ ...rest, heardAgoMs: Math.max(0, heard_ago_ms) }) as KnownProcess);
}
