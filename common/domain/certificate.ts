// The training certificate (培训合格证书): what still stands between a learner and one, why one is revoked, what is printed on it (R25, R27, R29, R43).
import type { AuthorityStatus } from './identity/authority.ts';
import type { CourseLevel } from './course/dossier.ts';
import type { Programme } from './cohort.ts';
import { isLow } from './attendance.ts';
import type { LedgerExamState } from './ledger.ts';

/** In the order in which an office goes through them. */
export const certificateLacks = [
  'enrolment_ended', 'identity_missing', 'identity_denied', 'dossier_missing', 'lessons_none', 'lessons_open', 'figures_due', 'units_short', 'offline_short',
  'attendance_unknown', 'attendance_low', 'accuracy_unknown', 'accuracy_low', 'exam_missing', 'exam_open', 'exam_held', 'exam_failed', 'unsettled',
] as const;
export type CertificateLack = (typeof certificateLacks)[number];

/** What the gate looks at, of one enrolment at one moment. Null: not known, which is never good enough. */
export interface CertificateFacts {
  enrolled: boolean | null;
  /** `none`: no identity is registered. One an authority has not answered for is good, as it is for entering a lesson. */
  identity: AuthorityStatus | 'none' | null;
  /** Units (课时) of the plan of the newest dossier that was handed in; null where none was. */
  plan: { online: number; offline: number } | null;
  /** Units that were held while the learner was enrolled, and those of sessions in a room. */
  unitsHeld: number | null; offlineHeld: number | null;
  /** Lessons of the cohort that are not over: scheduled, open or live; and those that were held. */
  lessonsOpen: number | null; lessonsHeld: number | null;
  /** Whether something that happened is not in the figures yet. */
  figuresDue: boolean | null;
  /** Ms: held without what is excused, and credited live or made up. */
  heldMs: number | null; creditedMs: number | null;
  asked: number | null; correct: number | null;
  /** Exams of the cohort and what they came to together; state null where there is none. */
  exams: number | null; examsPassed: number | null; examState: LedgerExamState | null;
  /** Checks, reviews, appeals and exams that wait for the worker or a person. */
  unsettled: number | null;
  /** Percent, of the pack in force. */
  attendanceAtLeast: number; accuracyAtLeast: number;
}

function examLack({ exams, examsPassed, examState }: CertificateFacts): CertificateLack | null {
  if (!exams) return 'exam_missing';
  if (examsPassed === exams && examState === 'passed') return null;
  if (examState === 'held' || examState === 'to_mark') return 'exam_held';
  return examState === 'failed' || examState === 'annulled' ? 'exam_failed' : 'exam_open';
}

/** Of two figures whether they reach the limit. Nothing held, or nothing asked, is not known: nothing was shown of this learner. */
function shareLack<T extends CertificateLack>(part: number | null, whole: number | null, atLeast: number, lacks: { unknown: T; low: T }): T | null {
  if (part === null || !whole) return lacks.unknown;
  return isLow(part, whole, atLeast) ? lacks.low : null;
}

/**
 * All that is missing, in the order of `certificateLacks`; empty: a certificate may be issued. What can still take something away keeps it back: lessons to come, figures that are due, checks,
 * reviews and appeals nobody settled. What can only add to it does not: making up that is still open, a second try at an exam that was passed (decision 074).
 */
export function missingFor(facts: CertificateFacts): CertificateLack[] {
  const { identity, plan, lessonsOpen, lessonsHeld, unitsHeld, offlineHeld } = facts;
  const lacks: (CertificateLack | null | false)[] = [
    facts.enrolled !== true && 'enrolment_ended',
    (identity === null || identity === 'none') && 'identity_missing', identity === 'denied' && 'identity_denied',
    plan === null && 'dossier_missing',
    !lessonsHeld && 'lessons_none', (lessonsOpen === null || lessonsOpen > 0) && 'lessons_open', facts.figuresDue !== false && 'figures_due',
    plan !== null && (unitsHeld === null || unitsHeld < plan.online) && 'units_short', plan !== null && plan.offline > 0 && (offlineHeld === null || offlineHeld < plan.offline) && 'offline_short',
    shareLack(facts.creditedMs, facts.heldMs, facts.attendanceAtLeast, { unknown: 'attendance_unknown', low: 'attendance_low' }),
    shareLack(facts.correct, facts.asked, facts.accuracyAtLeast, { unknown: 'accuracy_unknown', low: 'accuracy_low' }),
    examLack(facts), (facts.unsettled === null || facts.unsettled > 0) && 'unsettled',
  ];
  return lacks.filter((lack) => lack !== null && lack !== false);
}

/** Why one is revoked, as the public is told; `replaced`: by a reissue, and by nothing else. */
export const revocationClasses = ['identity', 'records', 'fraud', 'by_mistake', 'by_authority', 'replaced'] as const;
export type RevocationClass = (typeof revocationClasses)[number];
/** What an office chooses from. */
export const revocationChoices = revocationClasses.filter((one) => one !== 'replaced');
/** `valid`; `revoked`; `replaced`: there is a newer one. */
export const certificateStates = ['valid', 'revoked', 'replaced'] as const;
export type CertificateState = (typeof certificateStates)[number];
export const stateOfCertificate = (revocation: RevocationClass | null): CertificateState => (revocation === null ? 'valid' : revocation === 'replaced' ? 'replaced' : 'revoked');

/** Signs of a reason; people asked for at once; certificates read and drawn together of a file that has many. */
export const certificateLimits = { reasonLeast: 2, reason: 500, mostAtOnce: 200, drawnTogether: 20, page: 50 } as const;

/** All that is printed, frozen when it is issued. Texts are empty where there is nothing; shares in thousandths, cut; days are of Shanghai, `2026-03-02`. */
export interface PrintedCertificate {
  serial: string; name: string;
  /** The document's number, masked as it is printed. */
  numberMask: string;
  course: string; occupation: string; occupationCode: string; level: CourseLevel | null; cohort: string; programme: Programme | null;
  /** Units (课时) of the plan; credited minutes, cut to whole ones. */
  units: number; minutes: number; firstDay: string; lastDay: string;
  attendance: number; accuracy: number; examScore: number | null;
  institution: string; creditCode: string; filingNumber: string; issuedOn: string;
}
