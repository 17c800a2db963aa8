// What many do in the same moment, done together: entering, one's own part of the picture, whether a seat is still held.
import type { LeftReason } from '#db/entities/lesson.ts';
import { arrayOf } from '#db/queries/lesson-access.ts';
import { ownParts, type OwnPart, type WhoseOwn } from '#db/queries/own-part.ts';
import { inBatches, writesTogether } from '#runtime/batches.ts';
import type { Deps } from '../deps.ts';
import { enterTogether, type EnterAsk, type Entered } from './entering.ts';

export interface SeatRow { gone: boolean; left_reason: LeftReason | null }
export interface Gathered {
  /** Takes the seat, in the order of asking for one person; throws a refusal of one's own. */
  enter(ask: EnterAsk): Promise<Entered>;
  ownPart(who: WhoseOwn): Promise<OwnPart>;
  /** The row of a hold as it was after the question; null where there is none. */
  seatRow(connectionId: string): Promise<SeatRow | null>;
}

export function gather(deps: Pick<Deps, 'orm' | 'now'>): Gathered {
  const { orm, now } = deps;
  return {
    enter: writesTogether((asks: EnterAsk[]) => enterTogether(deps, asks), { groupOf: ({ lessonId }) => lessonId, nameOf: ({ personId }) => personId }),
    ownPart: inBatches((asked: WhoseOwn[]) => ownParts(orm.em.fork(), asked, now())),
    seatRow: inBatches(async (ids: string[]) => {
      const rows = await orm.em.fork().execute<(SeatRow & { id: string })[]>(
        'select id, left_at is not null as gone, left_reason from connection where id = any(?::uuid[])', [arrayOf([...new Set(ids)])]);
      const found = new Map(rows.map((row) => [row.id, row]));
      return ids.map((id) => found.get(id) ?? null);
    }),
  };
}
