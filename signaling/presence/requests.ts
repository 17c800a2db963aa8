// presence:* requests: what a client says of itself, stored as it was said.
import type { presenceRequests } from '#contracts/presence.ts';
import type { Handlers } from '#contracts/request-table.ts';
import { Connection } from '#db/entities/lesson.ts';
import type { SeatContext } from '../classroom/context.ts';
import { tellParticipant } from '../classroom/seats.ts';

/** Reports that change nothing are stored at most this often. */
const storeEveryMs = 5_000;

export const presenceHandlers: Handlers<typeof presenceRequests, SeatContext> = {
  'presence:report': async ({ live, seat, tell }, { visible, active, playing, rttMs }) => {
    const nowMs = live.deps.now().getTime();
    const before = seat.reported;
    const turned = before?.visible !== visible;
    const dueAgain = !before || nowMs - before.storedMs >= storeEveryMs;
    seat.reported = { visible, playing, storedMs: dueAgain ? nowMs : before.storedMs };
    if (turned) live.presence.observe(seat, visible ? 'visible' : 'hidden', null);
    if (before?.playing !== playing) live.presence.observe(seat, playing ? 'playing' : 'stalled', null);
    if (active && dueAgain) live.presence.observe(seat, 'active', null);
    if (rttMs !== undefined && dueAgain) live.presence.observe(seat, 'rtt', rttMs);
    // A seat is visible from the start: the first report that says so changes nothing.
    if (turned && !(before === undefined && visible)) {
      const changed = await live.deps.orm.em.fork().nativeUpdate(Connection, { id: seat.connectionId, visible: !visible }, { visible });
      if (changed > 0) tell(() => tellParticipant(live, seat.lessonId, seat.personId));
    }
    return { serverNowMs: live.deps.now().getTime() };
  },
};
