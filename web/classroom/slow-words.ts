// How long slow mode waits, in words.

type Translate = (key: string, values?: Record<string, unknown>) => string;

/** `30 秒`, `2 分钟`, or that there is no limit. */
export function slowWords(seconds: number, t: Translate): string {
  if (seconds === 0) return t('talk.order.off');
  return seconds % 60 === 0 ? t('talk.order.minutes', { n: seconds / 60 }) : t('talk.order.seconds', { n: seconds });
}
