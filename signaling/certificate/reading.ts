// Certificates as they are read: candidates of a cohort, one's own, and the check anybody may make (R29).
import type { CandidatePage, CandidateRow, candidateViews, CertificateCheck, OwnCertificates, PrintedFields, RevokedRow } from '#contracts/certificate.ts';
import { Certificate } from '#db/entities/certificate.ts';
import type { EntityManager } from '#db/orm.ts';
import { candidatesOf, cohortForCertificates, type Candidate } from '#db/queries/certificate-facts.ts';
import { requireSeenCohort } from '#db/queries/cohort-access.ts';
import { officeRoles } from '#db/queries/institution-access.ts';
import { Membership } from '#db/entities/people.ts';
import { acrossInstitutions } from '#db/tenancy.ts';
import { certificateLimits, stateOfCertificate, type PrintedCertificate, type RevocationClass } from '#domain/certificate.ts';
import { parseSerial } from '#domain/certificate-serial.ts';
import { shanghaiDay } from '#domain/day.ts';
import { DomainError } from '#domain/errors.ts';
import { packByName } from '#domain/rules/packs.ts';
import type { Deps } from '../deps.ts';

type View = (typeof candidateViews)[number];
const thousandth = (part: number | null): number | null => (part === null ? null : part / 1000);
const viewOf = ({ certificate, missing }: Candidate): View => (certificate ? 'issued' : missing.length === 0 ? 'ready' : 'missing');

const rowOf = ({ personId, name, numberMask, attendance, accuracy, examShare, missing, certificate }: Candidate): CandidateRow => ({
  personId, name, numberMask, attendance: thousandth(attendance), accuracy: thousandth(accuracy), examScore: thousandth(examShare), missing,
  certificate: certificate && { ...certificate, issuedAt: certificate.issuedAt.toISOString() },
});

interface Revoked { id: string; serial: string; name: string; issued_at: string; revoked_at: string; revocation: RevocationClass; reason: string; by: string; replaced_by: string | null }
async function revokedOf(em: EntityManager, cohortId: string, page: number): Promise<RevokedRow[]> {
  const rows = await em.execute<Revoked[]>(
    `select k.id, k.serial, k.printed ->> 'name' as name, k.issued_at, k.revoked_at, k.revocation, k.revocation_reason as reason, p.name as by, n.serial as replaced_by
     from certificate k join person p on p.id = k.revoked_by left join certificate n on n.replaces = k.id where k.cohort_id = ? and k.revoked_at is not null order by k.revoked_at desc, k.id limit ? offset ?`,
    [cohortId, certificateLimits.page, (page - 1) * certificateLimits.page]);
  return rows.map(({ id, serial, name, issued_at: issuedAt, revoked_at: revokedAt, revocation, reason, by, replaced_by: replacedBy }) => ({
    certificateId: id, serial, name, issuedAt: new Date(issuedAt).toISOString(), revokedAt: new Date(revokedAt).toISOString(), revocation, reason, by, replacedBy,
  }));
}

/** Throws not_found. */
export async function readCandidates({ orm, now }: Deps, askerId: string, cohortId: string, { view = 'ready', page }: { view?: View | undefined; page: number }): Promise<CandidatePage> {
  const em = orm.em.fork();
  const { institutionId } = await requireSeenCohort(em, askerId, cohortId);
  const cohort = await cohortForCertificates(em, cohortId, now());
  if (!cohort) throw new DomainError('not_found', 'no such cohort');
  const all = await candidatesOf(em, cohort, now(), null);
  const count = (wanted: View): number => all.filter((one) => viewOf(one) === wanted).length;
  const shown = all.filter((one) => viewOf(one) === view);
  const { attendanceLowBelowPercent, accuracyLowBelowPercent } = packByName(cohort.packOfCohort).attendance;
  return {
    cohortTitle: cohort.title, courseTitle: cohort.courseTitle, courseId: cohort.courseId, institutionName: cohort.institutionName,
    mayIssue: await em.count(Membership, { personId: askerId, institutionId, role: { $in: [...officeRoles] } }) > 0,
    counts: { ready: count('ready'), missing: count('missing'), issued: count('issued'), revoked: await em.count(Certificate, { cohortId, revokedAt: { $ne: null } }) },
    rows: shown.slice((page - 1) * certificateLimits.page, page * certificateLimits.page).map(rowOf), revoked: view === 'revoked' ? await revokedOf(em, cohortId, page) : [], page, pageSize: certificateLimits.page,
    attendanceAtLeast: attendanceLowBelowPercent, accuracyAtLeast: accuracyLowBelowPercent,
  };
}

const printedFields = (printed: PrintedCertificate): PrintedFields => ({ ...printed, attendance: printed.attendance / 1000, accuracy: printed.accuracy / 1000, examScore: thousandth(printed.examScore) });

/** Nothing but what is printed, and what became of it. */
async function checkOf(em: EntityManager, { id, printed, revokedAt, revocation }: Certificate): Promise<CertificateCheck> {
  const newer = revocation === 'replaced' ? await em.findOne(Certificate, { replaces: id }, { disableIdentityMap: true }) : null;
  return {
    printed: printedFields(printed), state: stateOfCertificate(revocation ?? null), revokedOn: revokedAt ? shanghaiDay(revokedAt) : null, revocation: revocation ?? null, replacedBy: newer?.serial ?? null,
  };
}

/** Throws serial_invalid, not_found. */
export async function checkCertificate({ orm }: Deps, typed: string): Promise<CertificateCheck> {
  const parsed = parseSerial(typed);
  if ('fault' in parsed) throw new DomainError('serial_invalid', parsed.fault);
  // Whoever asks belongs to nobody. The number is the right to see the one certificate it stands on, and nothing but its printed fields leaves.
  return acrossInstitutions(async () => {
    const em = orm.em.fork();
    const found = await em.findOne(Certificate, { serial: parsed.serial }, { disableIdentityMap: true });
    if (!found) throw new DomainError('not_found', 'no such certificate');
    return checkOf(em, found);
  });
}

/** A certificate stays its holder's after they left the institution: only rows of this person are read. */
const ownIssued = (orm: Deps['orm'], personId: string): Promise<OwnCertificates['certificates']> => acrossInstitutions(async () => {
  const em = orm.em.fork();
  const own = await em.find(Certificate, { personId }, { orderBy: { issuedAt: 'desc', id: 'desc' }, disableIdentityMap: true });
  return Promise.all(own.map(async (one) => ({ certificateId: one.id, ...await checkOf(em, one) })));
});

export async function ownCertificates({ orm, now }: Deps, personId: string): Promise<OwnCertificates> {
  const em = orm.em.fork();
  const rows = await em.execute<{ cohort_id: string }[]>(
    `select e.cohort_id from enrolment e where e.person_id = ? and (e.ended_at is null or e.ended_at > ?) and not exists (select from certificate k where k.enrolment_id = e.id and k.revoked_at is null)
     order by e.created_at desc, e.cohort_id limit 50`, [personId, now()]);
  const lacking: OwnCertificates['lacking'] = [];
  for (const { cohort_id: cohortId } of rows) {
    const cohort = await cohortForCertificates(em, cohortId, now());
    const [own] = cohort ? await candidatesOf(em, cohort, now(), [personId]) : [];
    if (cohort && own) lacking.push({ cohortId, cohortTitle: cohort.title, courseTitle: cohort.courseTitle, missing: own.missing });
  }
  return { certificates: await ownIssued(orm, personId), lacking };
}
