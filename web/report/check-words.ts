// Face checks of a learner in words: only what there is.
import { useI18n } from 'vue-i18n';
import type { ReportRow } from '#contracts/report.ts';

const parts = ['matched', 'failed', 'missed', 'pending'] as const;

export function useCheckWords(): (row: ReportRow) => string {
  const { t } = useI18n();
  return ({ checks, checkWay }) => {
    const words = parts.filter((part) => checks[part] > 0).map((part) => t(`report.checks.${part}`, { n: checks[part] }));
    if (words.length > 0) return words.join(t('common.listJoin'));
    return checkWay === 'alternative' ? t('report.checks.alternative') : t('report.checks.none');
  };
}
