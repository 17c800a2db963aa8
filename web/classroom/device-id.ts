// The id of this tab as a device: kept over reloads, different in every tab.
import { newId } from '#domain/id.ts';

const storageKey = 'keshi.device';
const browserKey = 'keshi.browser';

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

/**
 * A mark of this browser, the same in all its tabs and for everybody who uses it: whether several learners answer from one device is told by it (R158). Where
 * storage is forbidden each page has a mark of its own.
 */
function browserMark(): string {
  const fresh = `b${Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
  try {
    const before = localStorage.getItem(browserKey);
    if (before !== null && /^b[0-9a-f]{12}$/.test(before)) return before;
    localStorage.setItem(browserKey, fresh);
  } catch { /* Forbidden. */ }
  return fresh;
}

/** Once per page, always the same. */
export const deviceId = (): Promise<string> => (known ??= draw().then((tab) => `${browserMark()}-${tab}`));
