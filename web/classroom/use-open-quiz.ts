// Opening a question, however it was written: once at a time, shown at once.
import { ref, type Ref } from 'vue';
import type { OpenQuiz, QuestionDraft } from '#contracts/quiz.ts';
import { useClassroom } from './classroom-store.ts';
import { useLive } from './use-live.ts';

export interface OpenQuizUse { busy: Ref<boolean>; open(draft: QuestionDraft): Promise<boolean>; again(quizId: string, seconds: number): Promise<boolean>; fromBank(wanted: { setId?: string; questionId?: string }): Promise<boolean> }

/** All answer whether it was opened; a refusal is told in words. */
export function useOpenQuiz(): OpenQuizUse {
  const live = useLive();
  const store = useClassroom();
  const busy = ref(false);
  async function once(work: () => Promise<OpenQuiz | null>): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    try {
      const quiz = await work();
      if (quiz) store.apply({ name: 'quiz:opened', data: quiz });
      return quiz !== null;
    } finally {
      busy.value = false;
    }
  }
  return { busy, open: (draft) => once(() => live.ask('quiz:open', draft)), again: (quizId, seconds) => once(() => live.ask('quiz:again', { quizId, seconds })), fromBank: (wanted) => once(() => live.ask('quiz:openFromBank', wanted)) };
}
