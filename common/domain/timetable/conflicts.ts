// What stands in the way of a lesson that is planned: the same people or the same place elsewhere at the same time. Pure; who shares learners with whom, rows say.

export const conflictKinds = ['teacher', 'assistant', 'place', 'itself', 'learners'] as const;
/** `itself`: two of the lessons that are planned together. */
export type ConflictKind = (typeof conflictKinds)[number];

/** Learners in two lessons are told and may be; staff and places only for a reason; nothing overlaps itself. */
export const weights = { teacher: 'refuses', assistant: 'refuses', place: 'refuses', itself: 'never', learners: 'warns' } as const satisfies Record<ConflictKind, 'warns' | 'refuses' | 'never'>;

/** [startMs, endMs), epoch ms; `placeId` null: online. */
export interface Slot { startMs: number; endMs: number; placeId: string | null }
/** A lesson that is planned already. */
export interface Taken extends Slot { lessonId: string; cohortId: string; staffIds: readonly string[] }
export interface Wanted { teacherIds: readonly string[]; assistantIds: readonly string[]; cohortId: string }
/** `lessonId` null: of the plan itself. `personId` of staff alone. */
export interface Conflict { kind: ConflictKind; lessonId: string | null; personId: string | null }

const overlap = (one: Slot, other: Slot, gapMs = 0): boolean => one.startMs < other.endMs + gapMs && other.startMs < one.endMs + gapMs;
/** Whoever changes places, or between a place and home, needs the way. */
const wayMs = (one: Slot, other: Slot, gapMs: number): number => (one.placeId === other.placeId ? 0 : gapMs);

/** Of one slot with lessons planned already. `sharing`: cohorts that have learners of this one, itself among them. */
export function conflictsWith(slot: Slot, wanted: Wanted, taken: readonly Taken[], { gapMs, sharing }: { gapMs: number; sharing: ReadonlySet<string> }): Conflict[] {
  return taken.flatMap((other): Conflict[] => {
    const { lessonId } = other;
    const found: Conflict[] = [];
    if (overlap(slot, other, wayMs(slot, other, gapMs))) {
      for (const personId of wanted.teacherIds) if (other.staffIds.includes(personId)) found.push({ kind: 'teacher', lessonId, personId });
      for (const personId of wanted.assistantIds) if (other.staffIds.includes(personId)) found.push({ kind: 'assistant', lessonId, personId });
    }
    if (!overlap(slot, other)) return found;
    if (slot.placeId !== null && slot.placeId === other.placeId) found.push({ kind: 'place', lessonId, personId: null });
    if (sharing.has(other.cohortId)) found.push({ kind: 'learners', lessonId, personId: null });
    return found;
  });
}

/** Indexes of slots that overlap another one of the same plan. */
export function overlappingItself(slots: readonly Slot[]): Set<number> {
  const order = slots.map((slot, index) => ({ slot, index })).sort((one, other) => one.slot.startMs - other.slot.startMs);
  const found = new Set<number>();
  let reach = order[0];
  for (const next of order.slice(1)) {
    if (reach && next.slot.startMs < reach.slot.endMs) found.add(reach.index).add(next.index);
    if (!reach || next.slot.endMs > reach.slot.endMs) reach = next;
  }
  return found;
}

/** Lessons that are planned already and have the same staff or place at the same time as another: what was overridden, or planned before this was looked at. */
export function clashing(lessons: readonly Taken[]): Set<string> {
  const order = [...lessons].sort((one, other) => one.startMs - other.startMs);
  const found = new Set<string>();
  order.forEach((one, index) => {
    for (let next = index + 1; next < order.length && order[next]!.startMs < one.endMs; next++) {
      const other = order[next]!;
      if ((one.placeId !== null && one.placeId === other.placeId) || one.staffIds.some((id) => other.staffIds.includes(id))) found.add(one.lessonId).add(other.lessonId);
    }
  });
  return found;
}
