// Certificates as files to print: one for whoever holds it or answers for it, all of a cohort for its office.
import { Certificate } from '#db/entities/certificate.ts';
import { requireSeenCohort } from '#db/queries/cohort-access.ts';
import { requirePart } from '#db/queries/institution-access.ts';
import { acrossInstitutions } from '#db/tenancy.ts';
import { certificateLimits, type PrintedCertificate } from '#domain/certificate.ts';
import { DomainError } from '#domain/errors.ts';
import { drawCertificates } from '#runtime/pdf/draw-certificates.ts';
import type { Deps } from '../deps.ts';
import type { FileAnswer } from '../http/file-answer.ts';
import { originOf } from '../http/origin.ts';

async function fileOf(certificates: readonly PrintedCertificate[], origin: string, fileName: string): Promise<FileAnswer> {
  const bytes = await drawCertificates({ certificates, origin });
  return { type: 'application/pdf', sizeBytes: bytes.length, fileName, open: () => bytes };
}

/** A revoked one is not printed any more. Throws not_found. */
export async function certificateFile({ orm, config }: Deps, askerId: string, certificateId: string): Promise<FileAnswer> {
  // The holder may have left the institution; whoever else asks has to be of its office or oversee it.
  const found = await acrossInstitutions(() => orm.em.fork().findOne(Certificate, { id: certificateId, revokedAt: null }, { disableIdentityMap: true }));
  if (!found) throw new DomainError('not_found', 'no such certificate');
  if (found.personId !== askerId) await requirePart(orm.em.fork(), askerId, found.institutionId, ['admin', 'institution', 'regulator']);
  return fileOf([found.printed], originOf(config), `${found.serial}.pdf`);
}

/** Throws not_found. */
export async function cohortFile({ orm, config }: Deps, askerId: string, cohortId: string): Promise<FileAnswer> {
  const em = orm.em.fork();
  await requireSeenCohort(em, askerId, cohortId);
  const found = await em.find(Certificate, { cohortId, revokedAt: null }, { limit: certificateLimits.mostInFile, orderBy: { issuedAt: 'asc', id: 'asc' }, disableIdentityMap: true });
  if (found.length === 0) throw new DomainError('not_found', 'no certificate');
  const sorted = found.map(({ printed }) => printed).sort((one, other) => one.name.localeCompare(other.name, 'zh') || one.serial.localeCompare(other.serial));
  return fileOf(sorted, originOf(config), 'certificates.pdf');
}
