// What follows from a change of a companion: its owner hears of it, an ended one leaves.
import type { CompanionEnd } from '#domain/companion.ts';
import type { Live } from '../classroom/context.ts';
import { phoneRoom, phonesOf } from '../classroom/phones.ts';
import { mediaRoomOf, seatRoom } from '../classroom/rooms.ts';
import { ownCompanion, type Companioned } from './rows.ts';

/** As the rows are now, on whatever device the owner is. */
export async function tellOwner(live: Live, lessonId: string, ownerId: string): Promise<void> {
  const companion = await ownCompanion(live.deps.orm.em.fork(), lessonId, ownerId, live.deps.now());
  live.io.to(seatRoom(lessonId, ownerId)).emit('companion:changed', { companion });
}

/** What it sends ends with its media seat. */
export async function leaveMedia(live: Live, { companionId, lessonId }: Companioned): Promise<void> {
  await live.media.leaveSeat(mediaRoomOf(lessonId), companionId)
    .catch((error: unknown) => live.deps.log.debug({ err: error, lessonId, companionId }, 'companion was gone already'));
}

/** The phones of what was ended are told so, and cannot come back. */
export async function sendAway(live: Live, ended: readonly Companioned[], reason: CompanionEnd): Promise<void> {
  for (const one of ended) {
    const phone = phonesOf(live).in(phoneRoom(one.companionId));
    phone.emit('companion:ended', { reason });
    phone.disconnectSockets(true);
    await leaveMedia(live, one);
    live.deps.log.info({ companionId: one.companionId, lessonId: one.lessonId, personId: one.ownerId, reason }, 'companion ended');
  }
}
