// Texts of certificates.
import type { CertificateLack, CertificateState, RevocationClass } from '#domain/certificate.ts';
import type { SerialFault } from '#domain/certificate-serial.ts';
import type { Texts } from '../gather.ts';

const lack: Record<CertificateLack, string> = {
  enrolment_ended: 'Not in the cohort any more', identity_missing: 'No identity is registered', identity_denied: 'The identity was not confirmed', dossier_missing: 'The course dossier was not handed in', lessons_none: 'No lesson was held yet', lessons_open: 'There are lessons to come', figures_due: 'Hours are being reckoned: look again in a minute or two',
  units_short: 'Not all units of the plan were held', offline_short: 'Units in a room are not recorded yet', attendance_unknown: 'No attendance yet', attendance_low: 'Attendance is too low', accuracy_unknown: 'No answers in class yet', accuracy_low: 'Too few answers were right',
  exam_missing: 'The cohort has no final exam yet', exam_open: 'The exam is not finished', exam_held: 'The score waits for marking or a decision', exam_failed: 'The exam was not passed', unsettled: 'A check, review or appeal is not settled',
};
const revocation: Record<RevocationClass, string> = { identity: 'identity does not match', records: 'records of study were wrong', fraud: 'fraud', by_mistake: 'issued by mistake', by_authority: 'asked for by the authority', replaced: 'replaced by a new one' };
const state: Record<CertificateState, string> = { valid: 'Valid', revoked: 'Revoked', replaced: 'Replaced' };
const fault: Record<SerialFault, string> = {
  empty: 'Please type the number.', sign: 'There is a sign that no number has: only digits and letters.', too_short: 'The number is too short: it has 20 signs.', too_long: 'The number is too long: it has 20 signs.', year: 'A number begins with the year, such as 2026.', check: 'One sign is wrong, or two changed places. Please compare it with the certificate.',
};

export const texts: Texts = {
  lack, revocation, state, fault,
  title: 'Training certificate', passed: 'has completed the training below and passed its assessment.', scan: 'Scan the code or type the number on the check page to see whether it is genuine.',
  field: {
    serial: 'Certificate number', number: 'Document number', course: 'Course', occupation: 'Occupation', level: 'Level', cohort: 'Cohort', programme: 'Programme', hours: 'Hours', period: 'Period', attendance: 'Attendance', accuracy: 'Right answers', exam: 'Exam score', institution: 'Institution',
    creditCode: 'Unified social credit code', filing: 'Filing number', issued: 'Day of issue',
  },
  hours: '{units} units, {minutes} minutes credited', period: '{from} to {to}', checkIntro: 'Type the number of a certificate to see all that is printed on it, and whether it is valid. No login needed.', serialHint: 'Such as 2026-7K3M-9QXA-V0TB-4ZHC; hyphens may be left out.', check: 'Check', unknown: 'There is no such certificate. Please compare the number; if it is right, the certificate was not issued here.',
  revokedLine: 'On {day} by {by}: {kind}. Reason: {reason}', revokedOn: 'Revoked on {day}: {kind}', replacedBy: 'New number {serial}', print: 'Print', own: 'My certificates', open: 'Open and print', soon: 'Nothing is missing: the institution can issue it now.', stillMissing: 'Still missing before it can be issued:',
  gate: 'Asked for: all lessons held, attendance of at least {attendance}%, at least {accuracy}% right answers, exams passed, checks and appeals settled.', issueAll: 'Issue to {n} who are ready', issueAsk: 'Certificates will be issued to {n} learners. Each is looked at once more before; a certificate can be revoked, and not changed.', issueSure: 'Issue now', issuedN: '{n} certificates issued.', leftN: '{n} more are ready: press again.',
  view: { ready: 'Ready {n}', missing: 'Not yet {n}', issued: 'Issued {n}', revoked: 'Revoked {n}' }, nobody: { ready: 'Nobody waits for a certificate.', missing: 'Nobody lacks anything.', issued: 'No certificate was issued yet.', revoked: 'No certificate was revoked or replaced.' },
  figures: 'Attendance {attendance}, right answers {accuracy}, exam {exam}', issuedOn: 'Issued {day}', reissue: 'Reissue', reissueText: 'A new certificate with name, document and institution as they are now; figures stay. The old one is shown as replaced.', reissueSure: 'Reissue', revoke: 'Revoke', revokeText: 'This cannot be taken back. Whoever checks the number sees that it is revoked, and the kind of reason.', revokeSure: 'Revoke', kind: 'Kind of reason (public)',
  reason: 'Reason (inside the institution only)', cancel: 'Cancel', pdf: 'Download PDF', allPdf: 'All certificates as PDF (to print)', lookUp: 'Check a certificate',
};
