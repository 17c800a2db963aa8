// The door of a lesson: who comes in, who waits to be let in, and who stays out.
import type { ErrorCode } from './errors.ts';

/** `open`: every enrolled learner comes in. `lobby`: whoever is new waits to be let in. `locked`: nobody new comes in. Staff and observers always do. */
export const doorStates = ['open', 'lobby', 'locked'] as const;
export type DoorState = (typeof doorStates)[number];

/** Why somebody was taken out of a lesson. `other` needs words of its own. */
export const removalReasons = ['disturbing', 'not_taking_part', 'wrong_person', 'other'] as const;
export type RemovalReason = (typeof removalReasons)[number];

export interface AtDoor {
  door: DoorState;
  /** Had a seat in this lesson before, however it ended: a lost line never costs the seat. */
  wasIn: boolean;
  /** Staff let them in while they waited. */
  letIn: boolean;
  /** Was taken out, and nobody took that back. */
  removed: boolean;
  /** Asks to be let in again. */
  knocks: boolean;
}
export const doorAnswers = ['in', 'waits', 'locked', 'removed'] as const;
export type DoorAnswer = (typeof doorAnswers)[number];

/** What a learner who may learn here finds at the door. Whoever was taken out waits for staff, whatever the door. */
export function answerAtDoor({ door, wasIn, letIn, removed, knocks }: AtDoor): DoorAnswer {
  if (removed) return knocks ? 'waits' : 'removed';
  if (door === 'open' || wasIn || letIn) return 'in';
  return door === 'lobby' ? 'waits' : 'locked';
}

/** How whoever does not come in is refused; `door_waiting` is no end: `door:answered` says when to ask again. */
export const doorRefusals = { waits: 'door_waiting', locked: 'door_locked', removed: 'removed_from_lesson' } as const satisfies Record<Exclude<DoorAnswer, 'in'>, ErrorCode>;
