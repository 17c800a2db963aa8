// What a region demands, as figures: one pack per region and version. What no document fixes is a figure here all the same, so that it is printed and not guessed.
// A pack that was in force is never changed: a new version stands beside it, and every record names the one that applied.

export interface AttendanceRules {
  /** Below this percentage attendance (R25) and accuracy (R27) are marked. */
  attendanceLowBelowPercent: number;
  accuracyLowBelowPercent: number;
  /** A unit held for less, because of interruptions, is to be held again (R42). */
  leastHeldMinutes: number;
  /** Whether a replay may fill what was missed live (`makeUp`); never beyond the unit. */
  replayCounts: boolean;
}
export interface PresenceRules {
  /** A sign of life vouches for this long; a seat without one is over then. */
  leaseMs: number;
  /** A hidden page is forgiven for so long at a time; credit stops when it is used up (R22). */
  hiddenGraceMs: number;
  /** The same for media that do not come; null where a seat alone is enough. */
  mediaGraceMs: number | null;
  /** Nobody touched the device for so long: asked once whether they are there; null: never asked (R141). */
  idleAskAfterMs: number | null;
  /** Without an answer the session ends. */
  idleAnswerWithinMs: number;
}
export interface CheckRules {
  /** A sign-in before each unit (R20), or one before the lesson (R116). */
  signIn: 'each_unit' | 'each_lesson';
  /** Spot checks of one learner in one unit (R61, R117). */
  spotPerUnit: number;
  /** Time to answer, ms; again for the one retry. */
  windowMs: number;
  /** The same on the other way: for the phone code to come and be typed in, and for somebody to look. */
  lookWindowMs: number;
  /** How often a check that failed or was missed is asked once more; the last attempt counts. */
  retries: number;
  /** How often a learner may ask for the sign-in of one unit again after that. */
  signInsAgain: number;
  /** Most checks due in one second. */
  perSecond: number;
  /** A failed check takes credit from the last passed check before it to the next passed one, at most so many minutes; likewise a missed one. */
  failedVoidsAtMostMinutes: number;
  missedVoidsAtMostMinutes: number;
}
export const replayAnswerRules = ['count', 'whereMadeUp', 'shown'] as const;
export type ReplayAnswerRule = (typeof replayAnswerRules)[number];
export interface ReplayRules {
  /** At the first viewing nobody gets ahead of what was watched; afterwards one may jump about freely. */
  firstViewingWithoutSkipping: boolean;
  /** Credited seconds of replay per second of real time, at most. */
  creditSpeed: number;
  /** Fastest playback offered. Faster than `creditSpeed` it saves time and not credit. */
  fastestSpeed: number;
  /** Share of the file credited from which the viewing counts as whole, 0..1. */
  completeShare: number;
  /** Whether an answer given in the replay counts for accuracy: always, only where the time around it is made up with checks, or never. What was asked in class stays as it is there. */
  answers: ReplayAnswerRule;
}
/**
 * For how long what was missed may be made up in the replay, with how many spot checks per 45 minutes of it (besides a sign-in each time), and whether what a failed
 * check took is open to it as well.
 */
export interface MakeUpRules { days: number; checksPerUnit: number; failedChecks: boolean }
/** What a learner may do about a check or a stretch that was not credited: appeal, within so many days after it was settled. */
export interface ReviewRules { appealDays: number }
/** Exams: whether nobody gets a question before a sign-in, and one spot check in each so many minutes of working, anywhere within them; null: none. */
export interface ExamRules { signIn: boolean; spotEveryMinutes: number | null }
/** Of a course's hours plan, in units: the share that may be online at most (R40), null: no limit; units of public subjects at least (R41). */
export interface CourseRules { onlineAtMostPercent: number | null; publicAtLeastHours: number }
/** Opening a cohort: whether the authority's approval follows the institution's, or the institution's is enough. */
export interface OpeningRules { authority: boolean }
/** By class, counted from the end of the training (domain/retention.ts): years for what proves it, days for pictures, vectors and raw captures, which serve only until it is proven. */
export interface RetentionRules {
  factYears: number; recordingYears: number; coursewareYears: number; examYears: number; talkYears: number;
  pictureDays: number; rawCaptureDays: number; securityLogDays: number;
}

/** Real names: whether a learner is let into a lesson, its replay and making up only with a registered identity (R9, R84, R102, R116). */
export interface RealNameRules { beforeLesson: boolean }

export interface RulePack {
  /** Region or `default`; with `version` what a record names. */
  id: string; version: number;
  title: { zh: string; en: string };
  /** Clauses the figures come from. What no clause fixes is the default's, but a demand the default has from another region's clause alone (idle, a second spot check) is not made. */
  sources: readonly string[];
  realName: RealNameRules; attendance: AttendanceRules; presence: PresenceRules; checks: CheckRules; replay: ReplayRules; makeUp: MakeUpRules; review: ReviewRules; retention: RetentionRules; exam: ExamRules; course: CourseRules; opening: OpeningRules;
}

/** How records and reports name a pack. */
export const packName = ({ id, version }: Pick<RulePack, 'id' | 'version'>): string => `${id}@${version}`;
