// What goes along with a report of trouble: gathered here, shown to the person, and no more than the contract has room for.
import type { Diagnostics } from '#contracts/help-routes.ts';
import { serverNow } from '../clock.ts';
import { lastRefusals } from './last-refusals.ts';

export type MediaFigures = NonNullable<Diagnostics['media']>;

/** Path alone: what follows `?` or `#` may be a secret, and so may be a part of the path that is no word and no id. */
export function plainPage(path: string): string {
  const [bare = '/'] = path.split(/[?#]/);
  const parts = bare.split('/').slice(1).map((part) => (/^[a-z][a-z-]{0,30}$/.test(part) || /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(part) ? part : part === '' ? '' : '_'));
  return `/${parts.join('/')}`.slice(0, 200);
}

/** Firefox and some phones do not tell of all devices. */
async function permissionOf(name: 'camera' | 'microphone'): Promise<Diagnostics['camera']> {
  try {
    return (await navigator.permissions.query({ name: name as PermissionName })).state;
  } catch {
    return 'unknown';
  }
}

/** `path`: of the page on which the trouble was. */
export async function gatherDiagnostics({ path, lessonId, media }: { path: string; lessonId: string | null; media: MediaFigures | null }): Promise<Diagnostics> {
  const whole = (value: number): number => Math.max(0, Math.round(value));
  return {
    browser: navigator.userAgent.slice(0, 300), language: navigator.language.slice(0, 20), screen: `${whole(screen.width)}x${whole(screen.height)}@${Math.round(devicePixelRatio * 100) / 100}`,
    page: plainPage(path), lessonId, online: navigator.onLine, skewMs: Math.round(Date.now() - serverNow()), errors: lastRefusals(), camera: await permissionOf('camera'), microphone: await permissionOf('microphone'), media,
  };
}

/** Where in a page's address the lesson stands; null: in none. */
export const lessonOf = (path: string): string | null => /^\/lessons\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?=\/|$|\?|#)/.exec(path)?.[1] ?? null;
