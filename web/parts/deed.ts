// What a form or button asks of the server: no second time while it runs, and its failure in words.
import { readonly, ref, type Ref } from 'vue';
import { useI18n } from 'vue-i18n';
import { RestError } from '../rest.ts';

export interface Deed {
  busy: Readonly<Ref<boolean>>;
  /** What went wrong, translated; null while nothing did. */
  failure: Readonly<Ref<string | null>>;
  run(work: () => Promise<void>): Promise<void>;
}

export function useDeed(): Deed {
  const { t } = useI18n();
  const busy = ref(false);
  const failure = ref<string | null>(null);
  async function run(work: () => Promise<void>) {
    if (busy.value) return;
    busy.value = true;
    failure.value = null;
    try {
      await work();
    } catch (error) {
      if (!(error instanceof RestError)) throw error;
      failure.value = t(`errors.${error.code}`);
    } finally {
      busy.value = false;
    }
  }
  return { busy: readonly(busy), failure: readonly(failure), run };
}
