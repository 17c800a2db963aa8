// Rows in which running processes say how they are: one each, written every few seconds, judged by the database's clock.
import { processForgottenMs, processSilentMs, type SignalingReport, type WorkerReport } from '#contracts/operator.ts';
import type { CaptureTrouble } from '#contracts/recording.ts';
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

/** Every signaling process hears of all troubles: what any of them says is so. */
export function troublesOf(processes: readonly KnownProcess[]): Map<string, CaptureTrouble[]> {
  const found = new Map<string, CaptureTrouble[]>();
  for (const { report } of processes) {
    for (const { lessonId, troubles } of 'troubles' in report ? report.troubles : []) found.set(lessonId, [...new Set([...(found.get(lessonId) ?? []), ...troubles])]);
  }
  return found;
}

/** Lessons whose recording is in danger now, as processes that are heard of say. */
export const recordingTroubles = async (em: EntityManager): Promise<Map<string, CaptureTrouble[]>> =>
  troublesOf((await knownProcesses(em)).filter(({ heardAgoMs }) => heardAgoMs <= processSilentMs));
