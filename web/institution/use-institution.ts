// Which institution a page is about: the one its address names, or the first one of this person.
import { computed, type ComputedRef } from 'vue';
import type { InstitutionList } from '#contracts/institution-routes.ts';
import { useLoaded, type Loaded } from '../loaded.ts';
import { rest } from '../rest.ts';

export function useInstitution(wanted: () => string | undefined): { list: Loaded<InstitutionList>; institutionId: ComputedRef<string | null> } {
  const list = useLoaded(() => rest('GET /api/institutions'));
  const institutionId = computed(() => {
    const known = list.data.value?.institutions ?? [];
    return (known.find((one) => one.institutionId === wanted()) ?? known[0])?.institutionId ?? null;
  });
  return { list, institutionId };
}
