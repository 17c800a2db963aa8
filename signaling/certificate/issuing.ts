// Issuing certificates: only behind the gate, with figures reckoned in the same call; what is printed is frozen under one hash (R29; decision 074).
import { randomBytes } from 'node:crypto';
import type { IssueReply } from '#contracts/certificate.ts';
import { canonicalHash } from '#db/canonical-hash.ts';
import { Certificate } from '#db/entities/certificate.ts';
import { appendEvents, unitOfWork, type EntityManager } from '#db/orm.ts';
import { candidatesOf, cohortForCertificates, freshenCohort, type Candidate, type CohortForCertificates } from '#db/queries/certificate-facts.ts';
import { requireRunCohort } from '#db/queries/cohort-access.ts';
import { statedFacts } from '#db/queries/institution-profiles.ts';
import { lockSums } from '#db/queries/ledger-sums.ts';
import { actorFor, arrayOf } from '#db/queries/lesson-access.ts';
import { certificateLimits, type PrintedCertificate } from '#domain/certificate.ts';
import { serialBytes, serialOf } from '#domain/certificate-serial.ts';
import { shanghaiDay } from '#domain/day.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import type { Deps } from '../deps.ts';

/** A number nobody has or can foresee. */
export const freshSerial = (at: Date): string => serialOf(Number(shanghaiDay(at).slice(0, 4)), randomBytes(serialBytes));

export type InstitutionPrint = Pick<PrintedCertificate, 'institution' | 'creditCode' | 'filingNumber'>;
/** As the institution states itself now. */
export async function institutionPrint(em: EntityManager, institutionId: string): Promise<InstitutionPrint> {
  const [row] = await em.execute<{ name: string }[]>('select name from institution where id = ?', [institutionId]);
  const { creditCode, filingNumber } = (await statedFacts(em, institutionId)).facts;
  return { institution: row?.name ?? '', creditCode, filingNumber };
}

/** Of somebody who lacks nothing, so that all of it is known. */
function printedOf(cohort: CohortForCertificates, institution: InstitutionPrint, { name, numberMask, facts, attendance, accuracy, examShare }: Candidate, at: Date): PrintedCertificate {
  const { dossier, firstAt, lastAt } = cohort;
  if (!dossier || !firstAt || !lastAt || !numberMask || attendance === null || accuracy === null || facts.creditedMs === null || !facts.plan) throw new Error('the gate let somebody through of whom not all is known');
  const { occupationName, occupationCode, level } = dossier.content;
  return {
    serial: freshSerial(at), name, numberMask, course: cohort.courseTitle, occupation: occupationName, occupationCode, level, cohort: cohort.title, programme: cohort.programme,
    units: facts.plan.online + facts.plan.offline, minutes: Math.floor(facts.creditedMs / 60_000), firstDay: shanghaiDay(firstAt), lastDay: shanghaiDay(lastAt), attendance, accuracy, examScore: examShare,
    ...institution, issuedOn: shanghaiDay(at),
  };
}

interface Issuing { em: EntityManager; askerId: string; cohort: CohortForCertificates; at: Date }

async function write({ em, askerId, cohort, at }: Issuing, ready: readonly Candidate[]): Promise<IssueReply['issued']> {
  if (ready.length === 0) return [];
  const { cohortId, institutionId } = cohort;
  const institution = await institutionPrint(em, institutionId);
  const rows = ready.map((one) => {
    const printed = printedOf(cohort, institution, one, at);
    const facts = { ...one.facts, rulePack: one.rulePack, asOf: one.asOf!.toISOString(), dossierSha256: cohort.dossier!.sha256 };
    return {
      id: newId(at.getTime()), institutionId, cohortId, personId: one.personId, enrolmentId: one.enrolmentId, serial: printed.serial, printed, sha256: canonicalHash(printed), facts, issuedAt: at, issuedBy: askerId,
      replaces: null, reissueReason: null, revokedAt: null, revokedBy: null, revocation: null, revocationReason: null,
    };
  });
  await em.insertMany(Certificate, rows);
  // The hash tells nothing of the name: the number in it is random.
  await appendEvents(em, rows.map(({ id: certificateId, personId, enrolmentId, sha256, printed }) => ({
    actor: actorFor(askerId, institutionId), stream: `cohort:${cohortId}`, type: 'certificate:issued', at,
    payload: { certificateId, personId, enrolmentId, sha256, attendance: printed.attendance, accuracy: printed.accuracy, examScore: printed.examScore, units: printed.units, minutes: printed.minutes },
  })));
  return rows.map(({ personId, id: certificateId, serial }) => ({ personId, certificateId, serial }));
}

/** Throws not_found. */
export async function issueCertificates({ orm, now, log }: Deps, askerId: string, cohortId: string, personIds: readonly string[] | null): Promise<IssueReply> {
  const { institutionId } = await requireRunCohort(orm.em.fork(), askerId, cohortId);
  await freshenCohort(orm, { cohortId, institutionId }, now());
  const done = await unitOfWork(orm, actorFor(askerId, institutionId), async (em) => {
    // Until this ends no figure of the cohort changes, nobody else issues in it, and no enrolment that is looked at ends.
    await lockSums(em, cohortId);
    await em.execute(`select from enrolment where cohort_id = ? ${personIds ? 'and person_id = any(?::uuid[])' : ''} order by id for share`, [cohortId, ...(personIds ? [arrayOf(personIds)] : [])]);
    const at = now();
    const cohort = await cohortForCertificates(em, cohortId, at);
    if (!cohort) throw new DomainError('not_found', 'no such cohort');
    const candidates = await candidatesOf(em, cohort, at, personIds);
    if (personIds && candidates.length < personIds.length) throw new DomainError('not_found', 'somebody is not of this cohort');
    const ready = candidates.filter(({ certificate, missing }) => !certificate && missing.length === 0);
    const issued = await write({ em, askerId, cohort, at }, ready.slice(0, certificateLimits.mostAtOnce));
    const refused = personIds ? candidates.filter((one) => !ready.includes(one)).map(({ personId, name, certificate, missing }) => ({ personId, name, already: certificate !== null, missing })) : [];
    return { issued, refused, left: ready.length - issued.length };
  });
  log.info({ cohortId, issued: done.issued.length, refused: done.refused.length }, 'certificates issued');
  return done;
}
