// Where a regulator may look first: one rule over an institution's figures of the last months, with its reasons. It orders a list; nothing follows from it by itself (R10, R106, R113).

/** Of the days before now. */
export const riskWindowDays = 90;

/** What the rule looks at, of one institution within the window; what is open is open now. */
export interface RiskFacts {
  /** Lessons that were held, and learners in them, each lesson counted. */
  lessons: number; learnerLessons: number;
  checksAsked: number; checksFailed: number; checksMissed: number;
  /** Doubts about learners that nobody settled. */
  doubtsOpen: number;
  /** Recorded lessons that are over for a day and have no film; films that are held back until a person looked. */
  recordingsMissing: number; recordingsHeld: number;
  /** Corrections of hours by paper that were approved; appeals of learners; reports of trouble. */
  corrections: number; appeals: number; tickets: number;
  /** Findings of inspections that are neither accepted nor withdrawn, however old. */
  findingsOpen: number;
}

export const riskCodes = ['findings', 'recordings_missing', 'checks', 'doubts', 'corrections', 'appeals', 'recordings_held', 'tickets'] as const;
export type RiskCode = (typeof riskCodes)[number];
export const riskLevels = ['high', 'raised', 'usual', 'unknown'] as const;
/** `unknown`: nothing was held, and nothing speaks for or against. */
export type RiskLevel = (typeof riskLevels)[number];
/** `count` of `of`; without a whole, `of` is null. */
export interface RiskReason { code: RiskCode; level: 'high' | 'raised'; count: number; of: number | null }
export interface Risk { level: RiskLevel; points: number; reasons: RiskReason[] }

/** From `least` on it says anything; `raised` and `high` are shares of the whole, or counts where there is no whole. */
interface Measure { code: RiskCode; count: (facts: RiskFacts) => number; of: ((facts: RiskFacts) => number) | null; least: number; raised: number; high: number }
const measures: readonly Measure[] = [
  { code: 'findings', count: ({ findingsOpen }) => findingsOpen, of: null, least: 1, raised: 1, high: 3 },
  { code: 'recordings_missing', count: ({ recordingsMissing }) => recordingsMissing, of: ({ lessons }) => lessons, least: 1, raised: 0, high: 0.05 },
  { code: 'checks', count: ({ checksFailed, checksMissed }) => checksFailed + checksMissed, of: ({ checksAsked }) => checksAsked, least: 5, raised: 0.1, high: 0.25 },
  { code: 'doubts', count: ({ doubtsOpen }) => doubtsOpen, of: ({ learnerLessons }) => learnerLessons, least: 3, raised: 0.01, high: 0.05 },
  { code: 'corrections', count: ({ corrections }) => corrections, of: ({ learnerLessons }) => learnerLessons, least: 3, raised: 0.02, high: 0.1 },
  { code: 'appeals', count: ({ appeals }) => appeals, of: ({ learnerLessons }) => learnerLessons, least: 3, raised: 0.02, high: 0.1 },
  { code: 'recordings_held', count: ({ recordingsHeld }) => recordingsHeld, of: ({ lessons }) => lessons, least: 2, raised: 0.05, high: 0.2 },
  { code: 'tickets', count: ({ tickets }) => tickets, of: ({ lessons }) => lessons, least: 5, raised: 0.5, high: 2 },
];
const pointsOf = { high: 3, raised: 1 } as const;
/** So many things that are only raised are together as much as one that is high. */
const manyRaised = 3;

function reasonOf({ code, count, of, least, raised, high }: Measure, facts: RiskFacts): RiskReason | null {
  const found = count(facts);
  if (found < least) return null;
  const whole = of?.(facts) ?? null;
  // Of nothing, whatever there is is all of it.
  const measured = whole === null ? found : whole === 0 ? Infinity : found / whole;
  if (measured < raised) return null;
  return { code, level: measured >= high ? 'high' : 'raised', count: found, of: whole };
}

/** Reasons with what weighs most first; higher points stand further up. */
export function institutionRisk(facts: RiskFacts): Risk {
  const reasons = measures.flatMap((measure) => reasonOf(measure, facts) ?? []).sort((one, other) => pointsOf[other.level] - pointsOf[one.level]);
  const points = reasons.reduce((sum, { level }) => sum + pointsOf[level], 0);
  if (reasons.some(({ level }) => level === 'high') || reasons.length >= manyRaised) return { level: 'high', points, reasons };
  return { level: reasons.length > 0 ? 'raised' : facts.lessons === 0 ? 'unknown' : 'usual', points, reasons };
}
