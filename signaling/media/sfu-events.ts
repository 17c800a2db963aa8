// What the sfu tells, passed on to the people it concerns. Each process tells its own: each hears the node itself.
import type { CaptureTrouble } from '#contracts/recording.ts';
import type { Live } from '../classroom/context.ts';
import { seatsOf } from '../classroom/here.ts';
import { lessonOfMediaRoom, lessonRoom, seatRoom, staffRoom } from '../classroom/rooms.ts';
import { restoreRoom, restoreRooms } from './recovery.ts';
import type { SfuListener } from './sfu-link.ts';

function tellHealth(live: Live, lessonId: string, troubles: CaptureTrouble[]): void {
  if (troubles.length > 0) live.troubles.set(lessonId, troubles);
  else live.troubles.delete(lessonId);
  live.io.local.to(staffRoom(lessonId)).emit('recording:health', { troubles });
}

/** `live` is asked for at each event, since the link is made before the classroom is. */
export function sfuListener(live: () => Live): SfuListener {
  const inLesson = (roomId: string) => live().io.local.to(lessonRoom(lessonOfMediaRoom(roomId)));
  const atSeat = (roomId: string, peerId: string) => live().io.local.to(seatRoom(lessonOfMediaRoom(roomId), peerId));
  const inBackground = (work: Promise<void>) => {
    work.catch((error: unknown) => live().deps.log.error({ err: error }, 'media could not be brought back'));
  };
  const on: SfuListener['on'] = {
    'node:load': (load) => live().deps.log.debug({ load }, 'sfu load'),
    'room:linked': () => undefined,
    'room:lost': ({ roomId, reason }) => {
      live().deps.log.warn({ roomId, reason }, 'room lost');
      inBackground(restoreRoom(live(), lessonOfMediaRoom(roomId), live().deps.now()));
    },
    'peer:lost': ({ roomId, peerId }) => void atSeat(roomId, peerId).emit('media:reset', {}),
    'producer:closed': ({ roomId, peerId, producerId, source }) =>
      void inLesson(roomId).emit('media:producerClosed', { producerId, personId: peerId, source }),
    'consumer:closed': ({ roomId, peerId, consumerId }) => void atSeat(roomId, peerId).emit('media:consumerClosed', { consumerId }),
    'producer:wanted': ({ roomId, peerId, producerId, maxSpatialLayer }) =>
      void atSeat(roomId, peerId).emit('media:wanted', { producerId, maxSpatialLayer }),
    'speaker:changed': ({ roomId, peerId }) => {
      live().speakers.set(lessonOfMediaRoom(roomId), peerId);
      inLesson(roomId).emit('media:speakerChanged', { personId: peerId });
    },
    'transport:changed': ({ roomId, peerId, direction, state }) => {
      // What somebody receives is what they were present for; what they send is in the recording.
      if (direction !== 'receive') return;
      for (const seat of seatsOf(live(), lessonOfMediaRoom(roomId), peerId)) {
        live().presence.observe(seat, state === 'connected' ? 'media_connected' : 'media_disconnected', null);
      }
    },
    'capture:health': ({ roomId, troubles }) => {
      live().deps.log[troubles.length > 0 ? 'error' : 'info']({ roomId, troubles }, 'recording in danger, or well again');
      tellHealth(live(), lessonOfMediaRoom(roomId), troubles);
    },
  };
  return { on, ready: ({ rooms }, newBoot) => {
    if (newBoot) live().speakers.clear();
    // The node tells next what is still wrong with it.
    for (const lessonId of live().troubles.keys()) tellHealth(live(), lessonId, []);
    inBackground(restoreRooms(live(), rooms.map(({ roomId }) => roomId), newBoot));
  } };
}
