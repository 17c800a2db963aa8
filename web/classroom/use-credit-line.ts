// The learner's own line, kept up to date every second; while the page is hidden its tab says when time does not count.
import { computed, onScopeDispose, shallowRef, watchEffect, type ComputedRef } from 'vue';
import { useI18n } from 'vue-i18n';
import { useServerNow } from '../clock.ts';
import { useClassroom } from './classroom-store.ts';
import { creditLine, type CreditLine } from './credit-line.ts';
import { useLive } from './use-live.ts';
import { useSilence } from './use-silence.ts';

export function useCreditLine(): ComputedRef<CreditLine | null> {
  const { t } = useI18n();
  const store = useClassroom();
  const now = useServerNow();
  const silent = useSilence(useLive());
  const hidden = shallowRef(document.hidden);
  const seen = (): void => { hidden.value = document.hidden; };
  document.addEventListener('visibilitychange', seen);

  const line = computed<CreditLine | null>(() => {
    const { state } = store;
    if (!state) return null;
    return creditLine({
      phase: store.link.phase, status: state.lesson.status, silent: silent.value, leadPresent: state.lead?.present ?? true,
      signInAnswered: state.signIn?.answered === true && state.signIn.verdict === null, credit: state.credit, nowMs: now.value,
    });
  });

  const title = document.title;
  const stop = watchEffect(() => {
    const stopped = line.value?.state === 'stopped' || line.value?.state === 'offline';
    document.title = hidden.value && stopped && store.live ? `${t('presence.line.tabStopped')} · ${title}` : title;
  });
  onScopeDispose(() => {
    stop();
    // Another page has put its own name there.
    if (document.title.endsWith(title)) document.title = title;
    document.removeEventListener('visibilitychange', seen);
  });
  return line;
}
