// Keeps where somebody is in a film: every 5 s while it moves, at a pause, and when the page is left.
import { rest, restLast, RestError } from '../rest.ts';

const everyMs = 5000;

export interface PositionKeeper {
  /** Called as often as the film likes. */
  at(positionMs: number): void;
  /** Sends what is not sent yet; `leaving` also works while the page closes. */
  flush(leaving?: boolean): void;
}

export function createPositionKeeper(unitId: string, first: number, now: () => number = Date.now): PositionKeeper {
  let position = Math.round(first);
  let sent = position;
  let sentAt = now();

  function flush(leaving = false) {
    if (position === sent) return;
    sent = position;
    sentAt = now();
    const call = { params: { unitId }, body: { positionMs: position } };
    if (leaving) { restLast('PUT /api/units/:unitId/position', call); return; }
    rest('PUT /api/units/:unitId/position', call).catch((error: unknown) => {
      // The next one carries it: a lost position is never shown as a failure of the film.
      if (!(error instanceof RestError)) throw error;
      sent = -1;
    });
  }
  return {
    at(positionMs) {
      position = Math.max(0, Math.round(positionMs));
      if (now() - sentAt >= everyMs) flush();
    },
    flush,
  };
}
