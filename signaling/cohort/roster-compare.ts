// Rows of a roster against who is known: whose number it is, under which name, whose phone, and who is in the cohort already.
import type { EntityManager } from '#db/orm.ts';
import type { KnownCohort } from '#db/queries/cohort-access.ts';
import { numberHashOf } from '#db/queries/identities.ts';
import { arrayOf } from '#db/queries/lesson-access.ts';
import { phoneHashOf } from '#db/queries/phone-codes.ts';
import type { Vault } from '#db/vault.ts';
import { plainName } from '#domain/identity/registration.ts';
import type { FoundRosterProblem, RosterLearner, RosterProblem } from '#domain/roster-sheet.ts';

/** `statedHere`: not registered, and stated by this institution alone. `ended`: was in this cohort before. */
export interface KnownLearner { personId: string; ended: boolean; statedHere: boolean }
export interface Compared { problems: FoundRosterProblem[]; known: Map<RosterLearner, KnownLearner> }

const rowsAtOnce = 1000;
interface NumberRow { at: number; person_id: string; name: string; stated_by: string | null; stated_phone: string | null; ever: boolean; enrolled: boolean }
interface Hashes { number: string; phone: string }

const hashesOf = (vault: Vault, { documentKind, number, phone }: RosterLearner): Hashes => ({ number: numberHashOf(vault, documentKind, number).toString('hex'), phone: phoneHashOf(vault, phone).toString('hex') });

const byNumber = (em: EntityManager, { cohortId }: KnownCohort, part: readonly RosterLearner[], hashes: readonly Hashes[], now: Date): Promise<NumberRow[]> => em.execute<NumberRow[]>(
  `select k.at, i.person_id, p.name, i.stated_by, encode(i.stated_phone_hash, 'hex') as stated_phone, e.id is not null as ever, (e.id is not null and (e.ended_at is null or e.ended_at > ?)) as enrolled
   from unnest(?::int[], ?::text[], ?::text[]) as k(at, kind, hash) join identity i on i.document_kind = k.kind and i.number_hash = decode(k.hash, 'hex') join person p on p.id = i.person_id
     left join enrolment e on e.cohort_id = ? and e.person_id = i.person_id`,
  [now, arrayOf(part.map((_one, at) => at)), arrayOf(part.map(({ documentKind }) => documentKind)), arrayOf(hashes.map(({ number }) => number)), cohortId]);

/** Whose each phone is: registered with it, or stated with it by this institution. What others state bars nobody. */
async function phoneOwners(em: EntityManager, { institutionId }: KnownCohort, hashes: readonly Hashes[]): Promise<Map<string, Set<string>>> {
  const rows = await em.execute<{ hash: string; person_id: string }[]>(
    `select k.hash, i.person_id from unnest(?::text[]) as k(hash) join identity i on i.phone_hash = decode(k.hash, 'hex')
     union all select k.hash, i.person_id from unnest(?::text[]) as k(hash) join identity i on i.stated_phone_hash = decode(k.hash, 'hex') and i.stated_by = ?`,
    [arrayOf(hashes.map(({ phone }) => phone)), arrayOf(hashes.map(({ phone }) => phone)), institutionId]);
  const owners = new Map<string, Set<string>>();
  for (const { hash, person_id: personId } of rows) owners.set(hash, (owners.get(hash) ?? new Set()).add(personId));
  return owners;
}

/** What one row meets; null where nothing speaks against it. */
function problemOf({ name }: RosterLearner, { phone }: Hashes, found: NumberRow | undefined, owners: ReadonlySet<string>, institutionId: string): Pick<FoundRosterProblem, 'column' | 'code'> | null {
  const told = (column: FoundRosterProblem['column'], code: RosterProblem) => ({ column, code });
  if (found && plainName(found.name) !== name) return told('name', 'number_other_name');
  if (found?.enrolled) return told(null, 'in_cohort');
  if ([...owners].some((owner) => owner !== found?.person_id)) return told('phone', 'phone_of_another');
  // Of a phone that another institution stated the learner alone can say that it is wrong: by registering with it, or not.
  if (found?.stated_by && found.stated_by !== institutionId && found.stated_phone !== phone) return told('phone', 'phone_stated_otherwise');
  return null;
}

async function comparePart(em: EntityManager, vault: Vault, cohort: KnownCohort, part: readonly RosterLearner[], now: Date, compared: Compared): Promise<void> {
  const hashes = part.map((learner) => hashesOf(vault, learner));
  const found = new Map((await byNumber(em, cohort, part, hashes, now)).map((row) => [row.at, row]));
  const owners = await phoneOwners(em, cohort, hashes);
  for (const [at, learner] of part.entries()) {
    const known = found.get(at);
    const problem = problemOf(learner, hashes[at]!, known, owners.get(hashes[at]!.phone) ?? new Set(), cohort.institutionId);
    if (problem) compared.problems.push({ row: learner.row, ...problem, row2: null });
    else if (known) compared.known.set(learner, { personId: known.person_id, ended: known.ever, statedHere: known.stated_by === cohort.institutionId });
  }
}

export async function compareRoster(em: EntityManager, vault: Vault, cohort: KnownCohort, good: readonly RosterLearner[], now: Date): Promise<Compared> {
  const compared: Compared = { problems: [], known: new Map() };
  for (let from = 0; from < good.length; from += rowsAtOnce) await comparePart(em, vault, cohort, good.slice(from, from + rowsAtOnce), now, compared);
  return compared;
}
