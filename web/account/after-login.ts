// Where a person goes after logging in.

/** Only a path of this site: an address that leads elsewhere is ignored. */
export function placeAfterLogin(next: unknown): string {
  if (typeof next !== 'string' || !next.startsWith('/') || next.startsWith('//') || next.includes('\\')) return '/';
  return next.startsWith('/login') ? '/' : next;
}
