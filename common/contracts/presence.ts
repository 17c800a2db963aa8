// What a client reports of itself; the server stores it as observed, minutes are derived later.
import Type from 'typebox';
import { lessonRoles } from '#domain/roles.ts';
import { Closed } from './shapes.ts';
import type { RequestTable } from './request-table.ts';

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
} as const satisfies RequestTable;
