// How long, in the two largest words that fit: for clocks of first answers.
type Translate = (key: string, filled?: Record<string, unknown>) => string;

/** Of whole minutes; less than one is one. */
export function span(ms: number, t: Translate): string {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  if (minutes < 60) return t('help.minutes', { n: minutes });
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (hours >= 48) return t('help.days', { n: Math.round(hours / 24) });
  return rest === 0 ? t('help.hours', { n: hours }) : t('help.hoursMinutes', { h: hours, n: rest });
}
