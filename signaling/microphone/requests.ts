// microphone:* requests.
import type { microphoneRequests } from '#contracts/microphone.ts';
import type { Handlers } from '#contracts/request-table.ts';
import type { SeatContext } from '../classroom/context.ts';
import { muteMicrophonesOf } from '../classroom/media-room.ts';
import { lessonRoom, peopleIn, seatRoom } from '../classroom/rooms.ts';
import { lockMicrophones, muteOnStage } from './service.ts';

/** At the node first: nobody is heard any more when the asker has the answer, whatever their browsers do. */
async function mute({ live, seat: { lessonId }, tell }: SeatContext, personIds: readonly string[]): Promise<void> {
  const muted = await muteMicrophonesOf(live, lessonId, personIds);
  tell(() => {
    for (const { producer, room } of muted) peopleIn(live, room).emit('media:producerChanged', producer);
    for (const personId of personIds) live.io.to(seatRoom(lessonId, personId)).emit('microphone:muted', {});
  });
}

export const microphoneHandlers: Handlers<typeof microphoneRequests, SeatContext> = {
  'microphone:mute': async (context, { personId = null }) => {
    const personIds = await muteOnStage(context, personId);
    await mute(context, personIds);
    return { personIds };
  },
  'microphone:lock': async (context, { locked }) => {
    const { live, seat, tell } = context;
    const { changed, personIds } = await lockMicrophones(context, locked);
    if (changed) tell(() => live.io.to(lessonRoom(seat.lessonId)).emit('microphone:lockChanged', { locked }));
    if (locked) await mute(context, personIds);
    return { locked };
  },
};
