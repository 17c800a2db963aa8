// Why whoever oversees looks, and on which inspection: said once, sent with every request of this tab, and shown to the institution with each look (decisions 088, 099).
import { readonly, ref } from 'vue';

const storageKey = 'keshi-look-purpose';
/** Browsers may forbid a page to keep anything: then it is asked for again after a reload. */
function kept(change?: string | null): string | null {
  try {
    if (change === null) sessionStorage.removeItem(storageKey);
    else if (change !== undefined) sessionStorage.setItem(storageKey, change);
    return sessionStorage.getItem(storageKey);
  } catch {
    return change ?? null;
  }
}

const purpose = ref<string | null>(kept());
let inspection: string | null = null;

export const saidPurpose = readonly(purpose);
/** Null when they log out: the next person says their own. */
export function sayPurpose(words: string | null): void {
  purpose.value = words;
  kept(words);
}
/** What is opened from now on is opened on this inspection; null: on none. */
export const lookOnInspection = (inspectionId: string | null): void => { inspection = inspectionId; };

/** Headers hold no Chinese: percent-encoded, as the server reads them. */
export const lookHeaders = (): Record<string, string> => ({
  ...(purpose.value !== null && { 'keshi-purpose': encodeURIComponent(purpose.value) }), ...(inspection !== null && { 'keshi-inspection': inspection }),
});
