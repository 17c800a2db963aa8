// What a client reports of itself (the server stores it as observed, minutes are derived later), and what it is told of its time and its class.
import Type, { type Static } from 'typebox';
import { presenceReasons } from '#domain/presence/facts.ts';
import { wallChecks } from '#domain/presence/wall.ts';
import { lessonRoles, staffRoles } from '#domain/roles.ts';
import { Closed, Empty, Nullable, OneOf, Uuid } from './shapes.ts';
import type { EventTable, RequestTable } from './request-table.ts';

const Reason = OneOf(presenceReasons);

/** Whether this learner's time counts, as the server derives it (R22, R23); moments and lengths in ms, moments by the server's clock. */
export const Credit = Closed({
  atMs: Type.Number(),
  /** Null while nothing is held: not begun, interrupted, over. Only `present` is credited. */
  reason: Nullable(Reason), sinceMs: Type.Number(),
  /** What it turns to by itself, if nobody does anything: the end of a grace. Null where nothing of the kind is near. */
  next: Nullable(Closed({ atMs: Type.Number(), reason: Reason })),
  /** The unit that runs, or that was held last. */
  unit: Nullable(Closed({ unitId: Uuid, heldMs: Type.Number(), creditedMs: Type.Number() })),
  heldMs: Type.Number(), creditedMs: Type.Number(),
});
export type Credit = Static<typeof Credit>;

export const WallRow = Closed({
  personId: Uuid, name: Type.String(), reason: Nullable(Reason), check: Nullable(OneOf(wallChecks)),
  /** Of the unit that runs, so far, ms. */
  heldMs: Type.Number(), creditedMs: Type.Number(),
  /** Below the threshold of the rule pack right now (R25). */
  below: Type.Boolean(),
});
export type WallRow = Static<typeof WallRow>;
/** `unitId`: the unit that runs or was held last; `rows` by attention: all of a small class, the first fifty of a large one. */
export const Wall = Closed({
  atMs: Type.Number(), unitId: Nullable(Uuid), belowPercent: Type.Number(), rulePack: Type.String(),
  figures: Closed({
    learners: Type.Integer(), counting: Type.Integer(), notCounting: Type.Integer(), below: Type.Integer(), asked: Type.Integer(), look: Type.Integer(), missed: Type.Integer(),
  }),
  rows: Type.Array(WallRow),
  /** When it is worth asking again, ms. */
  againMs: Type.Integer(),
});
export type Wall = Static<typeof Wall>;

export const presenceRequests = {
  /**
   * Sent on a change of visibility, and at most every 15 s while there is activity. `active`: pointer, key or touch since the last report.
   * `rttMs`: measured round trip to signaling, `playing`: the lesson's picture or sound is arriving. `firstFrameMs`, once: from the click to the first picture.
   */
  'presence:report': {
    by: lessonRoles,
    data: Closed({
      visible: Type.Boolean(), active: Type.Boolean(), playing: Type.Boolean(),
      rttMs: Type.Optional(Type.Number({ minimum: 0, maximum: 600_000 })), firstFrameMs: Type.Optional(Type.Number({ minimum: 0, maximum: 600_000 })),
    }),
    reply: Closed({ serverNowMs: Type.Number() }),
  },
  /** The class in figures and by learner, who needs attention first (R25). */
  'presence:wall': { by: staffRoles, data: Empty, reply: Wall },
} as const satisfies RequestTable;

export const presenceEvents = {
  /** Nobody touched this device for long: whoever is there says so by any touch or key before the deadline (ms, the server's clock). Asked once (R141). */
  'presence:asked': Closed({ deadlineMs: Type.Number() }),
  /** Nobody answered: the seat was given up, no time counts; the client must stop and come back at the person's wish only. */
  'seat:idle': Closed({ atMs: Type.Number() }),
  /** To one learner: after entering, and whenever it changes. Between two of these the client reckons on with `next`. */
  'presence:credit': Credit,
} as const satisfies EventTable;
