// Instructors of an institution: kept by its office, with the papers they teach by; telephone and mail are for the office alone (R38, R45, R50).
import { LockMode, UniqueConstraintViolationException } from '@mikro-orm/postgresql';
import type { Instructor as InstructorView, InstructorBody, InstructorEdit, InstructorList } from '#contracts/instructor.ts';
import { canonicalHash } from '#db/canonical-hash.ts';
import { Instructor } from '#db/entities/course.ts';
import { Institution, Membership } from '#db/entities/people.ts';
import { appendEvent, unitOfWork, type EntityManager } from '#db/orm.ts';
import { dossierReaders } from '#db/queries/course-dossiers.ts';
import { officeRoles, requireOffice } from '#db/queries/institution-access.ts';
import { actorFor, arrayOf } from '#db/queries/lesson-access.ts';
import { isSound } from '#domain/course/instructor.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import type { Deps } from '../deps.ts';

/** Titles of courses whose newest dossier names an instructor. */
async function coursesOf(em: EntityManager, institutionIds: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await em.execute<{ instructor_id: string; title: string }[]>(
    `select i.id as instructor_id, co.title from instructor i join course co on co.institution_id = i.institution_id
     join lateral (select content from course_dossier d where d.course_id = co.id order by d.version desc limit 1) n on jsonb_exists(n.content->'instructorIds', i.id::text)
     where i.institution_id = any(?::uuid[]) order by co.title`, [arrayOf(institutionIds)]);
  return new Map([...Map.groupBy(rows, (row) => row.instructor_id)].map(([id, found]) => [id, found.map(({ title }) => title)]));
}

const viewOf = (row: Instructor, mayEdit: boolean, courses: string[]): InstructorView => ({
  instructorId: row.id, institutionId: row.institutionId, personId: row.personId ?? null, name: row.name, trade: row.trade, rank: row.rank, phone: mayEdit ? row.phone : null, email: mayEdit ? row.email : null,
  history: row.history, awards: row.awards, credentials: row.credentials, revision: row.revision, retired: row.retiredAt !== null, mayEdit, courses,
});

/** Of every institution this person has a part in, those in use first. */
export async function listInstructors({ orm }: Deps, personId: string): Promise<InstructorList> {
  const em = orm.em.fork();
  const parts = await em.find(Membership, { personId, role: { $in: [...dossierReaders] } });
  const ids = [...new Set(parts.map(({ institutionId }) => institutionId))];
  const offices = new Set(parts.filter(({ role }) => officeRoles.some((one) => one === role)).map(({ institutionId }) => institutionId));
  const rows = await em.find(Instructor, { institutionId: { $in: ids } }, { orderBy: { name: 'asc', id: 'asc' }, disableIdentityMap: true });
  const courses = await coursesOf(em, ids);
  const institutions = await em.find(Institution, { id: { $in: [...offices] } }, { orderBy: { name: 'asc' } });
  const teachers = await em.execute<{ institution_id: string; person_id: string; name: string }[]>(
    `select m.institution_id, m.person_id, p.name from membership m join person p on p.id = m.person_id where m.institution_id = any(?::uuid[]) and m.role = 'teacher' order by p.name, p.id`, [arrayOf([...offices])]);
  return {
    instructors: rows.toSorted((one, other) => Number(one.retiredAt !== null) - Number(other.retiredAt !== null)).map((row) => viewOf(row, offices.has(row.institutionId), courses.get(row.id) ?? [])),
    offices: institutions.map(({ id, name }) => ({ institutionId: id, name, teachers: teachers.filter((one) => one.institution_id === id).map((one) => ({ personId: one.person_id, name: one.name })) })),
  };
}

type Content = Omit<InstructorBody, 'institutionId'>;
const columnsOf = ({ personId, name, trade, rank, phone, email, history, awards, credentials }: Content) =>
  ({ personId, name: name.trim(), trade: trade.trim(), rank: rank.trim(), phone: phone?.trim() ?? '', email: email?.trim() ?? '', history: history.trim(), awards: awards.trim(), credentials });

async function requireSound(em: EntityManager, institutionId: string, { personId, credentials }: Content, except: string | null): Promise<void> {
  if (!credentials.every(isSound)) throw new DomainError('bad_request', 'a level of its kind');
  if (personId === null) return;
  if (await em.count(Membership, { personId, institutionId, role: 'teacher' }) === 0) throw new DomainError('not_found', 'no such teacher');
  if (await em.count(Instructor, { personId, institutionId, ...(except && { id: { $ne: except } }) }) > 0) throw new DomainError('instructor_double', 'this teacher is an instructor already');
}

/** Two at once: the row of one stands, the other is told so. */
async function oncePerTeacher<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof UniqueConstraintViolationException) throw new DomainError('instructor_double', 'this teacher is an instructor already');
    throw error;
  }
}

async function told(em: EntityManager, id: string, institutionId: string): Promise<InstructorView> {
  return viewOf(await em.findOneOrFail(Instructor, { id }, { disableIdentityMap: true }), true, (await coursesOf(em, [institutionId])).get(id) ?? []);
}

/** Throws not_found, bad_request, instructor_double. */
export async function addInstructor(deps: Deps, personId: string, { institutionId, ...content }: InstructorBody): Promise<InstructorView> {
  const actor = actorFor(personId, institutionId);
  return oncePerTeacher(unitOfWork(deps.orm, actor, async (em) => {
    await requireOffice(em, personId, institutionId);
    await requireSound(em, institutionId, content, null);
    const at = deps.now();
    const id = newId(at.getTime());
    await em.insert(Instructor, { id, institutionId, ...columnsOf(content), revision: 1, createdAt: at, changedBy: personId, changedAt: at, retiredAt: null });
    await appendEvent(em, actor, `institution:${institutionId}`, 'instructor:added', at, { instructorId: id, credentialsSha256: canonicalHash(content.credentials) });
    return told(em, id, institutionId);
  }));
}

/** Throws not_found, bad_request, instructor_changed, instructor_double. */
export async function editInstructor(deps: Deps, personId: string, instructorId: string, { revision, retired, ...content }: InstructorEdit): Promise<InstructorView> {
  const known = await deps.orm.em.fork().findOne(Instructor, { id: instructorId });
  if (!known) throw new DomainError('not_found', 'no such instructor');
  const { institutionId } = known;
  const actor = actorFor(personId, institutionId);
  return oncePerTeacher(unitOfWork(deps.orm, actor, async (em) => {
    await requireOffice(em, personId, institutionId);
    const row = await em.findOneOrFail(Instructor, { id: instructorId }, { lockMode: LockMode.PESSIMISTIC_WRITE, disableIdentityMap: true });
    if (row.revision !== revision) throw new DomainError('instructor_changed', `revision ${row.revision} is newer`);
    await requireSound(em, institutionId, content, instructorId);
    const at = deps.now();
    await em.nativeUpdate(Instructor, { id: instructorId }, { ...columnsOf(content), revision: revision + 1, changedBy: personId, changedAt: at, retiredAt: retired ? row.retiredAt ?? at : null });
    await appendEvent(em, actor, `institution:${institutionId}`, 'instructor:changed', at, { instructorId, retired, credentialsSha256: canonicalHash(content.credentials) });
    return told(em, instructorId, institutionId);
  }));
}
