// What a person in the classroom is called.
import type { ClassroomState } from './classroom-state.ts';

export function nameOf(state: ClassroomState, personId: string): string {
  const known = state.participants.find((one) => one.personId === personId)
    ?? state.lesson.teachers.find((one) => one.personId === personId)
    ?? state.hands.find((one) => one.personId === personId)
    ?? state.breakout?.groups.flatMap(({ members, visitors }) => [...members, ...visitors]).find((one) => one.personId === personId)
    ?? (state.lead?.personId === personId ? state.lead : undefined);
  return known?.name ?? '';
}
