// Steps of inspections as facts: in the stream of each institution once it may know; before that in the stream of whoever began it, so that nothing gives away what was not announced.
import { appendEvents, type EntityManager, type NewEvent } from '#db/orm.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { seenByOffice, type InspectionState } from '#domain/inspection/inspection.ts';
import type { ReplyKind } from '#domain/inspection/finding.ts';

export interface Told { id: string; institutionIds: readonly string[]; announced: boolean; state: InspectionState; drawn: boolean; madeBy: string }
export type InspectionStep = 'sealed' | 'drawn' | 'found' | 'handed' | 'closed' | ReplyKind;

/** `share`: what of it is each institution's, or all of theirs. Words go in as hashes only. */
export async function tellInspection(em: EntityManager, personId: string, told: Told, step: InspectionStep, at: Date, payload: Record<string, unknown>, share: (institutionIds: readonly string[]) => Record<string, unknown> = () => ({})): Promise<void> {
  const whole = { type: `inspection:${step}`, at, payload: { inspectionId: told.id, ...payload } };
  const events: NewEvent[] = seenByOffice(told)
    ? told.institutionIds.map((id) => ({ ...whole, payload: { ...whole.payload, ...share([id]) }, actor: actorFor(personId, id), stream: `institution:${id}` }))
    : [{ ...whole, payload: { ...whole.payload, ...share(told.institutionIds) }, actor: actorFor(personId, null), stream: `person:${told.madeBy}` }];
  await appendEvents(em, events);
}
