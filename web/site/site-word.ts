// Why nobody signs at the place of a lesson now, as a text's key.
import type { SiteSigns } from '#contracts/site-routes.ts';

type Known = Pick<SiteSigns, 'status' | 'opensAt' | 'closesAt'>;
export const isShut = ({ status, opensAt, closesAt }: Known, nowMs: number): boolean => status !== 'scheduled' || nowMs < Date.parse(opensAt) || nowMs >= Date.parse(closesAt);
export function siteWord({ status, opensAt }: Known, nowMs: number): 'site.cancelled' | 'site.kept' | 'site.notYet' | 'site.over' {
  if (status === 'cancelled') return 'site.cancelled';
  if (status !== 'scheduled') return 'site.kept';
  return nowMs < Date.parse(opensAt) ? 'site.notYet' : 'site.over';
}
