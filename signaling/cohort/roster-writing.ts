// Learners of a roster as rows: people and sealed identities of those nobody knew, memberships, enrolments and their facts, in batches within the caller's transaction.
import { Identity } from '#db/entities/identity.ts';
import { Person } from '#db/entities/people.ts';
import { appendEvents, type Actor, type EntityManager } from '#db/orm.ts';
import type { KnownCohort } from '#db/queries/cohort-access.ts';
import { enrolLearners } from '#db/queries/enrolling.ts';
import { addStatedIdentities, statedPhoneOf } from '#db/queries/identities.ts';
import type { Vault } from '#db/vault.ts';
import { newId } from '#domain/id.ts';
import type { RosterLearner } from '#domain/roster-sheet.ts';
import type { KnownLearner } from './roster-compare.ts';

const rowsAtOnce = 500;
export interface Writing { em: EntityManager; vault: Vault; actor: Actor; cohort: KnownCohort; importId: string; at: Date }
export interface Written { added: number; known: number; returned: number }
interface Placed { learner: RosterLearner; personId: string; known: KnownLearner | undefined }

async function addPeople({ em, vault, actor, cohort: { institutionId }, importId, at }: Writing, part: readonly Placed[]): Promise<void> {
  if (part.length === 0) return;
  await em.insertMany(Person, part.map(({ learner, personId }) => ({ id: personId, name: learner.name, createdAt: at })));
  await addStatedIdentities(em, vault, institutionId, part.map(({ learner: { row: _row, name: _name, note: _note, ...learner }, personId }) => ({ ...learner, personId, authorityStatus: 'not_asked' as const })), at);
  await appendEvents(em, part.map(({ learner: { documentKind, learnerCategory }, personId }) => ({
    actor, stream: `person:${personId}` as const, type: 'identity:stated', at, payload: { personId, documentKind, learnerCategory, institutionId, importId },
  })));
}

/** The institution states a phone anew for somebody who has not registered. */
async function stateAgain({ em, vault, cohort: { institutionId }, at }: Writing, part: readonly Placed[]): Promise<void> {
  for (const { learner, personId, known } of part) {
    if (known?.statedHere) await em.nativeUpdate(Identity, { personId, statedBy: institutionId }, { ...statedPhoneOf(vault, institutionId, personId, learner.phone, at), changedAt: at });
  }
}

const enrol = ({ em, actor, cohort, importId, at }: Writing, part: readonly Placed[]): Promise<void> => enrolLearners(em, { actor, cohort, at, by: { importId } },
  part.map(({ learner: { note, learnerCategory, employer }, personId, known }) => ({ personId, note, learnerCategory, employer, ended: known?.ended ?? false })));

/** `told`: after each batch, how many rows are written. Throws identity_taken where somebody registered meanwhile. */
export async function writeRoster(writing: Writing, good: readonly RosterLearner[], known: ReadonlyMap<RosterLearner, KnownLearner>, told: (done: number) => Promise<void>): Promise<Written> {
  const placed = good.map((learner): Placed => ({ learner, known: known.get(learner), personId: known.get(learner)?.personId ?? newId() }));
  for (let from = 0; from < placed.length; from += rowsAtOnce) {
    const part = placed.slice(from, from + rowsAtOnce);
    await addPeople(writing, part.filter((one) => !one.known));
    await stateAgain(writing, part);
    await enrol(writing, part);
    await told(from + part.length);
  }
  const returned = placed.filter((one) => one.known?.ended).length;
  return { added: placed.filter((one) => !one.known).length, known: known.size - returned, returned };
}
