// The id of this tab as a device: kept over reloads, different in every tab.
import { newId } from '#domain/id.ts';

const storageKey = 'keshi.device';

function kept(): string | null {
  try {
    return sessionStorage.getItem(storageKey);
  } catch {
    return null;
  }
}

function keep(id: string): void {
  try {
    sessionStorage.setItem(storageKey, id);
  } catch { /* Storage may be forbidden: a reload then counts as another device. */ }
}

/** Holds a lock of this name until the page goes; false where another tab holds it. */
function held(name: string): Promise<boolean> {
  if (!('locks' in navigator)) return Promise.resolve(true);
  return new Promise((answer) => {
    navigator.locks.request(name, { ifAvailable: true }, (lock) => {
      answer(lock !== null);
      return lock ? new Promise<never>(() => undefined) : undefined;
    }).catch(() => answer(true));
  });
}

let known: Promise<string> | null = null;

async function draw(): Promise<string> {
  const before = kept();
  // A duplicated tab starts with a copy of the storage: two live pages must not share an id, they would push each other out for ever.
  if (before && await held(`keshi.device.${before}`)) return before;
  const id = newId();
  keep(id);
  await held(`keshi.device.${id}`);
  return id;
}

/** Once per page, always the same. */
export const deviceId = (): Promise<string> => (known ??= draw());
