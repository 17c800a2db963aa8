// What stands on the time line of a lesson in words: questions, hands, stage, screens, and what went on when people were lost.
import { useI18n } from 'vue-i18n';
import type { AfterClass } from '#contracts/after-class.ts';
import type { IconName } from '../parts/icon-paths.ts';

export interface LessonMark { kind: 'quiz' | AfterClass['marks'][number]['kind']; atMs: number; label: string; count: number }
export const markIcons: Record<LessonMark['kind'], IconName> = { quiz: 'quiz', hand: 'hand', stage: 'stage', screen: 'screen' };

/** By time. A question is called by its number and wording. */
export const lessonMarks = ({ questions, marks }: Pick<AfterClass, 'questions' | 'marks'>): LessonMark[] =>
  [...questions.map(({ atMs, prompt }, index): LessonMark => ({ kind: 'quiz', atMs, label: `${index + 1}. ${prompt}`, count: 1 })), ...marks].sort((one, other) => one.atMs - other.atMs);

export function useAfterWords() {
  const { t } = useI18n();
  return {
    mark: ({ kind, label, count }: Omit<LessonMark, 'atMs'>): string => t(`afterClass.mark.${kind}`, { about: label, n: count }),
    during: ({ kind, label, count }: AfterClass['drops'][number]['during'][number]): string => t(`afterClass.during.${kind}`, { about: label, n: count }),
  };
}
