// One registration for every request of the table: known, well-formed, seated, allowed, still seated; then its handler.
import { withinInstitutions } from '#db/tenancy.ts';
import { answer, sentChecker } from '#runtime/answer.ts';
import type { Reply } from '#contracts/request-table.ts';
import { socketRequests, type SocketRequests } from '#contracts/socket.ts';
import { DomainError } from '#domain/errors.ts';
import type { Logger } from '#runtime/log.ts';
import { asReader } from '../account/reader.ts';
import type { ClassroomSocket, DoorHandlers, Live, Seat, SeatHandlers } from './context.ts';
import type { InFlight } from './in-flight.ts';

interface Asking { live: Live; socket: ClassroomSocket; arrivedAt: Date; tell(work: () => unknown): void }
type Bound = (asking: Asking, data: unknown) => Promise<unknown>;
export type Dispatch = ReadonlyMap<string, Bound>;

/** Throws seat_taken_over, removed_from_lesson or not_entered where the row says the seat is no longer this socket's. */
async function requireSeat(live: Live, socket: ClassroomSocket): Promise<Seat> {
  const seat = socket.data.seat;
  if (!seat) throw new DomainError('not_entered', 'enter a lesson first');
  const row = await live.gathered.seatRow(seat.connectionId);
  if (row && !row.gone) return seat;
  if (row?.left_reason === 'taken_over') throw new DomainError('seat_taken_over', 'this seat lives on another device');
  if (row?.left_reason === 'removed') throw new DomainError('removed_from_lesson', 'taken out of the lesson');
  throw new DomainError('not_entered', 'the seat was closed: enter again');
}

function bindSeat<K extends keyof SeatHandlers>(name: K, handlers: SeatHandlers): Bound {
  const spec: SocketRequests[K] = socketRequests[name];
  const check = sentChecker<SocketRequests[K]['data']>(spec.data);
  const roles: readonly string[] = spec.by;
  return async ({ live, socket, arrivedAt, tell }, data) => {
    const seat = socket.data.seat;
    if (!seat) throw new DomainError('not_entered', 'enter a lesson first');
    if (!roles.includes(seat.role)) throw new DomainError('forbidden', `${name} is not for ${seat.role}`);
    const checked = check(data);
    await requireSeat(live, socket);
    const actor = { personId: seat.personId, institutionId: seat.institutionId };
    // Rows of other institutions are not there for it.
    return withinInstitutions([seat.institutionId], () => handlers[name]({ live, socket, arrivedAt, seat, actor, tell }, checked));
  };
}

function bindDoor(handlers: DoorHandlers): Bound {
  const check = sentChecker(socketRequests['lesson:enter'].data);
  return async (asking, data) => handlers['lesson:enter']({ ...asking, personId: asking.socket.data.personId }, check(data));
}

/** The whole table, bound once per process. */
export function bindRequests(door: DoorHandlers, seats: SeatHandlers): Dispatch {
  const bound = new Map<string, Bound>([['lesson:enter', bindDoor(door)]]);
  for (const name of Object.keys(seats) as (keyof SeatHandlers)[]) bound.set(name, bindSeat(name, seats));
  return bound;
}

/** How the packets of one socket are answered; `handle` throws bad_request for what it does not know. */
export interface Answering {
  log: Logger; ids: Record<string, unknown>; inFlight: InFlight;
  handle(name: string, data: unknown, tell: Asking['tell']): Promise<unknown>;
  answered?(packet: { name: string; data: unknown; reply: Reply<unknown>; beganMs: number; endedMs: number }): void;
}

/** Answers every packet. Without an acknowledgement nothing is answered. */
export function answerPackets(socket: { onAny(listener: (event: unknown, ...args: unknown[]) => void): unknown }, { log, ids, inFlight, handle, answered }: Answering): void {
  const answerOne = async (event: unknown, args: readonly unknown[]): Promise<void> => {
    // The protocol allows numbers too.
    const name = String(event);
    const last = args.at(-1);
    const data = typeof args[0] === 'function' ? undefined : args[0];
    const beganMs = performance.now();
    const afterwards: (() => unknown)[] = [];
    const about = { request: name.slice(0, 40), ...ids };
    const reply = await answer(log, about, () => handle(name, data, (work) => afterwards.push(work)));
    if (!reply.ok) log.debug({ ...about, code: reply.error.code }, 'request refused');
    if (typeof last === 'function') last(reply);
    answered?.({ name, data, reply, beganMs, endedMs: performance.now() });
    for (const work of afterwards) {
      try {
        await work();
      } catch (error) {
        log.error({ err: error, ...about }, 'telling failed');
      }
    }
  };
  socket.onAny((event, ...args) => inFlight.track(answerOne(event, args)));
}

const asTheyAre = <T>(work: () => Promise<T>): Promise<T> => work();
/** Whoever only oversees, and whoever only looks, asks under the role that reads; also what follows after the answer. */
const standingOf = ({ data }: ClassroomSocket): typeof asTheyAre => (data.onlyOversees || data.seat?.role === 'observer' ? asReader : asTheyAre);

/** The same of somebody in the classroom. An unknown request gets bad_request. */
export function registerRequests(live: Live, socket: ClassroomSocket, dispatch: Dispatch): void {
  answerPackets(socket, {
    log: live.deps.log, ids: { socketId: socket.id, personId: socket.data.personId }, inFlight: live.inFlight,
    handle: async (name, data, tell) => {
      const handle = dispatch.get(name);
      if (!handle) throw new DomainError('bad_request', 'no such request');
      const as = standingOf(socket);
      return as(() => handle({ live, socket, arrivedAt: live.deps.now(), tell: (work) => tell(() => as(async () => work())) }, data));
    },
    answered: (packet) => live.deps.figures.requestAnswered({ ...packet, socket, name: dispatch.has(packet.name) ? packet.name : 'unknown' }),
  });
}
