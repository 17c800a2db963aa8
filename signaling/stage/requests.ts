// stage:* requests.
import type { stageRequests } from '#contracts/hand.ts';
import type { Handlers } from '#contracts/request-table.ts';
import type { SeatContext } from '../classroom/context.ts';
import { tellHands } from '../classroom/hands.ts';
import { closeProducersOf, noteInRecording } from '../classroom/media-room.ts';
import { lessonRoom, seatRoom, staffRoom } from '../classroom/rooms.ts';
import { tellParticipant } from '../classroom/seats.ts';
import { answerInvitation, invite, leave, type StageAfter } from './service.ts';

async function tellStage({ live, seat }: SeatContext, personId: string, { personIds }: StageAfter): Promise<void> {
  live.io.to(lessonRoom(seat.lessonId)).emit('stage:changed', { personIds });
  await tellHands(live, seat.lessonId);
  await tellParticipant(live, seat.lessonId, personId, true);
}

export const stageHandlers: Handlers<typeof stageRequests, SeatContext> = {
  'stage:invite': async (context, { personId }) => {
    const { live, seat, tell } = context;
    await invite(context, personId);
    tell(() => live.io.to(seatRoom(seat.lessonId, personId)).emit('stage:invited', { by: seat.name }));
    return {};
  },
  'stage:answer': async (context, { accept }) => {
    const { live, seat, tell } = context;
    const after = await answerInvitation(context, accept);
    if (!after.changed) return {};
    tell(() => tellStage(context, seat.personId, after));
    tell(() => (accept
      ? noteInRecording(live, seat.lessonId, 'stage:entered', { personId: seat.personId })
      : live.io.to(staffRoom(seat.lessonId)).emit('stage:declined', { personId: seat.personId, name: seat.name })));
    return {};
  },
  'stage:leave': async (context, { personId = context.seat.personId }) => {
    const { live, seat, tell } = context;
    const after = await leave(context, personId);
    if (!after.changed) return {};
    // The stage is left when nothing is sent any more, not when the browser gets to it.
    await closeProducersOf(live, seat.lessonId, personId);
    tell(() => tellStage(context, personId, after));
    tell(() => noteInRecording(live, seat.lessonId, 'stage:left', { personId }));
    return {};
  },
};
