// Spot-checks of recordings (抽查): sealed, drawn, findings handed over, closed; what may happen when, who sees what, and how doubtful a lesson is (R106, R113).
import { DomainError } from '../errors.ts';

/** `sealed`: the hash of the seed is published, nothing is drawn yet. `handed`: the institutions have the findings and a deadline. */
export const inspectionStates = ['sealed', 'drawn', 'handed', 'closed'] as const;
export type InspectionState = (typeof inspectionStates)[number];
export const inspectionMoves = ['draw', 'find', 'handOver', 'close'] as const;
export type InspectionMove = (typeof inspectionMoves)[number];

/** Recordings of one draw. */
export const sampleSize = { least: 1, most: 200 } as const;
export const mostInstitutions = 200;
/** The longest period, days. */
export const longestPeriodDays = 366;
/** Signs of a title, of words about a finding, of an answer, of a purpose, of what the inspector adds to the seed. */
export const inspectionTitle = { least: 2, most: 80 } as const;
export const inspectionWords = { least: 2, most: 1000 } as const;
export const lookPurpose = { least: 4, most: 200 } as const;
export const ownWordsMost = 64;
/** So long before a deadline whoever has to answer is reminded. */
export const reminderDays = 3;
/** Days from handing over until an institution must have answered. */
export const rectificationDays = { least: 1, most: 180, usual: 15 } as const;
/** How long a purpose that was given opens a picture, ms. */
export const lookValidMs = 10 * 60_000;

export interface Standing { state: InspectionState; /** Findings that were not withdrawn, and those of them that are not accepted. */ findings: number; open: number }
/** Whether this may happen now. Without findings an inspection is closed as it is, also before it was drawn; with some, when all were answered and accepted. */
export function mayMove({ state, findings, open }: Standing, move: InspectionMove): boolean {
  if (move === 'draw') return state === 'sealed';
  if (move === 'find') return state === 'drawn';
  if (move === 'handOver') return state === 'drawn' && findings > 0;
  return ((state === 'sealed' || state === 'drawn') && findings === 0) || (state === 'handed' && open === 0);
}
/** Throws inspection_move_refused. */
export function requireMove(standing: Standing, move: InspectionMove): void {
  if (!mayMove(standing, move)) throw new DomainError('inspection_move_refused', `an inspection that is ${standing.state} with ${standing.open} of ${standing.findings} findings open: no ${move}`);
}

/** What was not announced the institution learns of when findings are handed over, or when it is closed; never, where nothing was drawn. */
export const seenByOffice = ({ announced, state, drawn }: { announced: boolean; state: InspectionState; drawn: boolean }): boolean => announced || state === 'handed' || (state === 'closed' && drawn);

export const risks = ['high', 'middle', 'low'] as const;
export type Risk = (typeof risks)[number];
/** Of a lesson, or of the file: the strongest signal (0..1), checks asked and not passed, corrections approved, ms without recording, whether a person had to let it pass. */
export interface RiskFacts { strongestSignal: number; checks: number; unpassed: number; corrections: number; gapsMs: number; held: boolean }
/** Figures that are on file before anybody draws; the limits stand in decision 085. */
export function riskOf({ strongestSignal, checks, unpassed, corrections, gapsMs, held }: RiskFacts): Risk {
  if (strongestSignal >= 0.7 || gapsMs >= 60_000 || held) return 'high';
  return strongestSignal >= 0.2 || corrections > 0 || (checks > 0 && unpassed * 10 >= checks) ? 'middle' : 'low';
}
