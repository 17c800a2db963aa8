// Subsidy files of a cohort: asked for by its office, made by the worker, fetched within a day.
import type { SubsidyFile, SubsidyFiles } from '#contracts/subsidy.ts';
import { appendEvent, unitOfWork } from '#db/orm.ts';
import { requireRunCohort, requireSeenCohort } from '#db/queries/cohort-access.ts';
import { isOffice, officeRoles, requirePart } from '#db/queries/institution-access.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { subsidyOf, subsidyRows } from '#db/queries/subsidy-files.ts';
import { shanghaiDay } from '#domain/day.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { subsidyLimits } from '#domain/paper/subsidy.ts';
import type { Deps } from '../deps.ts';
import type { FileAnswer } from '../http/file-answer.ts';
import { publicOrigin } from '../http/public-origin.ts';

const overseers = [...officeRoles, 'regulator'] as const;

/** Throws not_found. */
export async function listSubsidyFiles({ orm, now }: Deps, personId: string, cohortId: string): Promise<SubsidyFiles> {
  const em = orm.em.fork();
  const { institutionId } = await requireSeenCohort(em, personId, cohortId);
  const roles = await requirePart(em, personId, institutionId, overseers);
  return { files: (await subsidyRows(em, 's.cohort_id = ?', [cohortId], subsidyLimits.shown)).map((row) => subsidyOf(row, now())), mayMake: isOffice(roles) };
}

/** Throws not_found, too_many_attempts. */
export async function askSubsidyFile({ orm, queues, config, now }: Deps, personId: string, cohortId: string): Promise<SubsidyFile> {
  const { institutionId } = await requireRunCohort(orm.em.fork(), personId, cohortId);
  const actor = actorFor(personId, institutionId);
  const [fileId, at] = [newId(), now()];
  const row = await unitOfWork(orm, actor, async (em) => {
    const made = await em.execute<{ id: string }[]>(
      `insert into subsidy_file (id, institution_id, cohort_id, asked_by, asked_at, origin, status, delete_after) values (?, ?, ?, ?, ?, ?, 'waiting', ?) on conflict (cohort_id) where status in ('waiting', 'making') do nothing returning id`,
      [fileId, institutionId, cohortId, personId, at, publicOrigin(config), new Date(at.getTime() + subsidyLimits.keptHours * 3_600_000)]);
    if (made.length === 0) throw new DomainError('too_many_attempts', 'one of this cohort is being made');
    await appendEvent(em, actor, `cohort:${cohortId}`, 'subsidy:asked', at, { fileId });
    return (await subsidyRows(em, 's.id = ?', [fileId]))[0]!;
  });
  await queues.add('subsidy-file', fileId, { fileId });
  return subsidyOf(row, at);
}

/** Throws not_found. */
export async function subsidyFile({ orm, storage, now }: Deps, personId: string, fileId: string): Promise<FileAnswer> {
  const em = orm.em.fork();
  const [row] = await subsidyRows(em, 's.id = ?', [fileId]);
  if (!row) throw new DomainError('not_found', 'no such file');
  await requirePart(em, personId, row.institution_id, officeRoles);
  const key = row.storage_key;
  if (!key || subsidyOf(row, now()).status !== 'ready') throw new DomainError('not_found', 'no such file');
  return { type: 'application/zip', sizeBytes: Number(row.size_bytes), etag: `"${row.sha256}"`, fileName: `补贴申报材料-${shanghaiDay(new Date(row.asked_at))}.zip`, open: (range) => storage.stream(key, range) };
}
