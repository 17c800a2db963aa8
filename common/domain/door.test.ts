// The door in all its states: who was in comes back, who was taken out does not by themselves, and only who is new finds lobby or lock.
import { expect, test } from 'vitest';
import { answerAtDoor, doorStates, type AtDoor } from './door.ts';

const stranger: AtDoor = { door: 'open', wasIn: false, letIn: false, removed: false, knocks: false };
const answers = (who: Partial<AtDoor>) => doorStates.map((door) => answerAtDoor({ ...stranger, ...who, door }));

test('somebody new', () => expect(answers({})).toEqual(['in', 'waits', 'locked']));
test('knocking opens nothing for who was not taken out', () => expect(answers({ knocks: true })).toEqual(['in', 'waits', 'locked']));
test('who was in comes back through every door', () => expect(answers({ wasIn: true })).toEqual(['in', 'in', 'in']));
test('who was let in comes in, also when the door was locked meanwhile', () => expect(answers({ letIn: true })).toEqual(['in', 'in', 'in']));
test('who was taken out stays out, also of an open door', () => expect(answers({ removed: true, wasIn: true, letIn: true })).toEqual(['removed', 'removed', 'removed']));
test('who was taken out and knocks waits', () => expect(answers({ removed: true, wasIn: true, knocks: true })).toEqual(['waits', 'waits', 'waits']));
