// What an institution states of itself: written whole, against the revision that was read; each change kept with who, when, from and to.
import { LockMode } from '@mikro-orm/postgresql';
import type { InstitutionChanges, InstitutionList, InstitutionProfile as ProfileView, ProfileBody } from '#contracts/institution-routes.ts';
import { InstitutionChange, InstitutionProfile } from '#db/entities/institution.ts';
import { Institution, Person } from '#db/entities/people.ts';
import { appendEvent, unitOfWork, type EntityManager } from '#db/orm.ts';
import { isOffice, officeRoles, requireOffice, requirePart } from '#db/queries/institution-access.ts';
import { institutionChanges, statedFacts } from '#db/queries/institution-profiles.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { shanghaiDay } from '#domain/day.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { factChanges, factFaults, isCondition, plainFacts } from '#domain/institution.ts';
import type { MembershipRole } from '#domain/roles.ts';
import type { Deps } from '../deps.ts';

const overseers = [...officeRoles, 'regulator'] as const;
const readers = [...overseers, 'teacher'] as const;

/** Those in which this person has a part, but not as a learner. */
export async function listInstitutions({ orm }: Deps, personId: string): Promise<InstitutionList> {
  const rows = await orm.em.fork().execute<{ institution_id: string; name: string }[]>(
    `select i.id as institution_id, i.name from institution i where exists (select from membership m where m.institution_id = i.id and m.person_id = ? and m.role <> 'student') order by i.name, i.id`, [personId]);
  return { institutions: rows.map((row) => ({ institutionId: row.institution_id, name: row.name })) };
}

async function view(em: EntityManager, institutionId: string, roles: ReadonlySet<MembershipRole>, now: Date): Promise<ProfileView> {
  const [{ name }, { facts, revision, changedAt, changedBy }, toReport] = [
    await em.findOneOrFail(Institution, { id: institutionId }), await statedFacts(em, institutionId), await em.count(InstitutionChange, { institutionId, condition: true, reportedOn: null }),
  ];
  const by = changedBy && (await em.findOne(Person, { id: changedBy }))?.name;
  return {
    institutionId, name, facts, revision, changed: changedAt && { at: changedAt.toISOString(), by: by ?? '' }, mayChange: isOffice(roles), seesPapers: overseers.some((role) => roles.has(role)),
    toReport, serverAt: now.toISOString(),
  };
}

/** Throws not_found. */
export async function readProfile({ orm, now }: Deps, personId: string, institutionId: string): Promise<ProfileView> {
  const em = orm.em.fork();
  return view(em, institutionId, await requirePart(em, personId, institutionId, readers), now());
}

/** Throws not_found, profile_invalid, profile_changed. */
export async function writeProfile(deps: Deps, personId: string, institutionId: string, { revision, facts: given }: ProfileBody): Promise<ProfileView> {
  const facts = plainFacts(given);
  const actor = actorFor(personId, institutionId);
  return unitOfWork(deps.orm, actor, async (em) => {
    const roles = await requireOffice(em, personId, institutionId);
    const faults = Object.keys(factFaults(facts));
    if (faults.length > 0) throw new DomainError('profile_invalid', `wrong: ${faults.join(', ')}`);
    // One after the other, also where nothing was stated yet.
    await em.findOneOrFail(Institution, { id: institutionId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    const before = await statedFacts(em, institutionId);
    const changes = factChanges(before.facts, facts);
    if (changes.length === 0) return view(em, institutionId, roles, deps.now());
    if (before.revision !== revision) throw new DomainError('profile_changed', `it is at revision ${before.revision}`);
    const at = deps.now();
    const changeId = newId(at.getTime());
    const row = { ...facts, revision: revision + 1, changedAt: at, changedBy: personId };
    if (revision === 0) await em.insert(InstitutionProfile, { institutionId, ...row });
    else await em.nativeUpdate(InstitutionProfile, { institutionId }, row);
    const fields = changes.map(({ field }) => field);
    // What is stated for the first time changes nothing an authority was told.
    const condition = revision > 0 && fields.some(isCondition);
    await em.insert(InstitutionChange, { id: changeId, institutionId, at, changedBy: personId, changes, condition, reportedOn: null, reportedAt: null, reportedBy: null });
    await appendEvent(em, actor, `institution:${institutionId}`, 'institution:changed', at, { changeId, revision: revision + 1, fields, condition });
    deps.log.info({ institutionId, personId, fields }, 'what an institution states changed');
    return view(em, institutionId, roles, at);
  });
}

/** Throws not_found. */
export async function listChanges({ orm }: Deps, personId: string, institutionId: string): Promise<InstitutionChanges> {
  const em = orm.em.fork();
  await requirePart(em, personId, institutionId, overseers);
  return { changes: await institutionChanges(em, institutionId) };
}

/** Throws not_found, profile_invalid. */
export async function noteReported(deps: Deps, personId: string, { institutionId, changeId }: { institutionId: string; changeId: string }, on: string | null): Promise<void> {
  const actor = actorFor(personId, institutionId);
  await unitOfWork(deps.orm, actor, async (em) => {
    await requireOffice(em, personId, institutionId);
    const change = await em.findOne(InstitutionChange, { id: changeId, institutionId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!change) throw new DomainError('not_found', 'no such change');
    const at = deps.now();
    const exists = on === null || (!Number.isNaN(Date.parse(on)) && new Date(on).toISOString().startsWith(on));
    if (!change.condition || !exists || (on !== null && (on > shanghaiDay(at) || on < shanghaiDay(change.at)))) throw new DomainError('profile_invalid', 'no day on which it can have been reported');
    if ((change.reportedOn ?? null) === on) return;
    await em.nativeUpdate(InstitutionChange, { id: changeId }, on === null ? { reportedOn: null, reportedAt: null, reportedBy: null } : { reportedOn: on, reportedAt: at, reportedBy: personId });
    await appendEvent(em, actor, `institution:${institutionId}`, 'institution:changeReported', at, { changeId, on });
  });
}
