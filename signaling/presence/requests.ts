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
    const answers = active && Boolean(seat.askedUntilMs);
    const dueAgain = !before || nowMs - before.storedMs >= storeEveryMs;
    // Who is asked whether they are there, and when, follows from the same touches as the ledger.
    const touched = answers || (active && nowMs - (before?.touchedMs ?? 0) >= storeEveryMs);
    if (active) seat.askedUntilMs = null;
    if (touched) seat.activeMs = nowMs;
    seat.reported = { visible, playing, storedMs: dueAgain ? nowMs : before.storedMs, touchedMs: touched ? nowMs : before?.touchedMs ?? null };
    if (turned) live.presence.observe(seat, visible ? 'visible' : 'hidden', null);
    if (before?.playing !== playing) live.presence.observe(seat, playing ? 'playing' : 'stalled', null);
    if (touched) live.presence.observe(seat, 'active', null);
    if (rttMs !== undefined && dueAgain) live.presence.observe(seat, 'rtt', rttMs);
    // A seat is visible from the start: the first report that says so changes nothing.
    if (turned && !(before === undefined && visible)) {
      const changed = await live.deps.orm.em.fork().nativeUpdate(Connection, { id: seat.connectionId, visible: !visible }, { visible });
      if (changed > 0) tell(() => tellParticipant(live, seat.lessonId, seat.personId));
    }
    return { serverNowMs: live.deps.now().getTime() };
  },
  'presence:wall': async ({ live, seat }) => (await live.walls.get(seat.lessonId)).wall,
};
