// Versions of a dossier that were handed in, as they were then.
import type { DossierVersion, DossierVersions } from '#contracts/course.ts';
import { CourseDossier } from '#db/entities/course.ts';
import { Institution, Person } from '#db/entities/people.ts';
import type { EntityManager } from '#db/orm.ts';
import { requireCoursePart } from '#db/queries/course-dossiers.ts';
import { DomainError } from '#domain/errors.ts';
import type { Deps } from '../deps.ts';

type Line = DossierVersions['versions'][number];
async function linesOf(em: EntityManager, rows: readonly CourseDossier[]): Promise<Line[]> {
  const people = await em.find(Person, { id: { $in: rows.flatMap(({ submittedBy }) => submittedBy ?? []) } });
  return rows.map(({ version, sha256, rulePack, submittedBy, submittedAt, content }) => ({
    version, sha256: sha256!, rulePack: rulePack!, submittedBy: people.find(({ id }) => id === submittedBy)?.name ?? '', submittedAt: submittedAt!.toISOString(), units: content.plan.length,
  }));
}

/** Throws not_found. */
export async function listVersions({ orm }: Deps, personId: string, courseId: string): Promise<DossierVersions> {
  const em = orm.em.fork();
  const { institutionId } = await requireCoursePart(em, personId, courseId);
  const rows = await em.find(CourseDossier, { courseId, institutionId, submittedAt: { $ne: null } }, { orderBy: { version: 'desc' } });
  return { versions: await linesOf(em, rows) };
}

/** Throws not_found for a version that was not handed in. */
export async function readVersion({ orm }: Deps, personId: string, courseId: string, version: number): Promise<DossierVersion> {
  const em = orm.em.fork();
  const { institutionId } = await requireCoursePart(em, personId, courseId);
  const row = await em.findOne(CourseDossier, { courseId, institutionId, version, submittedAt: { $ne: null } });
  if (!row?.frozen) throw new DomainError('not_found', 'no such version');
  const [line] = await linesOf(em, [row]);
  const institution = await em.findOneOrFail(Institution, { id: institutionId });
  return { ...line!, institutionName: institution.name, content: row.frozen.content as DossierVersion['content'], instructors: row.frozen.instructors };
}
