// A mark or chapter in words: its kind and what it is about.
import { useI18n } from 'vue-i18n';
import { gapKey } from './fail-reason.ts';
import type { Content } from './mark-layout.ts';

export function useMarkWords(): (mark: Content) => { kind: string; about: string } {
  const { t } = useI18n();
  return (mark) => ({ kind: t(`replay.mark.${mark.kind}`), about: mark.kind === 'gap' ? t(gapKey(mark.label)) : mark.label });
}
