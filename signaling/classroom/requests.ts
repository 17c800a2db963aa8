// lesson:* requests: entering and leaving a seat, starting, ending, taking over, the roster.
import type { Handlers, RequestData } from '#contracts/request-table.ts';
import type { lessonRequests, LessonSnapshot } from '#contracts/lesson.ts';
import { DomainError } from '#domain/errors.ts';
import { isStaff } from '#domain/roles.ts';
import { lessonState } from '#db/queries/lesson-state.ts';
import { participantsOf } from '#db/queries/participants.ts';
import type { DoorContext, DoorHandlers, Live, Seat, SeatContext, ClassroomSocket } from './context.ts';
import { isLarge } from './audience.ts';
import { sayWhyRemoved, tellDoor } from './door.ts';
import { afterEnd, endLesson } from './ending.ts';
import type { Entered } from './entering.ts';
import { leaveGroups, placeSeat } from './groups.ts';
import { takeOver, tellLead } from './lead.ts';
import { noteInRecording, noteLayout, openMediaRoom } from './media-room.ts';
import { classMedia, connectionRoom, lessonRoom, observerRoom, seatRoom, staffRoom } from './rooms.ts';
import { closeSeat, giveUp, newConnectionId, tellParticipant } from './seats.ts';
import { snapshot } from './snapshot.ts';
import { startLesson } from './starting.ts';

type EnterData = RequestData<typeof lessonRequests, 'lesson:enter'>;

const roomsOf = (seat: Seat): string[] => [
  lessonRoom(seat.lessonId), seatRoom(seat.lessonId, seat.personId), ...(isStaff(seat.role) ? [staffRoom(seat.lessonId)] : []), ...(seat.role === 'observer' ? [observerRoom(seat.lessonId)] : []),
];

async function leaveRooms(socket: ClassroomSocket, seat: Seat): Promise<void> {
  for (const room of [...roomsOf(seat), connectionRoom(seat.connectionId)]) await socket.leave(room);
  await leaveGroups(socket, seat);
}

async function tellEntered(live: Live, { seat, replaced, opened, leadBack }: Entered): Promise<void> {
  if (replaced) {
    // Reaches the old socket in whatever process it lives.
    const old = live.io.in(connectionRoom(replaced.connectionId));
    if (replaced.otherDevice) old.emit('seat:taken', { atMs: live.deps.now().getTime() });
    old.disconnectSockets(true);
  }
  if (opened) live.io.to(lessonRoom(seat.lessonId)).emit('lesson:changed', await lessonState(live.deps.orm.em.fork(), seat.lessonId));
  await tellParticipant(live, seat.lessonId, seat.personId);
  live.credit.changed(seat);
  if (leadBack) await tellLead(live, seat.lessonId);
}

/** Ends a hold; hand, stage and media are given up at once, but kept for a while after a cut. */
async function endHold(live: Live, seat: Seat, reason: 'left' | 'cut' | 'idle'): Promise<void> {
  if (!(await closeSeat(live, seat, reason, live.deps.now()))) return;
  if (reason !== 'cut') await giveUp(live, seat);
  await tellParticipant(live, seat.lessonId, seat.personId, reason !== 'cut');
}

/** The same for the seat this socket has. */
export async function leaveSeat(live: Live, socket: ClassroomSocket, reason: 'left' | 'cut' | 'idle'): Promise<void> {
  const seat = socket.data.seat;
  if (!seat) return;
  socket.data.seat = null;
  await leaveRooms(socket, seat);
  await endHold(live, seat, reason);
}

/** The socket has this seat now, and none it had before. */
async function changeSeat(live: Live, socket: ClassroomSocket, seat: Seat): Promise<void> {
  const before = socket.data.seat;
  socket.data.seat = seat;
  if (before) await leaveRooms(socket, before);
  if (socket.connected) await socket.join(roomsOf(seat));
  // Whoever is refused at another door keeps the seat they have: it is left when the new one is theirs. A lease ends what cannot be written.
  if (before && before.lessonId !== seat.lessonId) {
    await endHold(live, before, 'left').catch((error: unknown) => live.deps.log.error({ err: error, connectionId: before.connectionId }, 'a seat could not be left'));
  }
}

/** Whoever waits is called by this socket when the answer is another one; whoever was taken out is told why. */
async function stayAtDoor({ live, socket, tell }: DoorContext, lessonId: string, error: unknown): Promise<void> {
  if (!(error instanceof DomainError)) return;
  if (error.code === 'removed_from_lesson') await sayWhyRemoved(live, socket, lessonId);
  if (error.code !== 'door_waiting') return;
  socket.data.atDoor = { lessonId, fresh: true };
  // Of a crowd at the door staff hear once a second.
  if (!isLarge(live, lessonId)) tell(() => tellDoor(live, lessonId));
}

async function enterNow(context: DoorContext, { lessonId, deviceId, knock = false }: EnterData): Promise<LessonSnapshot> {
  const { live, socket, personId, tell } = context;
  if (!socket.connected) throw new DomainError('not_entered', 'gone before entering');
  const connectionId = newConnectionId(live.deps.now());
  // Joined before the row exists, so that whoever takes this seat over next cannot miss this socket.
  await socket.join(connectionRoom(connectionId));
  const entered = await live.gathered.enter({ lessonId, deviceId, personId, connectionId, knock, reads: socket.data.onlyOversees }).catch(async (error: unknown) => {
    await socket.leave(connectionRoom(connectionId));
    await stayAtDoor(context, lessonId, error);
    throw error;
  });
  const gone = !socket.connected;
  await changeSeat(live, socket, entered.seat);
  // Gone while it was written: nobody else will close it.
  if (gone) await leaveSeat(live, socket, 'cut');
  live.deps.log.info({ lessonId, personId, connectionId, role: entered.seat.role }, 'seat taken');
  tell(() => tellEntered(live, entered));
  const shown = await snapshot(live, entered.seat);
  await placeSeat(socket, entered.seat, shown.breakout?.ownGroupId ?? null);
  // Moved while it was read: the rows have the last word.
  if (shown.breakout) tell(() => live.groups.follow(lessonId));
  return shown;
}

export const doorHandlers: DoorHandlers = {
  'lesson:enter': async (context, data) => {
    const { live, socket, personId } = context;
    socket.data.waitsFor = data.lessonId;
    socket.data.atDoor = null;
    const done = await live.admission.turn({ lessonId: data.lessonId, personId, socketId: socket.id }, (queued) => void socket.emit('lesson:queued', queued));
    try {
      return await enterNow(context, data);
    } finally {
      done();
    }
  },
};

async function tellStarted(live: Live, lessonId: string): Promise<void> {
  live.io.to(lessonRoom(lessonId)).emit('lesson:changed', await lessonState(live.deps.orm.em.fork(), lessonId));
  await tellLead(live, lessonId);
  await openMediaRoom(live, classMedia(lessonId)).catch((error: unknown) => live.deps.log.warn({ err: error, lessonId }, 'no media at the start'));
  await noteInRecording(live, lessonId, 'lesson:started', { lessonId });
  await noteLayout(live, lessonId);
}

export const lessonHandlers: Omit<Handlers<typeof lessonRequests, SeatContext>, 'lesson:enter'> = {
  'lesson:snapshot': ({ live, seat }) => snapshot(live, seat),
  'lesson:leave': async ({ live, socket }) => {
    await leaveSeat(live, socket, 'left');
    return {};
  },
  'lesson:start': async ({ live, seat, tell }) => {
    const { state, started } = await startLesson(live, seat);
    if (started) tell(() => tellStarted(live, seat.lessonId));
    return state;
  },
  'lesson:end': async ({ live, seat, actor, tell }) => {
    const ended = await endLesson(live, actor, { lessonId: seat.lessonId, at: live.deps.now(), reason: 'teacher' });
    tell(() => afterEnd(live, seat.lessonId, ended));
    return ended.state;
  },
  'lesson:takeOver': async ({ live, seat, tell }) => {
    if (await takeOver(live, seat)) tell(() => tellLead(live, seat.lessonId));
    return {};
  },
  'lesson:roster': async ({ live, seat }) => ({ participants: await participantsOf(live.deps.orm.em.fork(), seat.lessonId) }),
};
