// The whole platform in one look, from rows and queues: any signaling process gives the same answer, whoever it serves.
import type { OperatorLive, OperatorRecording, SignalingReport, WorkerReport } from '#contracts/operator.ts';
import type { CaptureTrouble } from '#contracts/recording.ts';
import type { EntityManager } from '#db/orm.ts';
import { connectorTroubles } from '#db/queries/connectors.ts';
import { backupState } from '#db/queries/backups.ts';
import { knownNodes, type KnownNode } from '#db/queries/media-nodes.ts';
import { knownProcesses, troublesOf, type KnownProcess } from '#db/queries/process-reports.ts';
import { recordingsAtWork, type RecordingAtWork } from '#db/queries/recordings-behind.ts';
import type { Deps } from '../deps.ts';
import { describeNode, describeProcess, reachOf, speedOf } from './describe.ts';
import { findProblems } from './problems.ts';

const mostRecordings = 100;

interface SessionRow {
  lesson_id: string; title: string; institution_name: string; started_at: string; status: 'recording' | 'processing' | null; node_id: string | null;
  people: number; interrupted: boolean;
}

/** Lessons that run, and those whose recording is being made. */
const sessionsAtWork = (em: EntityManager): Promise<SessionRow[]> => em.execute<SessionRow[]>(
  `select s.lesson_id, l.title, i.name as institution_name, s.started_at, r.status, m.node_id,
     (select count(*)::int from connection c where c.lesson_id = s.lesson_id and c.left_at is null and c.role <> 'observer') as people,
     exists (select from interruption p where p.session_id = s.id and p.ended_at is null and p.reason = 'platform') as interrupted
   from lesson_session s join lesson l on l.id = s.lesson_id join institution i on i.id = s.institution_id
   left join recording r on r.session_id = s.id and r.group_id is null left join media_room m on m.room_id = s.lesson_id
   where s.ended_at is null or r.status in ('recording', 'processing') order by s.started_at, s.id`);

/** What loses packets before what will lose them, and that before what may. */
const worstFirst: readonly CaptureTrouble[] = ['memory_full', 'capture_not_started', 'disk_unwritable', 'disk_full', 'capture_silent', 'disk_slow', 'disk_low'];
const rank = (troubles: readonly CaptureTrouble[]): number => Math.max(0, ...troubles.map((trouble) => worstFirst.length - worstFirst.indexOf(trouble)));
const urgency = ({ troubles, interrupted, behindMs }: OperatorRecording): number => rank(troubles) * 2e9 + (interrupted ? 1e9 : 0) + Math.min(behindMs ?? -1, 1e9 - 1);

/** By lesson, of its class and its groups whichever is furthest behind; null where files of all are being made. */
function behindOf(works: readonly RecordingAtWork[]): Map<string, number | null> {
  const found = new Map<string, number | null>();
  for (const { lessonId, behindMs } of works) {
    const known = found.get(lessonId) ?? null;
    found.set(lessonId, known === null || behindMs === null ? known ?? behindMs : Math.max(known, behindMs));
  }
  return found;
}

async function gatherRecordings(em: EntityManager, now: Date, processes: readonly KnownProcess[]): Promise<OperatorRecording[]> {
  const troubles = troublesOf(processes);
  const behind = behindOf(await recordingsAtWork(em, now));
  const rows = await sessionsAtWork(em);
  return rows.map((row): OperatorRecording => ({
    lessonId: row.lesson_id, title: row.title, institutionName: row.institution_name, startedAt: new Date(row.started_at).toISOString(), people: row.people,
    status: row.status ?? 'none', nodeId: row.node_id, troubles: troubles.get(row.lesson_id) ?? [], interrupted: row.interrupted, behindMs: behind.get(row.lesson_id) ?? null,
  })).toSorted((one, other) => urgency(other) - urgency(one));
}

async function countPeople(em: EntityManager) {
  const [counts] = await em.execute<{ live: number; open: number; people: number; learners: number }[]>(
    `select (select count(*)::int from lesson where status = 'live') as live, (select count(*)::int from lesson where status = 'open') as open,
       count(*)::int as people, (count(*) filter (where role = 'student'))::int as learners from connection where left_at is null and role <> 'observer'`);
  return counts ?? { live: 0, open: 0, people: 0, learners: 0 };
}

/** People, not pictures: whoever has either is counted once. */
async function countFaces(em: EntityManager): Promise<number> {
  const [row] = await em.execute<{ n: number }[]>('select count(*)::int as n from (select person_id from face_picture union select person_id from face_enrolment where sealed_vectors is not null) f');
  return row!.n;
}

/** By ids and an index: asked every two seconds. */
async function countDeletions(em: EntityManager, now: Date): Promise<OperatorLive['deletions']> {
  const [row] = await em.execute<{ day: number; last_at: string | null; holds: number }[]>(
    `select (select count(*)::int from deletion_certificate where deleted_at > ?::timestamptz - interval '1 day') as day, (select max(deleted_at) from deletion_certificate) as last_at, (select count(*)::int from legal_hold where ended_at is null) as holds`, [now]);
  return { day: row!.day, lastAt: row!.last_at && new Date(row!.last_at).toISOString(), holds: row!.holds };
}

const signalingReports = (heard: readonly KnownProcess[]): SignalingReport[] => heard.flatMap((one) => (one.role === 'signaling' ? [one.report] : []));
const workerReports = (heard: readonly KnownProcess[]): WorkerReport[] => heard.flatMap((one) => (one.role === 'worker' ? [one.report] : []));

/** Each place once: several processes of one machine see the same disk. */
function disksOf(nodes: readonly KnownNode[], heard: readonly KnownProcess[]): { about: string; freeBytes: number }[] {
  const found = new Map<string, number>();
  const add = (about: string, freeBytes: number | null | undefined): void => {
    if (freeBytes != null) found.set(about, Math.min(freeBytes, found.get(about) ?? Infinity));
  };
  for (const { fresh, nodeId, load } of nodes) if (fresh) add(nodeId, load.figures?.diskFreeBytes);
  for (const { host, report } of heard) {
    add(host, report.diskFreeBytes);
    if ('copyFreeBytes' in report) add(`${host} · CAPTURE_COPY_DIR`, report.copyFreeBytes);
  }
  return [...found].map(([about, freeBytes]) => ({ about, freeBytes }));
}

function refusals(reports: readonly SignalingReport[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { refused } of reports) for (const [code, count] of Object.entries(refused)) sums[code] = (sums[code] ?? 0) + count;
  return sums;
}

export async function gatherLive({ orm, queues, config, now }: Deps): Promise<OperatorLive> {
  const em = orm.em.fork();
  const known = await knownNodes(em);
  const processRows = await knownProcesses(em);
  const processes = processRows.map(describeProcess);
  const heard = processRows.filter((_, index) => !processes[index]!.silent);
  const { live, open, people, learners } = await countPeople(em);
  const storedFaces = await countFaces(em);
  const recordings = await gatherRecordings(em, now(), heard);
  const reports = signalingReports(heard);
  const workers = workerReports(heard);
  const backup = await backupState(em);
  const shown = {
    nodes: known.map(describeNode), processes, queues: await queues.depths(), reach: reachOf(known),
    joins: speedOf(reports.map((one) => one.joinCounts)), firstFrames: speedOf(reports.map((one) => one.firstFrameCounts)), answers: speedOf(reports.map((one) => one.answerCounts)),
  };
  const problems = findProblems({
    ...shown, recordings, people, storedFaces, refused: refusals(reports), disks: disksOf(known, heard), diskLowBytes: config.DISK_LOW_MB * 1e6,
    backup: backup.ever ? backup : null, connectors: await connectorTroubles(em), faces: workers.length > 0 ? workers.some(({ faces }) => faces) : null,
  });
  return {
    serverNowMs: now().getTime(), lessons: { live, open }, people, learners, storedFaces, deletions: await countDeletions(em, now()), problems, ...shown,
    recordings: recordings.slice(0, mostRecordings), recordingCount: recordings.length,
  };
}
