// What the operator sees of the running platform, over REST; and what each process says of itself in its row (`process_report`).
import Type, { type Static } from 'typebox';
import { CaptureTrouble } from './recording.ts';
import { NodeId } from './sfu-control.ts';
import { Closed, Empty, Instant, Nullable, OneOf, Uuid } from './shapes.ts';

/** Written by signaling. Counts are those of the last five minutes, over `spanEdgesMs` of common/runtime/metrics-window.ts. */
export interface SignalingReport {
  loopDelayMs: number; sockets: number; seats: number; diskFreeBytes: number | null;
  joinCounts: number[]; firstFrameCounts: number[]; answerCounts: number[];
  /** Requests refused in these minutes for want of something, by code: media_full, media_unavailable, storage_unavailable, internal. */
  refused: Record<string, number>;
  troubles: { lessonId: string; troubles: CaptureTrouble[] }[];
}
export interface WorkerReport { loopDelayMs: number; diskFreeBytes: number | null; copyFreeBytes: number | null; faces: boolean }
/** Written every so often; a process silent for longer than `processSilentMs` is away. One that stops by itself takes its row with it. */
export const reportEveryMs = 2000;
export const processSilentMs = 10_000;
/** So long the page still speaks of a process that vanished. */
export const processForgottenMs = 10 * 60_000;

const Count = Type.Integer({ minimum: 0 });
const Ms = Type.Number({ minimum: 0 });

export const nodeStates = ['ready', 'full', 'draining', 'drained', 'silent'] as const;
export const OperatorNode = Closed({
  nodeId: NodeId, state: OneOf(nodeStates), draining: Type.Boolean(), heardAgoMs: Ms,
  /** `seats`: what rows and node say, the larger. `load`: 0 to 1, the fullest of streams and network. */
  seats: Count, rooms: Count, streams: Count, streamCapacity: Count, load: Type.Number({ minimum: 0 }),
  /** Of the busiest media worker, and of all. */
  busiestCpu: Type.Number({ minimum: 0 }), meanCpu: Type.Number({ minimum: 0 }), workers: Count,
  egressBitsPerSecond: Type.Number({ minimum: 0 }), egressLimitBitsPerSecond: Nullable(Type.Number({ minimum: 0 })),
  diskFreeBytes: Nullable(Type.Number({ minimum: 0 })),
});
export type OperatorNode = Static<typeof OperatorNode>;

export const OperatorProcess = Closed({
  role: OneOf(['signaling', 'worker'] as const), host: Type.String(), pid: Type.Integer(), heardAgoMs: Ms, silent: Type.Boolean(), loopDelayMs: Ms,
  /** Of signaling. */
  sockets: Nullable(Count), diskFreeBytes: Nullable(Type.Number({ minimum: 0 })),
});
export type OperatorProcess = Static<typeof OperatorProcess>;

export const OperatorQueue = Closed({ queue: Type.String(), waiting: Count, active: Count, delayed: Count, oldestMs: Nullable(Ms) });
export type OperatorQueue = Static<typeof OperatorQueue>;

export const OperatorRecording = Closed({
  lessonId: Uuid, title: Type.String(), institutionName: Type.String(), startedAt: Instant, people: Count,
  status: OneOf(['recording', 'processing', 'none'] as const), nodeId: Nullable(NodeId),
  troubles: Type.Array(CaptureTrouble), interrupted: Type.Boolean(),
  /** How late the next chunk is; null where nothing is composed of it now. */
  behindMs: Nullable(Ms),
});
export type OperatorRecording = Static<typeof OperatorRecording>;

/** `share` null: nobody is measured. `p95Ms` null: nothing happened in the last five minutes. */
export const Speed = Closed({ count: Count, p50Ms: Nullable(Ms), p95Ms: Nullable(Ms) });
export const Reach = Closed({ measured: Count, within25Ms: Count, share: Nullable(Type.Number()), p95Ms: Nullable(Ms), lossShare: Nullable(Type.Number()) });

/** Most urgent first. `danger`: recorded hours or a running lesson suffer, or will in minutes. */
export const problemCodes = [
  'recording_in_danger', 'no_node', 'all_full', 'node_silent', 'no_worker', 'process_silent', 'people_refused', 'disk_low', 'recording_behind', 'lesson_interrupted',
  'queue_stuck', 'errors_internal', 'storage_away', 'node_full', 'answers_slow', 'joins_slow', 'process_slow', 'rtt_high', 'loss_high', 'connector_stuck', 'connector_differs', 'connector_refused', 'faces_off', 'wal_old', 'backup_old', 'backup_none', 'faces_near_filing',
] as const;
export type ProblemCode = (typeof problemCodes)[number];
/** `about` names what it concerns (a node, a lesson's title, a queue, a host); `figure` is what was measured, in the unit of the code's words. */
export const Problem = Closed({
  code: OneOf(problemCodes), grave: Type.Boolean(), about: Nullable(Type.String()), figure: Nullable(Type.Number()), troubles: Type.Array(CaptureTrouble),
  lessonId: Nullable(Uuid),
});
export type Problem = Static<typeof Problem>;

export const OperatorLive = Closed({
  serverNowMs: Type.Number(),
  lessons: Closed({ live: Count, open: Count }), people: Count, learners: Count,
  problems: Type.Array(Problem), nodes: Type.Array(OperatorNode), processes: Type.Array(OperatorProcess), queues: Type.Array(OperatorQueue),
  /** Those in danger first, then the most belated; at most 100 of `recordingCount`. */
  recordings: Type.Array(OperatorRecording), recordingCount: Count,
  /** People whose pictures or vectors of a face are stored now, against the line of filing (domain/retention.ts). */
  storedFaces: Count,
  /** Things that were due and went within a day, when the last of all did (null: none ever), and legal holds that stand. */
  deletions: Closed({ day: Count, lastAt: Nullable(Instant), holds: Count }),
  reach: Reach, joins: Speed, firstFrames: Speed, answers: Speed,
});
export type OperatorLive = Static<typeof OperatorLive>;

export const DrainBody = Closed({ draining: Type.Boolean() });

export const operatorRoutes = {
  /** The running platform, for whoever operates it; asked every two seconds. */
  'GET /api/operator': { by: ['admin'], across: true, reply: OperatorLive },
  /** Takes a media node out of service (what is on it goes on), or back in. Errors: not_found. */
  'PUT /api/operator/nodes/:nodeId': { by: ['admin'], across: true, params: Closed({ nodeId: NodeId }), body: DrainBody, reply: Empty },
} as const;
