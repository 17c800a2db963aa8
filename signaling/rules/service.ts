// Choosing the rule pack of an institution or a cohort: by its own staff, as an event with who and when; what has started keeps its pack (R62).
import { LockMode } from '@mikro-orm/postgresql';
import type { CohortRules, InstitutionRules, PackChoice, RuleChoices } from '#contracts/rules.ts';
import { Cohort, Institution, Membership } from '#db/entities/people.ts';
import { appendEvent, unitOfWork, type EntityManager, type Stream } from '#db/orm.ts';
import { actorFor, arrayOf } from '#db/queries/lesson-access.ts';
import { DomainError } from '#domain/errors.ts';
import { defaultPack, packById } from '#domain/rules/packs.ts';
import { packName } from '#domain/rules/rule-pack.ts';
import type { Deps } from '../deps.ts';

const managers = ['admin', 'institution'] as const;
const eventType = 'rulePack:chosen';

interface ChosenRow { rule_pack: string | null; chosen_at: string | null; chosen_by: string | null }
interface InstitutionRow extends ChosenRow { id: string; name: string; running: number }
interface CohortRow extends ChosenRow { id: string; institution_id: string; title: string; course_title: string }

/** Who chose last, of stream `stream`. */
const lastChoice = (stream: string): string => `left join lateral (
  select e.at as chosen_at, p.name as chosen_by from event e left join person p on p.id = e.actor_id where e.stream = ${stream} and e.type = '${eventType}' order by e.id desc limit 1) last on true`;
const chosenOf = ({ rule_pack: rulePack, chosen_at: at, chosen_by: by }: ChosenRow): Pick<CohortRules, 'rulePack' | 'chosen'> =>
  ({ rulePack, chosen: at ? { at: new Date(at).toISOString(), by } : null });

/** Of the institutions this person manages, with their cohorts. */
export async function ruleChoices({ orm }: Deps, personId: string): Promise<RuleChoices> {
  const em = orm.em.fork();
  const mine = await em.find(Membership, { personId, role: { $in: [...managers] } });
  const ids = arrayOf([...new Set(mine.map(({ institutionId }) => institutionId))]);
  const institutions = await em.execute<InstitutionRow[]>(
    `select i.id, i.name, i.rule_pack, last.*, (select count(*)::int from lesson_session s where s.institution_id = i.id and s.ended_at is null) as running
     from institution i ${lastChoice(`'institution:' || i.id`)} where i.id = any(?::uuid[]) order by i.name, i.id`, [ids]);
  const cohorts = await em.execute<CohortRow[]>(
    `select c.id, c.institution_id, c.title, k.title as course_title, c.rule_pack, last.*
     from cohort c join course k on k.id = c.course_id ${lastChoice(`'cohort:' || c.id`)} where c.institution_id = any(?::uuid[]) order by c.created_at desc, c.id`, [ids]);
  return {
    institutions: institutions.map((row): InstitutionRules => ({
      institutionId: row.id, name: row.name, ...chosenOf(row), running: row.running,
      cohorts: cohorts.filter((cohort) => cohort.institution_id === row.id).map((cohort) => ({ cohortId: cohort.id, title: cohort.title, courseTitle: cohort.course_title, ...chosenOf(cohort) })),
    })),
  };
}

async function requireManager(em: EntityManager, personId: string, institutionId: string): Promise<void> {
  const fitting = await em.count(Membership, { personId, institutionId, role: { $in: [...managers] } });
  if (fitting === 0) throw new DomainError('not_found', 'no such institution');
}

interface Choice { stream: Stream; institutionId: string; ids: Record<string, string>; from: string | null; to: string | null; fallback: string | null }

/** With the version that binds from now on; the same choice again is none. */
async function noteChoice(em: EntityManager, personId: string, choice: Choice, at: Date): Promise<void> {
  const { stream, institutionId, ids, from, to, fallback } = choice;
  const binds = packName(packById(to ?? fallback ?? defaultPack.id));
  await appendEvent(em, actorFor(personId, institutionId), stream, eventType, at, { ...ids, institutionId, from, to, binds });
}

/** Throws not_found for an institution one does not manage. Lessons that run keep what they started under. */
export async function chooseForInstitution(deps: Deps, personId: string, institutionId: string, { rulePack }: PackChoice): Promise<RuleChoices> {
  await unitOfWork(deps.orm, actorFor(personId, institutionId), async (em) => {
    await requireManager(em, personId, institutionId);
    const institution = await em.findOneOrFail(Institution, { id: institutionId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    const from = institution.rulePack ?? null;
    if (from === rulePack) return;
    await em.nativeUpdate(Institution, { id: institutionId }, { rulePack });
    await noteChoice(em, personId, { stream: `institution:${institutionId}`, institutionId, ids: {}, from, to: rulePack, fallback: null }, deps.now());
    deps.log.info({ institutionId, personId, rulePack }, 'rule pack of an institution chosen');
  });
  return ruleChoices(deps, personId);
}

/** The same for one cohort; null follows its institution again. Throws not_found for a cohort of an institution one does not manage. */
export async function chooseForCohort(deps: Deps, personId: string, cohortId: string, { rulePack }: PackChoice): Promise<RuleChoices> {
  const known = await deps.orm.em.fork().findOne(Cohort, { id: cohortId });
  if (!known) throw new DomainError('not_found', 'no such cohort');
  const { institutionId } = known;
  await unitOfWork(deps.orm, actorFor(personId, institutionId), async (em) => {
    await requireManager(em, personId, institutionId);
    const cohort = await em.findOneOrFail(Cohort, { id: cohortId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    const from = cohort.rulePack ?? null;
    if (from === rulePack) return;
    await em.nativeUpdate(Cohort, { id: cohortId }, { rulePack });
    const { rulePack: fallback } = await em.findOneOrFail(Institution, { id: institutionId });
    await noteChoice(em, personId, { stream: `cohort:${cohortId}`, institutionId, ids: { cohortId }, from, to: rulePack, fallback: fallback ?? null }, deps.now());
    deps.log.info({ cohortId, personId, rulePack }, 'rule pack of a cohort chosen');
  });
  return ruleChoices(deps, personId);
}
