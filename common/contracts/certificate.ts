// Certificates over REST: who is ready and who is not, issuing, revoking, and what anybody is told who has a number (R29).
import Type, { type Static } from 'typebox';
import { certificateLacks, certificateLimits, certificateStates, revocationChoices, revocationClasses } from '#domain/certificate.ts';
import { courseLevels } from '#domain/course/dossier.ts';
import { programmes } from '#domain/cohort.ts';
import { Closed, Instant, Nullable, OneOf, Uuid } from './shapes.ts';

const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' });
const Share = Nullable(Type.Number());
const Lacks = Type.Array(OneOf(certificateLacks));

/** Every field that is printed, and no other. Shares 0..1, cut; score of the exams the same, null where none has points. */
export const PrintedFields = Closed({
  serial: Type.String(), name: Type.String(), numberMask: Type.String(), course: Type.String(), occupation: Type.String(), occupationCode: Type.String(), level: Nullable(OneOf(courseLevels)),
  cohort: Type.String(), programme: Nullable(OneOf(programmes)), units: Type.Integer(), minutes: Type.Integer(), firstDay: Day, lastDay: Day, attendance: Type.Number(), accuracy: Type.Number(), examScore: Share,
  institution: Type.String(), creditCode: Type.String(), filingNumber: Type.String(), issuedOn: Day,
});
export type PrintedFields = Static<typeof PrintedFields>;
/** `revokedOn` and `revocation` where it is not valid; `replacedBy`: the number of the one issued in its place. */
export const CertificateCheck = Closed({ printed: PrintedFields, state: OneOf(certificateStates), revokedOn: Nullable(Day), revocation: Nullable(OneOf(revocationClasses)), replacedBy: Nullable(Type.String()) });
export type CertificateCheck = Static<typeof CertificateCheck>;

export const candidateViews = ['ready', 'missing', 'issued', 'revoked'] as const;
export const CandidateQuery = Closed({ view: Type.Optional(OneOf(candidateViews)), page: Type.Optional(Type.String({ pattern: '^[1-9]\\d{0,4}$' })) });
export const CandidateRow = Closed({
  personId: Uuid, name: Type.String(), numberMask: Nullable(Type.String()), attendance: Share, accuracy: Share, examScore: Share, missing: Lacks,
  /** The one that is valid. */
  certificate: Nullable(Closed({ certificateId: Uuid, serial: Type.String(), issuedAt: Instant })),
});
export type CandidateRow = Static<typeof CandidateRow>;
/** Of those that are not valid any more, the newest first: `reason` and `by` are for the institution alone. */
export const RevokedRow = Closed({ certificateId: Uuid, serial: Type.String(), name: Type.String(), issuedAt: Instant, revokedAt: Instant, revocation: OneOf(revocationClasses), reason: Type.String(), by: Type.String(), replacedBy: Nullable(Type.String()) });
export type RevokedRow = Static<typeof RevokedRow>;
/** `rows` of learners, or `revoked` where those are asked for. `attendanceAtLeast`, `accuracyAtLeast`: percent, of the pack that binds the cohort now. */
export const CandidatePage = Closed({
  cohortTitle: Type.String(), courseTitle: Type.String(), courseId: Uuid, institutionName: Type.String(), mayIssue: Type.Boolean(), counts: Closed({ ready: Type.Integer(), missing: Type.Integer(), issued: Type.Integer(), revoked: Type.Integer() }),
  rows: Type.Array(CandidateRow), revoked: Type.Array(RevokedRow), page: Type.Integer(), pageSize: Type.Integer(), attendanceAtLeast: Type.Number(), accuracyAtLeast: Type.Number(),
});
export type CandidatePage = Static<typeof CandidatePage>;

/** Null: all that are ready, 200 at most at once. */
export const IssueBody = Closed({ personIds: Nullable(Type.Array(Uuid, { minItems: 1, maxItems: certificateLimits.mostAtOnce, uniqueItems: true })) });
/** `refused`: of those named; `already`: has a valid one. `left`: ready ones beyond the 200. */
export const IssueReply = Closed({
  issued: Type.Array(Closed({ personId: Uuid, certificateId: Uuid, serial: Type.String() })), refused: Type.Array(Closed({ personId: Uuid, name: Type.String(), already: Type.Boolean(), missing: Lacks })), left: Type.Integer(),
});
export type IssueReply = Static<typeof IssueReply>;

const Reason = Type.String({ minLength: certificateLimits.reasonLeast, maxLength: certificateLimits.reason });
/** The class is told to whoever checks the number, the reason to nobody outside. */
export const RevocationBody = Closed({ revocation: OneOf(revocationChoices), reason: Reason });
export const ReissueBody = Closed({ reason: Reason });
export type RevocationBody = Static<typeof RevocationBody>;
export const Reissued = Closed({ certificateId: Uuid, serial: Type.String() });

/** `lacking`: cohorts one learns in without a valid one. */
export const OwnCertificates = Closed({
  certificates: Type.Array(Closed({ certificateId: Uuid, ...CertificateCheck.properties })),
  lacking: Type.Array(Closed({ cohortId: Uuid, cohortTitle: Type.String(), courseTitle: Type.String(), missing: Lacks })),
});
export type OwnCertificates = Static<typeof OwnCertificates>;
