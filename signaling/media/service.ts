// Who may have which media: joining while the door is open, sending by role and stage; a peer is a person, so what
// somebody else sends or receives cannot be reached.
import type { ProducerInfo } from '#contracts/media.ts';
import type { RequestData } from '#contracts/request-table.ts';
import type { mediaRequests } from '#contracts/media.ts';
import { DomainError } from '#domain/errors.ts';
import { kindOfSource } from '#domain/media.ts';
import { isStaff } from '#domain/roles.ts';
import { mediaRefusal, produceRefusal } from '#domain/stage.ts';
import { groupNow } from '#db/queries/breakouts.ts';
import { lessonWithSession } from '#db/queries/lesson-state.ts';
import { currentVisit } from '#db/queries/stage.ts';
import type { Live, Seat, SeatContext } from '../classroom/context.ts';
import { captureOf, openMediaRoom, producerInfo } from '../classroom/media-room.ts';
import { mediaOfSeat } from '../classroom/rooms.ts';

export const placeOf = (seat: Seat) => ({ roomId: mediaOfSeat(seat).roomId, peerId: seat.personId });

/** What of the session says whether somebody may send. */
interface Sending { /** Or in a breakout group, where all talk. */ onStage: boolean; microphonesLocked: boolean }

async function requireDoorOpen(live: Live, seat: Seat): Promise<Sending> {
  const em = live.deps.orm.em.fork();
  const { lesson, session } = await lessonWithSession(em, seat.lessonId);
  const refused = mediaRefusal(lesson.status);
  if (refused) throw new DomainError(refused, `no media while the lesson is ${lesson.status}`);
  const running = session && !session.endedAt ? session : null;
  const visit = running && await currentVisit(em, running.id, seat.personId);
  const talks = Boolean(visit?.acceptedAt) || (seat.groupId != null && await groupNow(em, seat.lessonId, seat.personId) === seat.groupId);
  return { onStage: talks, microphonesLocked: running?.microphonesLocked ?? false };
}

/** Throws microphone_locked where this would open a learner's microphone and a leader has locked them. */
function requireUnlocked(seat: Seat, microphonesLocked: boolean, { source, paused }: Pick<ProducerInfo, 'source' | 'paused'>): void {
  if (microphonesLocked && seat.role === 'student' && source === 'microphone' && !paused) throw new DomainError('microphone_locked', 'microphones are locked');
}

export async function joinMedia({ live, seat }: SeatContext) {
  const { orm } = live.deps;
  const belongs = async (): Promise<boolean> => await groupNow(orm.em.fork(), seat.lessonId, seat.personId) === (seat.groupId ?? null);
  // This process may not have heard yet that the person is in another group.
  if (!await belongs()) await live.groups.follow(seat.lessonId);
  const room = mediaOfSeat(seat);
  const { rtpCapabilities, producers } = await live.media.takeSeat(seat, room, await captureOf(live, room));
  // Moved in the same moment: a seat in the room that was left must not stay.
  if (!await belongs()) {
    await live.media.leaveSeat(room.roomId, seat.personId);
    throw new DomainError('room_moved', 'this person belongs to another room by now');
  }
  // While the class is divided there may be nobody to hear: who is in their room takes part, and their time counts as before.
  if (seat.groupId || live.groups.isDivided(seat.lessonId)) live.presence.observe(seat, 'media_connected', null);
  return { rtpCapabilities, producers: producers.map(producerInfo) };
}

/** Throws forbidden, not_on_stage, microphone_locked, bad_request, and what the node refuses. */
export async function produce({ live, seat }: SeatContext, data: RequestData<typeof mediaRequests, 'media:produce'>): Promise<ProducerInfo> {
  const requireAllowed = async () => {
    const { onStage, microphonesLocked } = await requireDoorOpen(live, seat);
    const refused = produceRefusal(seat.role, data.source, onStage);
    if (refused) throw new DomainError(refused, `${data.source} is not for this ${seat.role} now`);
    requireUnlocked(seat, microphonesLocked, data);
  };
  if (kindOfSource(data.source) !== data.kind) throw new DomainError('bad_request', `${data.source} is ${kindOfSource(data.source)}`);
  await requireAllowed();
  const { producerId } = await live.media.askSeat('producer:create', { ...placeOf(seat), ...data, always: isStaff(seat.role) });
  // Somebody sent down while the producer was made must not keep it.
  await requireAllowed().catch(async (error: unknown) => {
    await live.media.askSeat('producer:close', { ...placeOf(seat), producerId });
    throw error;
  });
  return { producerId, personId: seat.personId, kind: data.kind, source: data.source, paused: data.paused };
}

const producerOf = async (live: Live, seat: Seat, producerId: string): Promise<ProducerInfo | undefined> =>
  (await openMediaRoom(live, mediaOfSeat(seat))).find((one) => one.producerId === producerId);

/** Resumes what may be heard. Throws microphone_locked. */
async function resume({ live, seat }: SeatContext, producerId: string): Promise<void> {
  const place = { ...placeOf(seat), producerId };
  const requireAllowed = async () => {
    if (seat.role !== 'student' || !(await requireDoorOpen(live, seat)).microphonesLocked) return;
    const producer = await producerOf(live, seat, producerId);
    if (!producer) throw new DomainError('producer_not_found', 'no such producer');
    requireUnlocked(seat, true, { ...producer, paused: false });
  };
  await requireAllowed();
  await live.media.askSeat('producer:resume', place);
  // Locked in the same moment it must not stay open.
  await requireAllowed().catch(async (error: unknown) => {
    await live.media.askSeat('producer:pause', place);
    throw error;
  });
}

/** Pauses or resumes one's own producer and answers how it is now. Throws microphone_locked, producer_not_found. */
export async function setPaused(context: SeatContext, producerId: string, paused: boolean): Promise<ProducerInfo> {
  const { live, seat } = context;
  if (paused) await live.media.askSeat('producer:pause', { ...placeOf(seat), producerId });
  else await resume(context, producerId);
  const producer = await producerOf(live, seat, producerId);
  if (!producer) throw new DomainError('producer_not_found', 'no such producer');
  // The origin may not have heard of it yet where the person sits at another node.
  return { ...producer, paused };
}
