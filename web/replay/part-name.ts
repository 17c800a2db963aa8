// How a part of a replay is called and told from the others.
import { useI18n } from 'vue-i18n';
import type { ReplayPart } from '#contracts/replay.ts';

type Place = Pick<ReplayPart, 'ordinal' | 'part' | 'parts'>;

/** Also of parts that have no file yet. */
export const keyOf = ({ ordinal, part }: Place): string => `${ordinal}.${part}`;

/** `第 2 课时`, or `第 2 课时 · 第 1 段 / 共 2 段` where the unit was cut. */
export function usePartName(): (part: Place) => string {
  const { t } = useI18n();
  return ({ ordinal, part, parts }) => (parts > 1 ? t('replay.partOf', { unit: t('lesson.unit', { n: ordinal }), n: part, of: parts }) : t('lesson.unit', { n: ordinal }));
}

/** The part an address names (`?unit=2&part=1`), else the first one to watch. */
export function wantedPart(parts: readonly ReplayPart[], unit: unknown, part: unknown): ReplayPart | null {
  const named = parts.find((one) => String(one.ordinal) === unit && (part === undefined || String(one.part) === part));
  return named ?? parts.find((one) => one.status === 'ready' && !one.completed) ?? parts.find((one) => one.status === 'ready') ?? parts[0] ?? null;
}

/** The moment in its part that an address names (`?at=754`, whole seconds), ms; null without one. */
export const wantedMs = (at: unknown): number | null => (typeof at === 'string' && /^\d{1,5}$/.test(at) ? Number(at) * 1000 : null);

/** The next one that can be watched. */
export const partAfter = (parts: readonly ReplayPart[], { ordinal, part }: Place): ReplayPart | null =>
  parts.find((one) => one.status === 'ready' && (one.ordinal > ordinal || (one.ordinal === ordinal && one.part > part))) ?? null;
