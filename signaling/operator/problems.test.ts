// Every problem the page speaks of: what makes it, what does not, how grave it is, and which comes first.
import { describe, expect, it } from 'vitest';
import { problemCodes, type OperatorNode, type OperatorProcess, type OperatorRecording, type ProblemCode } from '#contracts/operator.ts';
import { findProblems, limits, type Figures } from './problems.ts';

const node = (change: Partial<OperatorNode> = {}): OperatorNode => ({
  nodeId: 'sfu-1', state: 'ready', draining: false, heardAgoMs: 500, seats: 0, rooms: 0, streams: 0, streamCapacity: 900, load: 0, busiestCpu: 0, meanCpu: 0, workers: 1,
  egressBitsPerSecond: 0, egressLimitBitsPerSecond: null, diskFreeBytes: 1e12, ...change,
});
const program = (change: Partial<OperatorProcess> = {}): OperatorProcess => ({
  role: 'worker', host: 'h1', pid: 1, heardAgoMs: 100, silent: false, loopDelayMs: 0, sockets: null, diskFreeBytes: 1e12, ...change,
});
const recording = (change: Partial<OperatorRecording> = {}): OperatorRecording => ({
  lessonId: 'l1', title: 'First', institutionName: 'School', startedAt: '2026-03-02T01:00:00Z', people: 3, status: 'recording', nodeId: 'sfu-1', troubles: [], interrupted: false, behindMs: 0, ...change,
});
const well = (change: Partial<Figures> = {}): Figures => ({
  nodes: [node()], processes: [program(), program({ role: 'signaling', sockets: 3 })], queues: [{ queue: 'face-verify', waiting: 1, active: 1, delayed: 0, oldestMs: 1000 }],
  recordings: [recording()], reach: { measured: 100, share: 0.97, lossShare: 0.001 }, joins: { count: 50, p95Ms: 1200 }, answers: { count: 50, p95Ms: 40 },
  refused: {}, disks: [{ about: 'h1', freeBytes: 1e12 }], diskLowBytes: 4e9, faces: true, people: 3, connectors: [{ name: 'P', stuckMs: limits.connectorStuckMs, differs: 0, dead: 0 }], ...change,
});
const codes = (change: Partial<Figures>): [ProblemCode, boolean][] => findProblems(well(change)).map(({ code, grave }) => [code, grave]);

it('finds nothing where all is well', () => expect(codes({})).toEqual([]));

const grave: [string, Partial<Figures>, ProblemCode][] = [
  ['a capture that reports trouble', { recordings: [recording({ troubles: ['disk_full'] })] }, 'recording_in_danger'],
  ['no node at all', { nodes: [] }, 'no_node'],
  ['every node full or draining', { nodes: [node({ state: 'full' }), node({ nodeId: 'sfu-2', state: 'draining', draining: true })] }, 'all_full'],
  ['a silent node with people on it', { nodes: [node(), node({ nodeId: 'sfu-2', state: 'silent', seats: 4 })] }, 'node_silent'],
  ['no worker', { processes: [program({ role: 'signaling' })], faces: null }, 'no_worker'],
  ['a silent signaling', { processes: [program(), program({ role: 'signaling', silent: true })] }, 'process_silent'],
  ['people without a seat', { refused: { media_full: 2 } }, 'people_refused'],
  ['people without any node', { refused: { media_unavailable: 1 } }, 'people_refused'],
  ['a disk below its limit', { disks: [{ about: 'h1', freeBytes: 3.9e9 }] }, 'disk_low'],
  ['a recording far behind', { recordings: [recording({ behindMs: limits.behindGraveMs + 1 })] }, 'recording_behind'],
  ['a lesson the platform interrupts', { recordings: [recording({ interrupted: true })] }, 'lesson_interrupted'],
  ['faces that wait', { queues: [{ queue: 'face-enrol', waiting: 9, active: 0, delayed: 0, oldestMs: 61_000 }] }, 'queue_stuck'],
  ['an object store away', { refused: { storage_unavailable: 1 } }, 'storage_away'],
];
const light: [string, Partial<Figures>, ProblemCode][] = [
  ['one full node of two', { nodes: [node(), node({ nodeId: 'sfu-2', state: 'full' })] }, 'node_full'],
  ['a silent node nobody was on', { nodes: [node(), node({ nodeId: 'sfu-2', state: 'silent' })] }, 'node_silent'],
  ['a silent worker beside another', { processes: [program(), program({ silent: true, pid: 2 })] }, 'process_silent'],
  ['a recording a little behind', { recordings: [recording({ behindMs: limits.behindMs + 1 })] }, 'recording_behind'],
  ['chunks that wait', { queues: [{ queue: 'recording-chunk', waiting: 9, active: 1, delayed: 0, oldestMs: 16 * 60_000 }] }, 'queue_stuck'],
  ['errors of ours', { refused: { internal: 3 } }, 'errors_internal'],
  ['slow answers', { answers: { count: 5, p95Ms: 1001 } }, 'answers_slow'],
  ['slow joins', { joins: { count: 5, p95Ms: 5001 } }, 'joins_slow'],
  ['a busy process', { processes: [program({ loopDelayMs: 251 })] }, 'process_slow'],
  ['long round trips', { reach: { measured: 10, share: 0.89, lossShare: 0 } }, 'rtt_high'],
  ['lost packets', { reach: { measured: 10, share: 1, lossShare: 0.031 } }, 'loss_high'],
  ['no face models', { faces: false }, 'faces_off'],
  ['a platform that takes nothing', { connectors: [{ name: 'P', stuckMs: limits.connectorStuckMs + 1, differs: 0, dead: 0 }] }, 'connector_stuck'],
  ['a platform that has something else', { connectors: [{ name: 'P', stuckMs: null, differs: 2, dead: 0 }] }, 'connector_differs'],
  ['a platform that refuses facts', { connectors: [{ name: 'P', stuckMs: null, differs: 0, dead: 1 }] }, 'connector_refused'],
];
describe.each([['grave', true, grave], ['to be watched', false, light]] as const)('%s', (_how, isGrave, cases) => {
  it.each(cases)('%s', (_what, change, code) => expect(codes(change)).toEqual([[code, isGrave]]));
});
it('every code is one of these cases', () => expect(new Set([...grave, ...light].map(([, , code]) => code))).toEqual(new Set(problemCodes)));

it.each<[string, Partial<Figures>]>([
  ['a node that was taken out of service and is switched off', { nodes: [node(), node({ nodeId: 'sfu-2', state: 'silent', draining: true })] }],
  ['one drained node beside another', { nodes: [node(), node({ nodeId: 'sfu-2', state: 'drained', draining: true })] }],
  ['round trips of a few', { reach: { measured: 9, share: 0, lossShare: 1 } }],
  ['one slow answer', { answers: { count: 1, p95Ms: 9000 } }],
  ['refusals that are the asker\'s own', { refused: { forbidden: 99 } }],
  ['a recording whose files are being made', { recordings: [recording({ status: 'processing', behindMs: null })] }],
  ['a disk just at its limit', { disks: [{ about: 'h1', freeBytes: 4e9 }] }],
])('%s is no problem', (_what, change) => expect(codes(change)).toEqual([]));

it('puts what is grave first, a recording in danger before all, and the worst of a kind before the rest', () => {
  const found = findProblems(well({
    nodes: [], faces: false, disks: [{ about: 'h1', freeBytes: 1 }], refused: { internal: 1 },
    recordings: [recording({ behindMs: 200_000 }), recording({ lessonId: 'l2', behindMs: 400_000 }), recording({ lessonId: 'l3', troubles: ['memory_full', 'disk_full'] })],
  }));
  expect(found.map(({ code, lessonId }) => lessonId ?? code)).toEqual(['l3', 'no_node', 'disk_low', 'l2', 'l1', 'errors_internal', 'faces_off']);
  expect(found[0]).toMatchObject({ about: 'First', troubles: ['memory_full', 'disk_full'], grave: true });
});
