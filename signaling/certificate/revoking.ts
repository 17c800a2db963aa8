// Revoking a certificate, and issuing another in its place: the old one stays to be found, and says what became of it.
import type { RevocationBody } from '#contracts/certificate.ts';
import { canonicalHash } from '#db/canonical-hash.ts';
import { Certificate } from '#db/entities/certificate.ts';
import { appendEvent, unitOfWork, type EntityManager } from '#db/orm.ts';
import { requireRunCohort } from '#db/queries/cohort-access.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import type { RevocationClass } from '#domain/certificate.ts';
import { shanghaiDay } from '#domain/day.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import type { AuthorityStatus } from '#domain/identity/authority.ts';
import type { Deps } from '../deps.ts';
import { freshSerial, institutionPrint } from './issuing.ts';

/** Throws not_found where it is not of a cohort this office runs. */
async function requireOfOffice(em: EntityManager, askerId: string, certificateId: string): Promise<Certificate> {
  const found = await em.findOne(Certificate, { id: certificateId }, { disableIdentityMap: true });
  if (!found) throw new DomainError('not_found', 'no such certificate');
  await requireRunCohort(em, askerId, found.cohortId);
  return found;
}

interface Revoking { askerId: string; at: Date; revocation: RevocationClass; reason: string }
/** The reason stays in the row; the fact says the class. Throws certificate_not_valid. */
async function revoke(em: EntityManager, { id, cohortId, institutionId, personId, sha256 }: Certificate, { askerId, at, revocation, reason }: Revoking): Promise<void> {
  const changed = await em.nativeUpdate(Certificate, { id, revokedAt: null }, { revokedAt: at, revokedBy: askerId, revocation, revocationReason: reason });
  if (changed === 0) throw new DomainError('certificate_not_valid', 'revoked or replaced already');
  await appendEvent(em, actorFor(askerId, institutionId), `cohort:${cohortId}`, 'certificate:revoked', at, { certificateId: id, personId, sha256, revocation });
}

function plainReason(reason: string): string {
  const plain = reason.trim();
  if ([...plain].length < 2) throw new DomainError('bad_request', 'a reason');
  return plain;
}

/** Throws not_found, certificate_not_valid, bad_request (no reason). */
export async function revokeCertificate({ orm, now }: Deps, askerId: string, certificateId: string, body: RevocationBody): Promise<void> {
  const reason = plainReason(body.reason);
  const certificate = await requireOfOffice(orm.em.fork(), askerId, certificateId);
  await unitOfWork(orm, actorFor(askerId, certificate.institutionId), (em) => revoke(em, certificate, { askerId, at: now(), revocation: body.revocation, reason }));
}

/** Name and document as they are known now. Throws certificate_not_ready. */
async function identityPrint(em: EntityManager, personId: string): Promise<{ name: string; numberMask: string }> {
  const [row] = await em.execute<{ name: string; number_mask: string | null; authority: AuthorityStatus | null }[]>(
    'select p.name, i.number_mask, i.authority_status as authority from person p left join identity i on i.person_id = p.id where p.id = ?', [personId]);
  if (!row?.number_mask || row.authority === 'denied') throw new DomainError('certificate_not_ready', 'no identity, or one an authority denies');
  return { name: row.name, numberMask: row.number_mask };
}

/** Figures, days and course stay as the gate saw them. Throws not_found, certificate_not_valid, certificate_not_ready, bad_request (no reason). */
export async function reissueCertificate({ orm, now }: Deps, askerId: string, certificateId: string, givenReason: string): Promise<{ certificateId: string; serial: string }> {
  const reason = plainReason(givenReason);
  const old = await requireOfOffice(orm.em.fork(), askerId, certificateId);
  const { institutionId, cohortId, personId, enrolmentId, facts } = old;
  const actor = actorFor(askerId, institutionId);
  return unitOfWork(orm, actor, async (em) => {
    const at = now();
    await revoke(em, old, { askerId, at, revocation: 'replaced', reason });
    const printed = { ...old.printed, ...await institutionPrint(em, institutionId), ...await identityPrint(em, personId), serial: freshSerial(at), issuedOn: shanghaiDay(at) };
    const { serial } = printed;
    const [id, sha256] = [newId(at.getTime()), canonicalHash(printed)];
    await em.insert(Certificate, {
      id, institutionId, cohortId, personId, enrolmentId, serial, printed, sha256, facts, issuedAt: at, issuedBy: askerId, replaces: old.id, reissueReason: reason, revokedAt: null, revokedBy: null, revocation: null, revocationReason: null,
    });
    await appendEvent(em, actor, `cohort:${cohortId}`, 'certificate:reissued', at, { certificateId: id, replaces: old.id, personId, enrolmentId, sha256 });
    return { certificateId: id, serial };
  });
}
