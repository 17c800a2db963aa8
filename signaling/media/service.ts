// Who may have which media: joining while the door is open, sending by role and stage; a peer is a person, so what
// somebody else sends or receives cannot be reached.
import type { ProducerInfo } from '#contracts/media.ts';
import type { RequestData } from '#contracts/request-table.ts';
import type { mediaRequests } from '#contracts/media.ts';
import { DomainError } from '#domain/errors.ts';
import { kindOfSource } from '#domain/media.ts';
import { isStaff } from '#domain/roles.ts';
import { mediaRefusal, produceRefusal } from '#domain/stage.ts';
import { lessonWithSession } from '#db/queries/lesson-state.ts';
import { currentVisit } from '#db/queries/stage.ts';
import type { Live, Seat, SeatContext } from '../classroom/context.ts';
import { captureOf, openMediaRoom, producerInfo } from '../classroom/media-room.ts';
import { mediaRoomOf } from '../classroom/rooms.ts';

export const placeOf = (seat: Seat) => ({ roomId: mediaRoomOf(seat.lessonId), peerId: seat.personId });

async function requireDoorOpen(live: Live, seat: Seat): Promise<boolean> {
  const em = live.deps.orm.em.fork();
  const { lesson, session } = await lessonWithSession(em, seat.lessonId);
  const refused = mediaRefusal(lesson.status);
  if (refused) throw new DomainError(refused, `no media while the lesson is ${lesson.status}`);
  const visit = session && !session.endedAt ? await currentVisit(em, session.id, seat.personId) : null;
  return Boolean(visit?.acceptedAt);
}

export async function joinMedia({ live, seat }: SeatContext) {
  const capture = await captureOf(live, seat.lessonId);
  const { rtpCapabilities, producers } = await live.media.takeSeat(seat, mediaRoomOf(seat.lessonId), capture);
  return { rtpCapabilities, producers: producers.map(producerInfo) };
}

/** Throws forbidden, not_on_stage, bad_request, and what the node refuses. */
export async function produce({ live, seat }: SeatContext, data: RequestData<typeof mediaRequests, 'media:produce'>): Promise<ProducerInfo> {
  const requireAllowed = async () => {
    const refused = produceRefusal(seat.role, data.source, await requireDoorOpen(live, seat));
    if (refused) throw new DomainError(refused, `${data.source} is not for this ${seat.role} now`);
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

/** Pauses or resumes one's own producer and answers how it is now. */
export async function setPaused({ live, seat }: SeatContext, producerId: string, paused: boolean): Promise<ProducerInfo> {
  await live.media.askSeat(paused ? 'producer:pause' : 'producer:resume', { ...placeOf(seat), producerId });
  const producer = (await openMediaRoom(live, seat.lessonId)).find((one) => one.producerId === producerId);
  if (!producer) throw new DomainError('producer_not_found', 'no such producer');
  // The origin may not have heard of it yet where the person sits at another node.
  return { ...producer, paused };
}
