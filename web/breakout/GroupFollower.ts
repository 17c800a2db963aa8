// What a learner's own devices do when the class is divided and comes together again.
import type { ClassroomState } from '../classroom/classroom-state.ts';

interface Own { publishing: boolean; stopAll(): Promise<void>; tell(key: string): void }

export class GroupFollower {
  #groupId: string | null = null;

  /** Media go to a group. */
  get grouped(): boolean { return this.#groupId !== null; }

  /** In a group all may talk, and no device is opened by itself; back in the class a learner is seen no more. */
  follow({ breakout, me }: ClassroomState, own: Own): void {
    const groupId = breakout?.ownGroupId ?? null;
    if (groupId === this.#groupId) return;
    this.#groupId = groupId;
    if (me.role !== 'student') return;
    if (groupId === null && !own.publishing) void own.stopAll();
    own.tell(groupId === null ? 'breakout.back' : 'breakout.inGroup');
  }
}
