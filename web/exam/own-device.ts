// Names this page of this device to the server: the same after a reload, another one in another tab.
import { newId } from '#domain/id.ts';

const key = 'keshi.exam-device';
/** Where storage is forbidden it lasts as long as the page. */
let drawn: string | null = null;

export function ownDevice(): string {
  try {
    drawn ??= sessionStorage.getItem(key) ?? newId();
    sessionStorage.setItem(key, drawn);
  } catch {
    drawn ??= newId();
  }
  return drawn;
}
