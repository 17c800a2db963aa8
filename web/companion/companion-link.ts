// The link a phone opens, and the key it keeps: the link opens once, the key lets this phone come back.

/** What a phone shows at the door: see PhoneHandshake. */
export interface PhonePass { lessonId: string; token: string; key: string }

/** The token stands behind the #: it is in no request, no log and no referrer. The language is the teacher's. */
export const companionLink = (origin: string, lessonId: string, token: string, locale: string): string => `${origin}/companion/${lessonId}?lang=${locale}#${token}`;

const storageKey = 'keshi.companion';
const secret = /^[A-Za-z0-9_-]{43}$/;

function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function keptPass(storage: Pick<Storage, 'getItem'>): PhonePass | null {
  try {
    const { lessonId, token, key } = JSON.parse(storage.getItem(storageKey) ?? '{}') as Partial<PhonePass>;
    return lessonId && token && key && secret.test(token) && secret.test(key) ? { lessonId, token, key } : null;
  } catch {
    return null;
  }
}

/** The pass for the page at `hash`: kept where it is of the same link, else a new one; null where the address is not whole. */
export function passFor(lessonId: string, hash: string, storage: Pick<Storage, 'getItem' | 'setItem'>): PhonePass | null {
  const kept = keptPass(storage);
  const token = hash.replace(/^#/, '') || (kept?.lessonId === lessonId ? kept.token : '');
  if (!secret.test(token)) return null;
  if (kept?.token === token && kept.lessonId === lessonId) return kept;
  const pass = { lessonId, token, key: newKey() };
  try { storage.setItem(storageKey, JSON.stringify(pass)); } catch { /* Forbidden: then the phone comes back as long as the page lives. */ }
  return pass;
}
