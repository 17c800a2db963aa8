// The phones' own namespace: who may come in is judged in the handshake, what is asked goes by one short table, and a phone that is lost is told of.
import { DomainError, type ErrorCode } from '#domain/errors.ts';
import { PhoneHandshake, phoneRequests, type PhoneRequests } from '#contracts/companion.ts';
import { withinInstitutions } from '#db/tenancy.ts';
import { sentChecker } from '#runtime/answer.ts';
import type { Live } from '../classroom/context.ts';
import { answerPackets } from '../classroom/dispatch.ts';
import { phoneLineRoom, phoneRoom, phonesOf, type PhoneSocket } from '../classroom/phones.ts';
import { refusal, sameHost } from '../classroom/socket-server.ts';
import { phoneHandlers, requireHeld, type PhoneContext } from './phone-requests.ts';
import { admitPhone, letGo } from './rows.ts';
import { tellOwner } from './telling.ts';

type Bound = (context: PhoneContext, data: unknown) => Promise<unknown>;
const checkHandshake = sentChecker(PhoneHandshake);

function bind<K extends keyof PhoneRequests>(name: K): Bound {
  const check = sentChecker<PhoneRequests[K]['data']>(phoneRequests[name].data);
  return async (context, data) => {
    const checked = check(data);
    return withinInstitutions([context.phone.institutionId], async () => {
      await requireHeld(context.live.deps.orm.em.fork(), context.phone);
      return phoneHandlers[name](context, checked);
    });
  };
}
const bound: ReadonlyMap<string, Bound> = new Map((Object.keys(phoneRequests) as (keyof PhoneRequests)[]).map((name) => [name, bind(name)]));

function codeOf(live: Live, error: unknown): ErrorCode {
  if (error instanceof DomainError) return error.code;
  live.deps.log.error({ err: error }, 'handshake of a phone failed');
  return 'internal';
}

async function admit(live: Live, socket: PhoneSocket): Promise<void> {
  if (!sameHost(socket.request)) throw new DomainError('forbidden', 'a page of another host');
  Object.assign(socket.data, await admitPhone(live.deps.orm, checkHandshake(socket.handshake.auth), live.deps.now()));
  socket.data.joined = false;
  // Its secrets are not needed any more.
  Object.assign(socket.handshake, { auth: {}, headers: {}, query: {} });
}

function listen(live: Live, socket: PhoneSocket): void {
  const { phone } = socket.data;
  answerPackets(socket, {
    log: live.deps.log, ids: { socketId: socket.id, companionId: phone.companionId }, inFlight: live.inFlight,
    handle: async (name, data, tell) => {
      const handle = bound.get(name);
      if (!handle) throw new DomainError('bad_request', 'no such request');
      return handle({ live, socket, phone, tell }, data);
    },
  });
}

async function welcome(live: Live, socket: PhoneSocket): Promise<void> {
  const { phone, replaced } = socket.data;
  await socket.join([phoneRoom(phone.companionId), phoneLineRoom(phone.connectionId)]);
  if (replaced) {
    // The same phone in another tab, or a line of it that nobody has missed yet; in whatever process.
    const before = phonesOf(live).in(phoneLineRoom(replaced));
    before.emit('companion:ended', { reason: 'other_page' });
    before.disconnectSockets(true);
  }
  live.deps.log.info({ companionId: phone.companionId, lessonId: phone.lessonId, personId: phone.ownerId }, 'companion connected');
  await tellOwner(live, phone.lessonId, phone.ownerId);
}

async function lose(live: Live, socket: PhoneSocket): Promise<void> {
  const { phone } = socket.data;
  if (await letGo(live.deps.orm, phone, live.deps.now())) await tellOwner(live, phone.lessonId, phone.ownerId);
}

export interface Phones { close(): Promise<void> }

export function openPhones(live: Live): Phones {
  const phones = phonesOf(live);
  const writing = new Set<Promise<void>>();
  const work = (done: Promise<void>): void => {
    const watched: Promise<void> = done.catch((error: unknown) => live.deps.log.error({ err: error }, 'a phone could not be followed')).finally(() => writing.delete(watched));
    writing.add(watched);
  };
  phones.use((socket, next) => { admit(live, socket).then(() => next(), (error: unknown) => next(refusal(codeOf(live, error)))); });
  phones.on('connection', (socket) => {
    listen(live, socket);
    socket.on('disconnect', () => work(lose(live, socket)));
    work(welcome(live, socket));
  });
  return {
    close: async () => {
      phones.local.disconnectSockets(true);
      await Promise.all(writing);
    },
  };
}
