// The quality chosen on this device, kept for the next film.
import { qualities, type Quality } from './film-source.ts';

const storageKey = 'keshi.replayQuality';
const isQuality = (value: unknown): value is Quality => (qualities as readonly unknown[]).includes(value);

export function keptQuality(): Quality {
  try {
    const kept = localStorage.getItem(storageKey);
    return isQuality(kept) ? kept : 'auto';
  } catch {
    return 'auto';
  }
}
export function keepQuality(quality: Quality): void {
  try { localStorage.setItem(storageKey, quality); } catch { /* Storage may be forbidden: the choice then lasts as long as the page. */ }
}
