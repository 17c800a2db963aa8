// What is wrong with the running platform, most urgent first: pure, from what was gathered. The page says for each what to do.
import { problemCodes, type OperatorNode, type OperatorProcess, type OperatorQueue, type OperatorRecording, type Problem, type ProblemCode } from '#contracts/operator.ts';

/** A platform that takes nothing for so long, of which a day differs in so many facts, or which refused so many. */
export interface ConnectorTrouble { name: string; stuckMs: number | null; differs: number; dead: number }

/** What the page is shown, before its problems are known. */
export interface Figures {
  nodes: readonly OperatorNode[]; processes: readonly OperatorProcess[]; queues: readonly OperatorQueue[]; recordings: readonly OperatorRecording[];
  reach: { measured: number; share: number | null; lossShare: number | null };
  joins: { count: number; p95Ms: number | null }; answers: { count: number; p95Ms: number | null };
  /** Refusals of the last five minutes by code. */
  refused: Readonly<Record<string, number>>;
  /** Free space by where it is, and of which machine or node. */
  disks: readonly { about: string; freeBytes: number }[];
  diskLowBytes: number;
  /** Whether some worker judges faces; null where no worker is known. */
  faces: boolean | null;
  people: number;
  connectors: readonly ConnectorTrouble[];
}

export const limits = {
  behindMs: 3 * 60_000, behindGraveMs: 15 * 60_000,
  /** How long a job may wait before somebody is kept waiting by it. */
  queueMs: { 'face-enrol': 60_000, 'face-verify': 120_000, 'face-compare': 30 * 60_000, 'courseware-pages': 10 * 60_000, 'class-reckon': 60_000, 'exam-hand-in': 30_000, 'ledger-reckon': 5 * 60_000, 'ledger-sums': 5 * 60_000, 'ledger-export': 10 * 60_000, 'recording-chunk': 15 * 60_000, 'recording-unit': 60 * 60_000 } as Readonly<Record<string, number>>,
  otherQueueMs: 5 * 60_000,
  connectorStuckMs: 10 * 60_000,
  answersMs: 1000, joinsMs: 5000, loopDelayMs: 250,
  /** R16's share is spoken of from so many receivers on. */
  reachFrom: 10, reachShare: 0.9, lossShare: 0.03, countFrom: 5,
} as const;

type Found = Partial<Pick<Problem, 'about' | 'figure' | 'troubles' | 'lessonId'>>;
const problem = (code: ProblemCode, grave: boolean, { about = null, figure = null, troubles = [], lessonId = null }: Found = {}): Problem =>
  ({ code, grave, about, figure, troubles, lessonId });

function ofRecordings(recordings: readonly OperatorRecording[]): Problem[] {
  return recordings.flatMap(({ title: about, lessonId, troubles, interrupted, behindMs }) => [
    ...(troubles.length > 0 ? [problem('recording_in_danger', true, { about, lessonId, troubles })] : []),
    ...(interrupted ? [problem('lesson_interrupted', true, { about, lessonId })] : []),
    ...(behindMs !== null && behindMs > limits.behindMs ? [problem('recording_behind', behindMs > limits.behindGraveMs, { about, lessonId, figure: behindMs })] : []),
  ]);
}

function ofNodes(nodes: readonly OperatorNode[]): Problem[] {
  const here = nodes.filter(({ state }) => state !== 'silent');
  const open = here.filter(({ state }) => state === 'ready');
  const full = here.filter(({ state }) => state === 'full');
  // A node that was taken out on purpose may well be switched off: only one that carried people is missed.
  const missed = nodes.filter(({ state, draining, seats, rooms }) => state === 'silent' && (!draining || seats + rooms > 0));
  return [
    ...(here.length === 0 ? [problem('no_node', true)] : open.length === 0 ? [problem('all_full', true, { figure: here.length })] : full.map(({ nodeId }) => problem('node_full', false, { about: nodeId }))),
    ...missed.map(({ nodeId, seats, heardAgoMs }) => problem('node_silent', seats > 0, { about: nodeId, figure: heardAgoMs })),
  ];
}

function ofProcesses({ processes, faces }: Figures): Problem[] {
  const workers = processes.filter(({ role, silent }) => role === 'worker' && !silent);
  return [
    ...(workers.length === 0 ? [problem('no_worker', true)] : faces === false ? [problem('faces_off', false)] : []),
    ...processes.filter(({ silent }) => silent).map(({ role, host, heardAgoMs }) => problem('process_silent', role === 'signaling', { about: `${role} · ${host}`, figure: heardAgoMs })),
    ...processes.filter(({ silent, loopDelayMs }) => !silent && loopDelayMs > limits.loopDelayMs)
      .map(({ role, host, loopDelayMs }) => problem('process_slow', false, { about: `${role} · ${host}`, figure: loopDelayMs })),
  ];
}

function ofQueues(queues: readonly OperatorQueue[]): Problem[] {
  return queues.filter(({ queue, oldestMs }) => oldestMs !== null && oldestMs > (limits.queueMs[queue] ?? limits.otherQueueMs))
    .map(({ queue, oldestMs }) => problem('queue_stuck', queue.startsWith('face-'), { about: queue, figure: oldestMs }));
}

function ofRefusals({ refused }: Figures): Problem[] {
  const turnedAway = (refused['media_full'] ?? 0) + (refused['media_unavailable'] ?? 0);
  const of = (code: string): number => refused[code] ?? 0;
  return [
    ...(turnedAway > 0 ? [problem('people_refused', true, { figure: turnedAway })] : []),
    ...(of('internal') > 0 ? [problem('errors_internal', false, { figure: of('internal') })] : []),
    ...(of('storage_unavailable') > 0 ? [problem('storage_away', true, { figure: of('storage_unavailable') })] : []),
  ];
}

function ofSpeed({ reach, joins, answers }: Figures): Problem[] {
  const slow = (speed: { count: number; p95Ms: number | null }, limitMs: number): boolean => speed.count >= limits.countFrom && speed.p95Ms !== null && speed.p95Ms > limitMs;
  const measured = reach.measured >= limits.reachFrom;
  return [
    ...(slow(answers, limits.answersMs) ? [problem('answers_slow', false, { figure: answers.p95Ms })] : []),
    ...(slow(joins, limits.joinsMs) ? [problem('joins_slow', false, { figure: joins.p95Ms })] : []),
    ...(measured && reach.share !== null && reach.share < limits.reachShare ? [problem('rtt_high', false, { figure: reach.share })] : []),
    ...(measured && reach.lossShare !== null && reach.lossShare > limits.lossShare ? [problem('loss_high', false, { figure: reach.lossShare })] : []),
  ];
}

function ofConnectors(connectors: readonly ConnectorTrouble[]): Problem[] {
  return connectors.flatMap(({ name: about, stuckMs, differs, dead }) => [
    ...(stuckMs !== null && stuckMs > limits.connectorStuckMs ? [problem('connector_stuck', false, { about, figure: stuckMs })] : []),
    ...(differs > 0 ? [problem('connector_differs', false, { about, figure: differs })] : []), ...(dead > 0 ? [problem('connector_refused', false, { about, figure: dead })] : []),
  ]);
}

export function findProblems(figures: Figures): Problem[] {
  const low = figures.disks.filter(({ freeBytes }) => freeBytes < figures.diskLowBytes);
  const found = [
    ...ofRecordings(figures.recordings), ...ofNodes(figures.nodes), ...ofProcesses(figures), ...ofQueues(figures.queues), ...ofRefusals(figures), ...ofSpeed(figures), ...ofConnectors(figures.connectors),
    ...low.map(({ about, freeBytes }) => problem('disk_low', true, { about, figure: freeBytes })),
  ];
  const urgency = ({ code, grave }: Problem): number => (grave ? 0 : problemCodes.length) + problemCodes.indexOf(code);
  return found.toSorted((one, other) => urgency(one) - urgency(other) || (other.figure ?? 0) - (one.figure ?? 0));
}
