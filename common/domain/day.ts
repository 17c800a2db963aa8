// Days as the school counts them: of Shanghai, UTC+8 all year, wherever a machine stands.
import { DomainError } from './errors.ts';

/** `YYYY-MM-DD`. */
export const shanghaiDay = (at: Date): string => new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 10);

/** `YYYY-MM-DD HH:MM`. */
export const shanghaiTime = (at: Date): string => new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');

/** The instant of a day `YYYY-MM-DD` and time `HH:MM` in Shanghai, or null for what no calendar or clock has. */
export function shanghaiInstant(day: string, time: string): Date | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || !/^\d{2}:\d{2}$/.test(time)) return null;
  const at = new Date(`${day}T${time}:00+08:00`);
  // `2026-02-30` would otherwise become 2 March.
  return Number.isNaN(at.getTime()) || shanghaiDay(at) !== day ? null : at;
}

/** The instant an ISO text in UTC names. Throws bad_request for one that no calendar has. */
export function instantOf(text: string): Date {
  const at = new Date(text);
  // 2026-02-30 would silently become 2 March.
  if (Number.isNaN(at.getTime()) || at.toISOString().slice(0, 19) !== text.slice(0, 19)) throw new DomainError('bad_request', `${text} is no instant`);
  return at;
}
