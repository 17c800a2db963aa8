// Microphones of learners on stage: muted by a leader, and locked for as long as a leader wants.
import Type from 'typebox';
import { leadingRoles } from '#domain/roles.ts';
import { Closed, Empty, Uuid } from './shapes.ts';
import type { EventTable, RequestTable } from './request-table.ts';

export const microphoneRequests = {
  /** Mutes one learner on stage, or all; they may speak again by themselves unless microphones are locked. Staff are never muted. Errors: not_on_stage, lesson_not_live. */
  'microphone:mute': { by: leadingRoles, data: Closed({ personId: Type.Optional(Uuid) }), reply: Closed({ personIds: Type.Array(Uuid) }) },
  /** Locked: all on stage are muted now, and no learner's microphone opens until it is taken back. Errors: lesson_not_live. */
  'microphone:lock': { by: leadingRoles, data: Closed({ locked: Type.Boolean() }), reply: Closed({ locked: Type.Boolean() }) },
} as const satisfies RequestTable;

export const microphoneEvents = {
  /** To whoever was muted: the client mutes its own microphone too. */
  'microphone:muted': Empty,
  'microphone:lockChanged': Closed({ locked: Type.Boolean() }),
} as const satisfies EventTable;
