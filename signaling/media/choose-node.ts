// Which media node takes a room or a seat. Pure: the figures are given, nothing is asked.
import { reservedShare, type NodeCapacity } from '#contracts/media-node.ts';
import type { NodeLoad } from '#contracts/sfu-control.ts';

/** A node that can be reached; `use` and `cpu` are shares of what it can do, 1 is all. */
export interface Candidate {
  nodeId: string;
  use: number;
  cpu: number;
  rooms: number;
  /** Takes nothing new: draining, or its registrations stay away. */
  closed: boolean;
  /** Says it has no seat left, of those for everybody, of those kept for staff. */
  full: boolean; reserveFull: boolean;
  /** It answered late a moment ago. */
  late: boolean;
}
/** Past this share of its origin a lesson spreads to other nodes: the rest is for the teacher, the recording and the links. */
const spreadFrom = 0.5;
/** The least a seat costs: a picture and a voice. */
const streamsPerSeat = 2;
const bitsPerMbit = 1_000_000;

/** The larger of what the node says of itself and what its seats must cost. */
export function useOf({ capacity, load, seats }: { capacity: NodeCapacity; load: NodeLoad; seats: number }): number {
  const streams = capacity.workers * capacity.streamsPerWorker;
  const said = load.workers.reduce((sum, worker) => sum + worker.consumers, 0);
  const egress = capacity.egressMbps > 0 ? load.egressBitsPerSecond / (capacity.egressMbps * bitsPerMbit) : 0;
  return Math.max(said / streams, (streamsPerSeat * Math.max(load.seats, seats)) / streams, egress);
}
export const cpuOf = ({ workers }: NodeLoad): number => workers.reduce((sum, worker) => sum + worker.cpuPercent, 0) / 100 / Math.max(1, workers.length);

/** Shares closer than a tenth count as the same; then fewer rooms, then the name, so that every process chooses alike. */
const busy = ({ use, cpu }: Candidate): number => Math.round(Math.max(use, cpu) * 10);
const byLoad = (a: Candidate, b: Candidate): number => busy(a) - busy(b) || a.rooms - b.rooms || (a.nodeId < b.nodeId ? -1 : 1);

const takes = ({ closed, full, reserveFull, use }: Candidate, reserved: boolean): boolean => !closed && (reserved ? !reserveFull && use < 1 : !full && use < 1 - reservedShare);

/** Those that take something new, the least loaded first; a late one only where there is no other. `reserved`: also of what is kept. */
function open(candidates: readonly Candidate[], refused: ReadonlySet<string>, reserved: boolean): Candidate[] {
  const left = candidates.filter((one) => takes(one, reserved) && !refused.has(one.nodeId));
  const prompt = left.filter((one) => !one.late);
  return (prompt.length > 0 ? prompt : left).sort(byLoad);
}

/** The least loaded; null where no node takes a room. A room is its teacher's first of all: it may go where only kept seats are left. */
export const chooseOrigin = (candidates: readonly Candidate[], refused: ReadonlySet<string> = new Set()): string | null => open(candidates, refused, true)[0]?.nodeId ?? null;

export interface SeatWish {
  origin: string;
  /** Staff send and are recorded: they sit at the origin while it takes anybody, and seats are kept for them. */
  staff: boolean;
  /** Where the person sits already: coming back there is nothing new. */
  present: string | null;
  /** Nodes that have the room already: another one costs another copy of everything. */
  edges: ReadonlySet<string>;
}

/** The present seat, the origin while it has few viewers, an edge of the room that is not half full, else the least loaded; null where nobody takes one. */
export function chooseSeat(candidates: readonly Candidate[], { origin, staff, present, edges }: SeatWish, refused: ReadonlySet<string> = new Set()): string | null {
  if (candidates.some((one) => one.nodeId === present && !one.late && !refused.has(one.nodeId))) return present;
  const left = open(candidates, refused, staff);
  const home = left.find((one) => one.nodeId === origin);
  if (home && (staff || home.use < spreadFrom)) return home.nodeId;
  return (left.find((one) => edges.has(one.nodeId) && one.use < spreadFrom) ?? left[0])?.nodeId ?? null;
}
