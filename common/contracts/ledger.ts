// The ledger (电子培训台账), over REST: learners of an institution or a cohort with everything that counts, one learner in full, and the same as a file (R114, R115, R118, R142).
import Type, { type Static } from 'typebox';
import { ledgerExamStates, ledgerFormats, ledgerLimits, ledgerSorts } from '#domain/ledger.ts';
import { lessonStatuses } from '#domain/lesson.ts';
import { Closed, Instant, Nullable, OneOf, Uuid } from './shapes.ts';

const Checks = Closed({ asked: Type.Integer(), matched: Type.Integer(), failed: Type.Integer(), missed: Type.Integer(), pending: Type.Integer() });
/** What screen, file and API tell of a learner, or of a learner in one lesson, in the same words. */
const Figures = {
  /** Minutes with one decimal, cut. Held ones without what is excused; attendance is credited and made up over held, 0..1, null when nothing was held. */
  heldMinutes: Type.Number(), creditedMinutes: Type.Number(), madeUpMinutes: Type.Number(), attendance: Nullable(Type.Number()), attendanceLow: Type.Boolean(),
  /** Of the minutes credited live those that a correction credited, and those one took off. */
  correctedMinutes: Type.Number(), takenBackMinutes: Type.Number(),
  asked: Type.Integer(), answered: Type.Integer(), correct: Type.Integer(), accuracy: Nullable(Type.Number()), accuracyLow: Type.Boolean(),
  checks: Checks,
  /** Checks, appeals and exams that wait for the worker or a person. */
  unsettled: Type.Integer(),
  /** Rule pack that set the limits, and as of when all this is true. */
  rulePack: Type.String(), asOf: Instant,
};
export const LedgerRow = Closed({
  cohortId: Uuid, personId: Uuid, name: Type.String(), login: Type.String(),
  /** Masked; the full number is not here. Null: no identity is registered. */
  numberMask: Nullable(Type.String()), phoneMask: Nullable(Type.String()),
  cohortTitle: Type.String(), courseTitle: Type.String(), enrolledAt: Instant, endedAt: Nullable(Instant),
  /** Lessons held, and how many of them the learner came to. */
  lessons: Type.Integer(), came: Type.Integer(), units: Type.Integer(),
  ...Figures,
  /** Exams of the cohort, those passed, the one that stands most in the way (null: no exam), and the mean share of the best attempts, 0..1. */
  exams: Type.Integer(), examsPassed: Type.Integer(), examState: Nullable(OneOf(ledgerExamStates)), examShare: Nullable(Type.Number()),
  /** Number of the certificate; null: none was issued. */
  certificate: Nullable(Type.String()),
});
export type LedgerRow = Static<typeof LedgerRow>;

const yes = OneOf(['yes'] as const);
/** What a list is narrowed to. Without an institution: the only one, else the first by name, of those whose ledger one sees. */
export const narrowing = {
  institutionId: Type.Optional(Uuid), cohortId: Type.Optional(Uuid), courseId: Type.Optional(Uuid),
  attendanceLow: Type.Optional(yes), accuracyLow: Type.Optional(yes), unsettled: Type.Optional(yes), text: Type.Optional(Type.String({ maxLength: ledgerLimits.text })),
};
const ordering = { sort: Type.Optional(OneOf(ledgerSorts)), order: Type.Optional(OneOf(['up', 'down'] as const)) };
/** `offset` and `limit` in rows; without: the first 100. */
export const LedgerQuery = Closed({ ...narrowing, ...ordering, offset: Type.Optional(Type.String({ pattern: '^\\d{1,7}$' })), limit: Type.Optional(Type.String({ pattern: '^[1-9]\\d{0,2}$' })) });
export const LedgerCountsQuery = Closed(narrowing);
export type LedgerNarrowing = Static<typeof LedgerCountsQuery>;
export const LedgerPage = Closed({ rows: Type.Array(LedgerRow), offset: Type.Integer(), generatedAt: Instant });
export type LedgerPage = Static<typeof LedgerPage>;

/** `found`: of what was asked for; the others: of the same without those three filters. Sums are over what was found. `oldestAsOf` null: nobody was found. */
export const LedgerCounts = Closed({
  found: Type.Integer(), all: Type.Integer(), attendanceLow: Type.Integer(), accuracyLow: Type.Integer(), unsettled: Type.Integer(),
  totals: Closed({ heldMinutes: Type.Number(), creditedMinutes: Type.Number(), madeUpMinutes: Type.Number(), attendance: Nullable(Type.Number()), asked: Type.Integer(), correct: Type.Integer(), accuracy: Nullable(Type.Number()) }),
  oldestAsOf: Nullable(Instant), generatedAt: Instant,
});
export type LedgerCounts = Static<typeof LedgerCounts>;

/** Whose ledger one sees: institutions one runs or oversees, or (`whole` false) in which one teaches; their cohorts, of those the ones one teaches. */
export const LedgerScopes = Closed({
  institutions: Type.Array(Closed({
    institutionId: Uuid, name: Type.String(), whole: Type.Boolean(), attendanceLowBelowPercent: Type.Integer(), accuracyLowBelowPercent: Type.Integer(),
    cohorts: Type.Array(Closed({ cohortId: Uuid, title: Type.String(), courseId: Uuid, courseTitle: Type.String() })),
  })),
});
export type LedgerScopes = Static<typeof LedgerScopes>;

export const LedgerUnit = Closed({ unitId: Uuid, ordinal: Type.Integer(), startedAt: Instant, heldMinutes: Type.Number(), creditedMinutes: Type.Number(), madeUpMinutes: Type.Number(), attendance: Nullable(Type.Number()) });
export const LedgerLesson = Closed({
  lessonId: Uuid, title: Type.String(), startsAt: Instant, status: OneOf(lessonStatuses), teachers: Type.Array(Type.String()), joinedAt: Nullable(Instant), leftAt: Nullable(Instant),
  ...Figures, units: Type.Array(LedgerUnit),
});
export type LedgerLesson = Static<typeof LedgerLesson>;
/** One learner in one cohort, lesson by lesson in the order of time; limits in percent. */
export const LearnerLedger = Closed({
  institutionName: Type.String(), learner: LedgerRow, lessons: Type.Array(LedgerLesson), attendanceLowBelowPercent: Type.Integer(), accuracyLowBelowPercent: Type.Integer(), generatedAt: Instant,
});
export type LearnerLedger = Static<typeof LearnerLedger>;
export const OwnLedger = Closed({ rows: Type.Array(LedgerRow) });
export type OwnLedger = Static<typeof OwnLedger>;

export const ExportBody = Closed({ ...narrowing, ...ordering, format: OneOf(ledgerFormats), locale: OneOf(['zh', 'en'] as const) });
export type ExportBody = Static<typeof ExportBody>;
/** `progress` 0..1; `secondsLeft` null while nothing can be said. `gone`: its time is over. */
export const LedgerExport = Closed({
  exportId: Uuid, format: OneOf(ledgerFormats), status: OneOf(['waiting', 'making', 'ready', 'failed', 'gone'] as const), progress: Type.Number({ minimum: 0, maximum: 1 }),
  secondsLeft: Nullable(Type.Integer()), rows: Type.Integer(), sizeBytes: Nullable(Type.Integer()), askedAt: Instant, deleteAfter: Instant,
});
export type LedgerExport = Static<typeof LedgerExport>;
