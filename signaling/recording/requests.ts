// recording:* requests.
import type { recordingRequests } from '#contracts/recording.ts';
import type { Handlers } from '#contracts/request-table.ts';
import type { SeatContext } from '../classroom/context.ts';
import { noteLayout } from '../classroom/media-room.ts';
import { lessonRoom } from '../classroom/rooms.ts';
import { setLayout } from './service.ts';

export const recordingHandlers: Handlers<typeof recordingRequests, SeatContext> = {
  'recording:setLayout': async (context, { layout }) => {
    const { live, seat, tell } = context;
    if (await setLayout(context, layout)) {
      tell(() => live.io.to(lessonRoom(seat.lessonId)).emit('recording:layoutChanged', { layout }));
      tell(() => noteLayout(live, seat.lessonId));
    }
    return { layout };
  },
};
