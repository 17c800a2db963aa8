// lesson:* requests: entering and leaving a seat, starting, ending, taking over, the roster.
import type { Handlers, RequestData } from '#contracts/request-table.ts';
import type { lessonRequests, LessonSnapshot } from '#contracts/lesson.ts';
import { DomainError } from '#domain/errors.ts';
import { isStaff } from '#domain/roles.ts';
import { lessonState } from '#db/queries/lesson-state.ts';
import { participantsOf } from '#db/queries/participants.ts';
import type { DoorContext, DoorHandlers, Live, Seat, SeatContext, ClassroomSocket } from './context.ts';
import { afterEnd, endLesson } from './ending.ts';
import { enter, type Entered } from './entering.ts';
import { takeOver, tellLead } from './lead.ts';
import { noteInRecording, noteLayout, openMediaRoom } from './media-room.ts';
import { connectionRoom, lessonRoom, seatRoom, staffRoom } from './rooms.ts';
import { closeSeat, giveUp, newConnectionId, tellParticipant } from './seats.ts';
import { snapshot } from './snapshot.ts';
import { startLesson } from './starting.ts';

type EnterData = RequestData<typeof lessonRequests, 'lesson:enter'>;

const roomsOf = (seat: Seat): string[] => [
  lessonRoom(seat.lessonId), seatRoom(seat.lessonId, seat.personId), ...(isStaff(seat.role) ? [staffRoom(seat.lessonId)] : []),
];

/** The socket no longer holds a seat; the row is closed by the caller. */
async function dropSeat(socket: ClassroomSocket, seat: Seat): Promise<void> {
  socket.data.seat = null;
  for (const room of [...roomsOf(seat), connectionRoom(seat.connectionId)]) await socket.leave(room);
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
  if (leadBack) await tellLead(live, seat.lessonId);
}

/** Ends this socket's hold; `left` gives up hand, stage and media at once, a cut keeps them for a while. */
export async function leaveSeat(live: Live, socket: ClassroomSocket, reason: 'left' | 'cut', at: Date): Promise<void> {
  const seat = socket.data.seat;
  if (!seat) return;
  await dropSeat(socket, seat);
  if (!(await closeSeat(live, seat, reason, at))) return;
  if (reason === 'left') await giveUp(live, seat);
  await tellParticipant(live, seat.lessonId, seat.personId, reason === 'left');
}

async function enterNow(context: DoorContext, { lessonId, deviceId }: EnterData): Promise<LessonSnapshot> {
  const { live, socket, personId, tell } = context;
  if (!socket.connected) throw new DomainError('not_entered', 'gone before entering');
  await leaveSeatOfOtherLesson(live, socket, lessonId);
  const connectionId = newConnectionId(live.deps.now());
  // Joined before the row exists, so that whoever takes this seat over next cannot miss this socket.
  await socket.join(connectionRoom(connectionId));
  const before = socket.data.seat;
  const entered = await enter(live, { lessonId, deviceId, personId, connectionId }).catch(async (error: unknown) => {
    await socket.leave(connectionRoom(connectionId));
    throw error;
  });
  if (before) await dropSeat(socket, before);
  socket.data.seat = entered.seat;
  await socket.join(roomsOf(entered.seat));
  if (!socket.connected) await leaveSeat(live, socket, 'cut', live.deps.now());
  live.deps.log.info({ lessonId, personId, connectionId, role: entered.seat.role }, 'seat taken');
  tell(() => tellEntered(live, entered));
  return snapshot(live, entered.seat);
}

export const doorHandlers: DoorHandlers = {
  'lesson:enter': async (context, data) => {
    const { live, socket, personId } = context;
    socket.data.waitsFor = data.lessonId;
    const done = await live.admission.turn({ lessonId: data.lessonId, personId, socketId: socket.id }, (queued) => void socket.emit('lesson:queued', queued));
    try {
      return await enterNow(context, data);
    } finally {
      done();
    }
  },
};

async function leaveSeatOfOtherLesson(live: Live, socket: ClassroomSocket, lessonId: string): Promise<void> {
  if (socket.data.seat && socket.data.seat.lessonId !== lessonId) await leaveSeat(live, socket, 'left', live.deps.now());
}

async function tellStarted(live: Live, lessonId: string): Promise<void> {
  live.io.to(lessonRoom(lessonId)).emit('lesson:changed', await lessonState(live.deps.orm.em.fork(), lessonId));
  await tellLead(live, lessonId);
  await openMediaRoom(live, lessonId).catch((error: unknown) => live.deps.log.warn({ err: error, lessonId }, 'no media at the start'));
  await noteInRecording(live, lessonId, 'lesson:started', { lessonId });
  await noteLayout(live, lessonId);
}

export const lessonHandlers: Omit<Handlers<typeof lessonRequests, SeatContext>, 'lesson:enter'> = {
  'lesson:snapshot': ({ live, seat }) => snapshot(live, seat),
  'lesson:leave': async ({ live, socket }) => {
    await leaveSeat(live, socket, 'left', live.deps.now());
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
