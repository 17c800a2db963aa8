// One person's media seat: at the node that suits, and where that one refuses, at the next.
import type { Static } from 'typebox';
import type { SfuRequests } from '#contracts/sfu-control.ts';
import { DomainError } from '#domain/errors.ts';
import { isStaff } from '#domain/roles.ts';
import { freeMediaSeat, mediaSeat, nodesOfRoom, takeMediaSeat, type MediaRoomId, type SeatPlace } from '#db/queries/media-rooms.ts';
import type { MediaHolder, SeatTaken } from '../classroom/context.ts';
import { chooseSeat } from './choose-node.ts';
import type { MediaNodes, OpenRoom } from './media-nodes.ts';
import type { NodeLine } from './node-lines.ts';

type Capture = Static<SfuRequests['room:open']['data']>['capture'];
/** Whoever only looks pushes nobody out and opens no further node for themselves, as staff do not: nothing of the class changes when they come. */
const takesKept = ({ role }: MediaHolder): boolean => isStaff(role) || role === 'observer';

interface Seating { nodes: MediaNodes; seat: MediaHolder; opened: OpenRoom; present: SeatPlace | null; edges: Set<string>; refused: Set<string> }

/** A node that lets somebody wait for longer loses them to the next one. */
const patienceMs = 3_000;
/** So often the room may move under somebody who sits down. */
const turns = 3;

/** Throws media_full, media_unavailable, and whatever opening the room throws. */
export async function seatPerson(nodes: MediaNodes, seat: MediaHolder, media: MediaRoomId, capture: Capture): Promise<SeatTaken> {
  const { roomId } = media;
  for (let turn = 0; turn < turns; turn++) {
    const opened = await nodes.opened(media, capture);
    const em = nodes.orm.em.fork();
    const found = await mediaSeat(em, roomId, seat.personId);
    const present = found && found.seat.epoch === opened.room.epoch && nodes.lines.to(found.seat) ? found.seat : null;
    const edges = new Set(await nodesOfRoom(em, opened.room));
    const unlinked = nodes.lines.all.map(({ node }) => node.nodeId).filter((nodeId) => nodes.isUnlinked(roomId, nodeId, opened.room.epoch));
    const taken = await tryNodes({ nodes, seat, opened, present, edges, refused: new Set(unlinked) });
    if (taken) return taken;
  }
  throw new DomainError('media_unavailable', 'the room keeps moving');
}

/** Null where the room moved on meanwhile. */
async function tryNodes(seating: Seating): Promise<SeatTaken | null> {
  const { nodes, seat, opened: { room }, present, edges, refused } = seating;
  let late = false;
  for (;;) {
    const nodeId = chooseSeat(nodes.candidates(), { origin: room.nodeId, staff: takesKept(seat), present: present?.nodeId ?? null, edges }, refused);
    const line = nodeId === null ? undefined : nodes.lines.get(nodeId);
    if (!line && present) leave(nodes, present);
    if (!line) throw late ? new DomainError('media_unavailable', 'no media node answers') : new DomainError('media_full', 'no media node has a seat left');
    refused.add(line.node.nodeId);
    const outcome = await tryNode(seating, line);
    if (outcome === 'moved') return null;
    if (outcome === 'late') late = true;
    else if (outcome === 'full') nodes.refused(line, takesKept(seat));
    else return outcome;
  }
}

async function tryNode({ nodes, seat, opened, present }: Seating, line: NodeLine): Promise<SeatTaken | 'moved' | 'late' | 'full'> {
  const { room } = opened;
  const { nodeId, bootId } = line.node.nodeId === room.nodeId ? room : { nodeId: line.node.nodeId, bootId: line.link.bootId ?? '' };
  const place: SeatPlace = { roomId: room.roomId, lessonId: room.lessonId, personId: seat.personId, epoch: room.epoch, nodeId, bootId };
  // The row first: whoever counts seats counts this one from now on.
  if (!await takeMediaSeat(nodes.orm, place)) return 'moved';
  if (present?.nodeId !== nodeId) line.placed.seats++;
  try {
    const taken = await sitDown(nodes, line, opened, { ...place, reserved: takesKept(seat), ...(seat.ownerId !== undefined && { ownerId: seat.ownerId }), ...(seat.role === 'observer' && { unseen: true }) });
    nodes.seats.set(seat, place);
    if (present && present.nodeId !== nodeId) leave(nodes, present);
    return taken;
  } catch (error) {
    await freeMediaSeat(nodes.orm, place);
    const code = error instanceof DomainError ? error.code : null;
    if (code === 'media_full') return 'full';
    if (code === 'media_unavailable') {
      // It may take the seat after all, when it comes to it: no row speaks for that one.
      leave(nodes, place);
      return 'late';
    }
    if (code === 'room_moved') return 'moved';
    throw error;
  }
}

async function sitDown(nodes: MediaNodes, { link }: NodeLine, { room, producers }: OpenRoom, place: SeatPlace & { reserved: boolean; ownerId?: string; unseen?: boolean }): Promise<SeatTaken> {
  const { roomId, personId, reserved, ownerId, unseen } = place;
  const peer = { roomId, peerId: personId, reserved, ...(ownerId !== undefined && { ownerId }), ...(unseen && { unseen }) };
  if (place.nodeId === room.nodeId) return link.request('peer:join', peer, patienceMs);
  const origin = nodes.lines.get(room.nodeId);
  if (!origin) throw new DomainError('media_unavailable', 'the origin is away');
  await link.request('room:open', { roomId, epoch: room.epoch, origin: { nodeId: room.nodeId, controlUrl: origin.node.controlUrl }, capture: null, reserved }, patienceMs);
  const { rtpCapabilities } = await link.request('peer:join', peer, patienceMs);
  // What the origin has is what there is; some of it may be on its way to this edge.
  return { rtpCapabilities, producers };
}

/** What was left behind at another node ends there. */
function leave(nodes: MediaNodes, { roomId, personId, ...run }: SeatPlace): void {
  nodes.lines.to(run)?.link.request('peer:leave', { roomId, peerId: personId })
    .catch((error: unknown) => nodes.log.debug({ err: error, roomId, personId, nodeId: run.nodeId }, 'former seat could not be left'));
}
