// Certificates as they were issued; revoking is the only change the database takes.
import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { CertificateFacts, PrintedCertificate, RevocationClass } from '#domain/certificate.ts';

export const Certificate = defineEntity({
  name: 'Certificate',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), cohortId: p.uuid(), personId: p.uuid(), enrolmentId: p.uuid(), serial: p.text(),
    printed: p.json().$type<PrintedCertificate>(), /** Of the canonical JSON of `printed`. */ sha256: p.text(), /** What the gate saw. */ facts: p.json().$type<GateFacts>(),
    issuedAt: p.datetime(), issuedBy: p.uuid(), replaces: p.uuid().nullable(), reissueReason: p.text().nullable(),
    revokedAt: p.datetime().nullable(), revokedBy: p.uuid().nullable(), revocation: p.text().$type<RevocationClass>().nullable(), revocationReason: p.text().nullable(),
  },
});
/** With the pack the limits are of, as of when the figures were true, and the dossier whose plan was taught. */
export interface GateFacts extends CertificateFacts { rulePack: string; asOf: string; dossierSha256: string }
export type Certificate = InferEntity<typeof Certificate>;
