// Writes come from our own pages only: the cookie is SameSite=Lax, and what the browser says of the sender is checked too.
import type { IncomingHttpHeaders } from 'node:http';

/**
 * True when the browser says that one of our own pages asks. Sec-Fetch-Site is the browser's own word and cannot be set by a page;
 * older browsers send Origin. Programs that are no browser send neither, and carry nobody's cookie unasked.
 */
export function fromOwnPage(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const { origin, host } = headers;
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}
