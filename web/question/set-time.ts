// Times of sets in words.
type Say = (key: string, named: Record<string, unknown>) => string;

export const usualSeconds = [15, 30, 60, 120, 300] as const;
/** Whole minutes as minutes, anything else with its seconds. */
export function durationWord(seconds: number, t: Say): string {
  const [m, s] = [Math.floor(seconds / 60), seconds % 60];
  return m === 0 ? t('question.seconds', { s }) : s === 0 ? t('question.minutes', { m }) : t('question.minutesSeconds', { m, s });
}
