// Rows as the operator reads them: a node with its state and load, a process, the shares and percentiles of the whole platform.
import { processSilentMs, type OperatorNode, type OperatorProcess } from '#contracts/operator.ts';
import type { KnownNode } from '#db/queries/media-nodes.ts';
import type { KnownProcess } from '#db/queries/process-reports.ts';
import { addCounts, countWithin, percentileOf, rttEdgesMs, spanEdgesMs, totalOf } from '#runtime/metrics-window.ts';

const r16Ms = 25;

function stateOf({ fresh, draining, load }: KnownNode, carried: number): OperatorNode['state'] {
  if (!fresh) return 'silent';
  if (draining || load.draining) return carried === 0 ? 'drained' : 'draining';
  return load.full ? 'full' : 'ready';
}

export function describeNode(node: KnownNode): OperatorNode {
  const { nodeId, draining, heardAgoMs, capacity, load } = node;
  const seats = Math.max(node.seats, load.seats);
  const rooms = Math.max(node.rooms, load.rooms);
  const streams = load.workers.reduce((sum, { consumers }) => sum + consumers, 0);
  const streamCapacity = capacity.workers * capacity.streamsPerWorker;
  const limit = capacity.egressMbps > 0 ? capacity.egressMbps * 1e6 : null;
  const cpus = load.workers.map(({ cpuPercent }) => Math.max(0, cpuPercent) / 100);
  return {
    nodeId, state: stateOf(node, seats + rooms), draining, heardAgoMs: Math.max(0, heardAgoMs), seats, rooms, streams, streamCapacity,
    load: Math.max(streams / streamCapacity, limit === null ? 0 : load.egressBitsPerSecond / limit),
    busiestCpu: Math.max(0, ...cpus), meanCpu: cpus.length > 0 ? cpus.reduce((sum, cpu) => sum + cpu, 0) / cpus.length : 0, workers: cpus.length,
    egressBitsPerSecond: load.egressBitsPerSecond, egressLimitBitsPerSecond: limit, diskFreeBytes: load.figures?.diskFreeBytes ?? null,
  };
}

export function describeProcess({ role, host, pid, heardAgoMs, report }: KnownProcess): OperatorProcess {
  return {
    role, host, pid, heardAgoMs, silent: heardAgoMs > processSilentMs, loopDelayMs: report.loopDelayMs,
    sockets: role === 'signaling' && 'sockets' in report ? report.sockets : null, diskFreeBytes: report.diskFreeBytes,
  };
}

/** Of all receivers of nodes that are heard of. */
export function reachOf(nodes: readonly KnownNode[]) {
  const figures = nodes.filter(({ fresh }) => fresh).flatMap(({ load }) => load.figures ?? []);
  const counts = addCounts(rttEdgesMs, figures.map(({ rttCounts }) => rttCounts));
  const measured = totalOf(counts);
  const within25Ms = countWithin(rttEdgesMs, counts, r16Ms);
  const lost = figures.reduce((sum, { rttCounts, lossShare }) => sum + lossShare * totalOf(rttCounts), 0);
  return { measured, within25Ms, share: measured > 0 ? within25Ms / measured : null, p95Ms: percentileOf(rttEdgesMs, counts, 0.95), lossShare: measured > 0 ? lost / measured : null };
}

/** Counts of several processes as one figure. */
export function speedOf(all: readonly (readonly number[])[]) {
  const counts = addCounts(spanEdgesMs, all);
  return { count: totalOf(counts), p50Ms: percentileOf(spanEdgesMs, counts, 0.5), p95Ms: percentileOf(spanEdgesMs, counts, 0.95) };
}
