// media:* requests: checked here for role and stage, done by the sfu.
import type { IceServer, mediaRequests } from '#contracts/media.ts';
import type { Handlers } from '#contracts/request-table.ts';
import type { SeatContext } from '../classroom/context.ts';
import { mediaOfSeat, peopleIn, seatRoom } from '../classroom/rooms.ts';
import { joinMedia, placeOf, produce, setPaused } from './service.ts';
import { iceServers } from '../classroom/turn.ts';

async function changePaused(context: SeatContext, producerId: string, paused: boolean): Promise<Record<never, never>> {
  const { live, seat, tell } = context;
  const producer = await setPaused(context, producerId, paused);
  tell(() => peopleIn(live, mediaOfSeat(seat)).emit('media:producerChanged', producer));
  return {};
}

/** A reply about a transport, with the way round blocked ports where there is one; each time with fresh credentials. */
function withTurn<T extends object>({ live, seat }: SeatContext, reply: T): T & { iceServers?: IceServer[] } {
  const servers = iceServers(live.deps.config, seat.personId, live.deps.now());
  return { ...reply, ...(servers && { iceServers: servers }) };
}

export const mediaHandlers: Handlers<typeof mediaRequests, SeatContext> = {
  'media:join': (context) => joinMedia(context),
  'media:createTransport': async (context, data) => withTurn(context, await context.live.media.askSeat('transport:create', { ...placeOf(context.seat), ...data })),
  'media:connectTransport': ({ live, seat }, data) => live.media.askSeat('transport:connect', { ...placeOf(seat), ...data }),
  'media:restartIce': async (context, data) => withTurn(context, await context.live.media.askSeat('transport:restartIce', { ...placeOf(context.seat), ...data })),
  'media:produce': async (context, data) => {
    const { live, seat, tell } = context;
    const producer = await produce(context, data);
    tell(() => peopleIn(live, mediaOfSeat(seat)).except(seatRoom(seat.lessonId, seat.personId)).emit('media:produced', producer));
    return { producerId: producer.producerId };
  },
  'media:pauseProducer': (context, { producerId }) => changePaused(context, producerId, true),
  'media:resumeProducer': (context, { producerId }) => changePaused(context, producerId, false),
  'media:closeProducer': ({ live, seat }, data) => live.media.askSeat('producer:close', { ...placeOf(seat), ...data }),
  'media:consume': ({ live, seat }, data) => live.media.askSeat('consumer:create', { ...placeOf(seat), ...data }),
  'media:resumeConsumer': ({ live, seat }, data) => live.media.askSeat('consumer:resume', { ...placeOf(seat), ...data }),
  'media:pauseConsumer': ({ live, seat }, data) => live.media.askSeat('consumer:pause', { ...placeOf(seat), ...data }),
  'media:preferLayer': ({ live, seat }, data) => live.media.askSeat('consumer:prefer', { ...placeOf(seat), ...data }),
};
