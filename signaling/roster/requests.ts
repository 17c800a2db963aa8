// roster:page: the learners of a class one page at a time, for staff who look. What is reckoned of the whole class is read once for all of them.
import type { Handlers } from '#contracts/request-table.ts';
import { rosterPerPage, type rosterRequests, type RosterRow } from '#contracts/roster.ts';
import { isBelow } from '#domain/presence/wall.ts';
import { participantsAmong } from '#db/queries/participants.ts';
import type { SeatContext } from '../classroom/context.ts';

export const rosterHandlers: Handlers<typeof rosterRequests, SeatContext> = {
  'roster:page': async ({ live, seat }, { page, search, sort }) => {
    const { wall, byName, byAttention } = await live.walls.get(seat.lessonId);
    const part = search.trim().toLowerCase();
    const found = (sort === 'name' ? byName : byAttention).filter(({ name }) => name.toLowerCase().includes(part));
    const shown = found.slice((page - 1) * rosterPerPage, page * rosterPerPage);
    const known = new Map((await participantsAmong(live.deps.orm.em.fork(), seat.lessonId, shown.map(({ personId }) => personId))).map((one) => [one.personId, one]));
    const rows = shown.flatMap((learner): RosterRow[] => {
      const participant = known.get(learner.personId);
      return participant ? [{ ...participant, reason: learner.reason, below: isBelow(learner, wall.belowPercent) }] : [];
    });
    return { atMs: wall.atMs, learners: byName.length, found: found.length, page, pages: Math.max(1, Math.ceil(found.length / rosterPerPage)), rows, againMs: wall.againMs };
  },
};
