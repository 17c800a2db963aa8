// What a phone may ask: to see whose camera it is, and to send one picture. There is nothing else in its table.
import type { Static } from 'typebox';
import type { PhoneRequests, PhoneView } from '#contracts/companion.ts';
import type { ProducerInfo } from '#contracts/media.ts';
import { DomainError } from '#domain/errors.ts';
import type { EntityManager } from '#db/orm.ts';
import { captureOf, openMediaRoom } from '../classroom/media-room.ts';
import type { Live } from '../classroom/context.ts';
import type { Phone, PhoneSocket } from '../classroom/phones.ts';
import { classMedia, mediaRoomOf, peopleIn } from '../classroom/rooms.ts';
import { iceServers } from '../classroom/turn.ts';
import { isHeld } from './rows.ts';
import { leaveMedia } from './telling.ts';

export interface PhoneContext { live: Live; socket: PhoneSocket; phone: Phone; tell(work: () => unknown): void }
export type PhoneHandlers = {
  [K in keyof PhoneRequests]: (context: PhoneContext, data: Static<PhoneRequests[K]['data']>) => Promise<Static<PhoneRequests[K]['reply']>>;
};

const placeOf = ({ lessonId, companionId }: Phone) => ({ roomId: mediaRoomOf(lessonId), peerId: companionId });
const turnOf = ({ live, phone }: PhoneContext) => {
  const servers = iceServers(live.deps.config, phone.ownerId, live.deps.now());
  return servers ? { iceServers: servers } : {};
};

/** Throws companion_ended where the row is no longer this socket's. */
export async function requireHeld(em: EntityManager, phone: Phone): Promise<void> {
  if (!(await isHeld(em, phone))) throw new DomainError('companion_ended', 'this companion has ended or is held elsewhere');
}

/** Ended while it took something at the node: what it took goes too. */
async function whileHeld<T>({ live, phone }: PhoneContext, work: () => Promise<T>): Promise<T> {
  const done = await work();
  await requireHeld(live.deps.orm.em.fork(), phone).catch(async (error: unknown) => {
    await leaveMedia(live, phone);
    throw error;
  });
  return done;
}

async function look({ live, phone }: PhoneContext): Promise<PhoneView> {
  const [row] = await live.deps.orm.em.fork().execute<{ title: string; course: string; name: string }[]>(
    `select l.title, k.title as course, p.name from lesson l join cohort c on c.id = l.cohort_id join course k on k.id = c.course_id join person p on p.id = ? where l.id = ?`,
    [phone.ownerId, phone.lessonId]);
  if (!row) throw new DomainError('not_found', 'no such lesson');
  const producers = live.media.available ? await openMediaRoom(live, classMedia(phone.lessonId)).catch(() => []) : [];
  return {
    lessonTitle: row.title, courseTitle: row.course, teacherName: row.name,
    producers: producers.filter(({ personId, source }) => personId === phone.ownerId && source === 'documentCamera'),
  };
}

export const phoneHandlers: PhoneHandlers = {
  'companion:look': (context) => look(context),
  'media:join': (context) => whileHeld(context, async () => {
    const { live, socket, phone } = context;
    const holder = { personId: phone.companionId, role: 'teacher', ownerId: phone.ownerId } as const;
    const { rtpCapabilities } = await live.media.takeSeat(holder, classMedia(phone.lessonId), await captureOf(live, classMedia(phone.lessonId)));
    socket.data.joined = true;
    // Who else sends is not its business.
    return { rtpCapabilities, producers: [] };
  }),
  'media:createTransport': async (context, { direction }) => ({ ...await context.live.media.askSeat('transport:create', { ...placeOf(context.phone), direction }), ...turnOf(context) }),
  'media:connectTransport': ({ live, phone }, data) => live.media.askSeat('transport:connect', { ...placeOf(phone), ...data }),
  'media:restartIce': async (context, data) => ({ ...await context.live.media.askSeat('transport:restartIce', { ...placeOf(context.phone), ...data }), ...turnOf(context) }),
  'media:produce': (context, data) => whileHeld(context, async () => {
    const { live, phone, tell } = context;
    const { producerId } = await live.media.askSeat('producer:create', { ...placeOf(phone), ...data });
    const producer: ProducerInfo = { producerId, personId: phone.ownerId, kind: data.kind, source: data.source, paused: data.paused };
    tell(() => peopleIn(live, classMedia(phone.lessonId)).emit('media:produced', producer));
    return { producerId };
  }),
  'media:closeProducer': ({ live, phone }, data) => live.media.askSeat('producer:close', { ...placeOf(phone), ...data }),
};
