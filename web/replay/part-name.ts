// How a part of a replay is called and told from the others.
import { useI18n } from 'vue-i18n';
import type { ReplayPart } from '#contracts/replay.ts';

type Place = Pick<ReplayPart, 'group' | 'ordinal' | 'part' | 'parts'>;

/** Also of parts that have no file yet. */
export const keyOf = ({ group, ordinal, part }: Place): string => `${group ? `${group.groupId}.` : ''}${ordinal}.${part}`;

/** The part as an address names it. */
export const addressOf = ({ group, ordinal, part, parts }: Place): Record<string, string> =>
  ({ ...(group ? { group: group.groupId } : { unit: String(ordinal) }), ...(parts > 1 && { part: String(part) }) });

/** `第 2 课时` or `第 2 组`, with `· 第 1 段 / 共 2 段` behind it where the film was cut. */
export function usePartName(): (part: Place) => string {
  const { t } = useI18n();
  return ({ group, ordinal, part, parts }) => {
    const name = t(group ? 'breakout.number' : 'lesson.unit', { n: ordinal });
    return parts > 1 ? t('replay.partOf', { unit: name, n: part, of: parts }) : name;
  };
}

/** The part an address names (`?unit=2&part=1`, `?group=…`), else the first one to watch. */
export function wantedPart(parts: readonly ReplayPart[], { unit, group, part }: Readonly<Record<string, unknown>>): ReplayPart | null {
  const isNamed = (one: ReplayPart): boolean => (one.group ? one.group.groupId === group : String(one.ordinal) === unit);
  const named = parts.find((one) => isNamed(one) && (part === undefined || String(one.part) === part));
  return named ?? parts.find((one) => one.status === 'ready' && !one.completed) ?? parts.find((one) => one.status === 'ready') ?? parts[0] ?? null;
}

/** The moment in its part that an address names (`?at=754`, whole seconds), ms; null without one. */
export const wantedMs = (at: unknown): number | null => (typeof at === 'string' && /^\d{1,5}$/.test(at) ? Number(at) * 1000 : null);

/** The next one that can be watched: of the units, or of the same group. */
export const partAfter = (parts: readonly ReplayPart[], { group, ordinal, part }: Place): ReplayPart | null =>
  parts.find((one) => one.status === 'ready' && one.group?.groupId === group?.groupId && (one.ordinal > ordinal || (one.ordinal === ordinal && one.part > part))) ?? null;
