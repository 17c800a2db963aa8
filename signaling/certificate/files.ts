// Certificates as files to print: one for whoever holds it or answers for it, all of a cohort for its office.
import { AsyncLocalStorage } from 'node:async_hooks';
import { Readable } from 'node:stream';
import { Certificate } from '#db/entities/certificate.ts';
import { requireSeenCohort } from '#db/queries/cohort-access.ts';
import { printedNewest } from '#db/queries/tree-heads.ts';
import { requirePart } from '#db/queries/institution-access.ts';
import { acrossInstitutions } from '#db/tenancy.ts';
import { certificateLimits, type PrintedCertificate } from '#domain/certificate.ts';
import { DomainError } from '#domain/errors.ts';
import { drawCertificate, drawCertificates } from '#runtime/pdf/draw-certificates.ts';
import type { Deps } from '../deps.ts';
import type { FileAnswer } from '../http/file-answer.ts';
import { publicOrigin } from '../http/public-origin.ts';

/** A revoked one is not printed any more. Throws not_found. */
export async function certificateFile({ orm, config }: Deps, askerId: string, certificateId: string): Promise<FileAnswer> {
  // The holder may have left the institution; whoever else asks has to be of its office or oversee it.
  const found = await acrossInstitutions(() => orm.em.fork().findOne(Certificate, { id: certificateId, revokedAt: null }, { disableIdentityMap: true }));
  if (!found) throw new DomainError('not_found', 'no such certificate');
  if (found.personId !== askerId) await requirePart(orm.em.fork(), askerId, found.institutionId, ['admin', 'institution', 'regulator']);
  const bytes = await drawCertificate(found.printed, { origin: publicOrigin(config), evidence: await printedNewest(orm.em.fork()) });
  return { type: 'application/pdf', sizeBytes: bytes.length, fileName: `${found.serial}.pdf`, open: () => bytes };
}

interface Listed { id: string; serial: string; name: string; issued_on: string }

/** By name. Only what is drawn next is read, so that memory does not grow with the cohort. Throws not_found, also where there is none. */
export async function cohortFile({ orm, config }: Deps, askerId: string, cohortId: string): Promise<FileAnswer> {
  const em = orm.em.fork();
  await requireSeenCohort(em, askerId, cohortId);
  const found = await em.execute<Listed[]>(`select id, serial, printed ->> 'name' as name, printed ->> 'issuedOn' as issued_on from certificate where cohort_id = ? and revoked_at is null`, [cohortId]);
  if (found.length === 0) throw new DomainError('not_found', 'no certificate');
  found.sort((one, other) => one.name.localeCompare(other.name, 'zh') || one.serial.localeCompare(other.serial));
  const evidence = await printedNewest(em);
  const day = found.map(({ issued_on: issuedOn }) => issuedOn).sort().at(-1)!;
  // The file is read on when the socket has room, outside of the request: still as whoever asked.
  const asAsker = AsyncLocalStorage.snapshot();
  async function* pieces(): AsyncGenerator<PrintedCertificate[]> {
    for (let from = 0; from < found.length; from += certificateLimits.drawnTogether) {
      const ids = found.slice(from, from + certificateLimits.drawnTogether).map(({ id }) => id);
      // One that was revoked meanwhile is not printed any more.
      const rows = await asAsker(() => orm.em.fork().find(Certificate, { id: { $in: ids }, revokedAt: null }, { disableIdentityMap: true }));
      yield rows.sort((one, other) => ids.indexOf(one.id) - ids.indexOf(other.id)).map(({ printed }) => printed);
    }
  }
  return { type: 'application/pdf', sizeBytes: null, fileName: 'certificates.pdf', open: () => Readable.from(drawCertificates(pieces(), { day, origin: publicOrigin(config), evidence }), { objectMode: false }) };
}
