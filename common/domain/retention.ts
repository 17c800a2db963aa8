// How long what is kept: by class, from the end of the training, by the longest of the rule packs that apply; and what a legal hold keeps beyond it (R28, R59, R121, R145).
import { packByName, packs } from './rules/packs.ts';
import { packName, type RetentionRules } from './rules/rule-pack.ts';

/**
 * `fact`: of a lesson, what was observed, asked and decided; `ledger`: sums of a class; `film` and `question`: of a course's, when nothing kept uses them any more; `face`: pictures, vectors and
 * the key they are sealed with, of a person; `person`: name, number, account and consents of somebody of whom nothing else is left. In the order in which they go.
 */
export const retentionClasses = ['fact', 'talk', 'recording', 'exam', 'ledger', 'courseware', 'film', 'question', 'face', 'person'] as const;
export type RetentionClass = (typeof retentionClasses)[number];
/** Those by which a learner is told what is kept of them: the others are nobody's own. */
export const ownClasses = ['fact', 'talk', 'recording', 'exam', 'ledger', 'face', 'person'] as const satisfies readonly RetentionClass[];
export const holdScopes = ['person', 'cohort', 'lesson', 'institution'] as const;
export type HoldScope = (typeof holdScopes)[number];
/** Words of a hold, and of its end. */
export const holdWords = { least: 2, most: 500 } as const;

export type RetentionFigure = keyof RetentionRules;
const figureOf: Readonly<Record<RetentionClass, RetentionFigure>> = {
  fact: 'factYears', talk: 'talkYears', recording: 'recordingYears', exam: 'examYears', ledger: 'factYears', courseware: 'coursewareYears', film: 'recordingYears', question: 'examYears', face: 'pictureDays', person: 'factYears',
};

/** The class, the figure and the pack it comes from, as certificates of deletion name it: `fact 5 years default@1`. */
export interface RetentionRule { years: number; days: number; named: string }
/** The longest of these packs (`id@version`), so that no region's clause is broken by another's. Throws not_found for a pack there never was, RangeError for none. */
export const ruleOf = (retentionClass: RetentionClass, packNames: readonly string[]): RetentionRule => longestOf(retentionClass, figureOf[retentionClass], packNames);

/** Of rows that only serve for a while, such as notices and the security log, and of nobody's training: the longest of all packs there are. `named` begins with `log`. */
export const logRule = (figure: RetentionFigure): RetentionRule => longestOf('log', figure, packs.map(packName));
/** The last instant whose rows may go now. */
export const logBefore = (rule: RetentionRule, now: Date): Date => dueFrom(now, { years: -rule.years, days: -rule.days });

function longestOf(name: string, figure: RetentionFigure, packNames: readonly string[]): RetentionRule {
  const [longest] = packNames.map((pack) => ({ pack, value: packByName(pack).retention[figure] })).toSorted((one, other) => other.value - one.value);
  if (!longest) throw new RangeError('a rule pack must apply');
  const inYears = figure.endsWith('Years');
  return { years: inYears ? longest.value : 0, days: inYears ? 0 : longest.value, named: `${name} ${longest.value} ${inYears ? 'years' : 'days'} ${longest.pack}` };
}

/** The instant from which it may go: the same day so many years later (29 February: 1 March), by UTC. */
export function dueFrom(end: Date, { years, days }: Pick<RetentionRule, 'years' | 'days'>): Date {
  const due = new Date(end);
  due.setUTCFullYear(due.getUTCFullYear() + years);
  due.setUTCDate(due.getUTCDate() + days);
  return due;
}

/** `endedAt` null: the training is not over. `holds`: ids of those that stand. */
export interface Kept { retentionClass: RetentionClass; endedAt: Date | null; packNames: readonly string[]; holds: readonly string[] }
export type RetentionVerdict =
  | { state: 'due'; since: Date; rule: string }
  | { state: 'kept'; because: 'training_runs' | 'time' | 'hold'; until: Date | null; rule: string };

/** A hold is told of only where time alone would let the thing go. */
export function retentionOf({ retentionClass, endedAt, packNames, holds }: Kept, now: Date): RetentionVerdict {
  const rule = ruleOf(retentionClass, packNames);
  if (endedAt === null) return { state: 'kept', because: 'training_runs', until: null, rule: rule.named };
  const since = dueFrom(endedAt, rule);
  if (since > now) return { state: 'kept', because: 'time', until: since, rule: rule.named };
  return holds.length > 0 ? { state: 'kept', because: 'hold', until: null, rule: rule.named } : { state: 'due', since, rule: rule.named };
}

/** Whoever stores the faces of so many people files with the provincial cyberspace office within 30 working days (人脸识别技术应用安全管理办法, Art. 15); counted on what is stored now. */
export const faceFiling = { line: 100_000, warnAtShare: 0.8 } as const;
export const faceFilingState = (stored: number): 'fine' | 'near' | 'reached' =>
  (stored >= faceFiling.line ? 'reached' : stored >= faceFiling.line * faceFiling.warnAtShare ? 'near' : 'fine');
