// A rule of keeping as people read it, from how records name it: `fact 5 years default@1`.
type Words = (key: string, named: Record<string, string | number>) => string;

/** Of what was written by an older version of the platform: as it stands. */
export function ruleWords(rule: string, t: Words): string {
  const found = /^\S+ (\d+) (years|days) (\S+)$/.exec(rule);
  return found ? t(`retention.ruleOf.${found[2]!}`, { n: Number(found[1]), pack: found[3]! }) : t('retention.rule', { rule });
}
