// What was observed of learners in lessons, as the ledger wants it: seven reads however large the class and however many the lessons, and six more where somebody was in two at once.
import type { LearnerFacts } from '#domain/presence/facts.ts';
import type { EntityManager } from '../orm.ts';
import { elsewhereOf } from './elsewhere.ts';
import { observedAmong, type Among as Observed } from './observed-facts.ts';

/** `nowMs` bounds what still runs in another lesson. */
export interface Among extends Observed { nowMs: number }

/** Of these people in these lessons, with what of it counts in another lesson. Who was never seen has no facts. */
export async function factsAmong(em: EntityManager, among: Among): Promise<(lessonId: string, personId: string) => LearnerFacts> {
  const observed = await observedAmong(em, among);
  const elsewhere = await elsewhereOf(em, among, observed, among.nowMs);
  return (lessonId, personId) => {
    const facts = observed(lessonId, personId);
    const spans = elsewhere(lessonId, personId);
    return spans.length > 0 ? { ...facts, elsewhere: spans } : facts;
  };
}

/** Learners whose facts are in memory at a time: a class of 20,000 takes no more room than one of so many. */
const batchSize = 500;
export interface Batch { personIds: string[]; facts: (personId: string) => LearnerFacts }
/** Of these people in one lesson, in their order, batch by batch. */
export async function* factsInBatches(em: EntityManager, lessonId: string, personIds: readonly string[], nowMs: number): AsyncGenerator<Batch> {
  for (let from = 0; from < personIds.length; from += batchSize) {
    const some = personIds.slice(from, from + batchSize);
    const facts = await factsAmong(em, { lessonIds: [lessonId], personIds: some, nowMs });
    yield { personIds: some, facts: (personId) => facts(lessonId, personId) };
  }
}

/** Of everybody in a lesson (null), or of one person. */
export async function presenceFacts(em: EntityManager, lessonId: string, personId: string | null, nowMs: number): Promise<(personId: string) => LearnerFacts> {
  const facts = await factsAmong(em, { lessonIds: [lessonId], personIds: personId === null ? null : [personId], nowMs });
  return (person) => facts(lessonId, person);
}
