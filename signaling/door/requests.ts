// door:* requests.
import type { doorRequests, DoorView } from '#contracts/door.ts';
import type { Handlers, RequestData } from '#contracts/request-table.ts';
import type { SeatContext } from '../classroom/context.ts';
import { tellDoor } from '../classroom/door.ts';
import { connectionRoom } from '../classroom/rooms.ts';
import { giveUp, tellParticipant } from '../classroom/seats.ts';
import { admit, removeLearner, setDoor, viewOf, type Removed } from './service.ts';

/** Everybody of the staff sees the door as it is now, the asker by the answer too. */
async function answered(context: SeatContext): Promise<DoorView> {
  const { live, seat, tell } = context;
  tell(() => tellDoor(live, seat.lessonId));
  return viewOf(context);
}

async function tellRemoved({ live, seat: { lessonId } }: SeatContext, { personId, connectionId, at }: Removed, { reason, note }: RequestData<typeof doorRequests, 'door:remove'>): Promise<void> {
  if (connectionId) {
    // Reaches the socket in whatever process it lives.
    const out = live.io.in(connectionRoom(connectionId));
    out.emit('seat:removed', { reason, note: note.trim(), atMs: at.getTime() });
    out.disconnectSockets(true);
  }
  await tellParticipant(live, lessonId, personId, true);
}

export const doorHandlers: Handlers<typeof doorRequests, SeatContext> = {
  'door:set': async (context, { door }) => {
    await setDoor(context, door);
    return answered(context);
  },
  'door:admit': async (context, { personId = null }) => {
    await admit(context, personId);
    return answered(context);
  },
  'door:remove': async (context, data) => {
    const { live, seat: { lessonId, institutionId }, tell } = context;
    const removed = await removeLearner(context, data);
    // Out means nothing is heard and sent any more, not when the browser gets to it.
    if (removed) await giveUp(live, { lessonId, institutionId, personId: removed.personId });
    if (removed) tell(() => tellRemoved(context, removed, data));
    return answered(context);
  },
};
