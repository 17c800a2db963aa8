// Times of the classroom as figures: `0:42`, `12:05`, `1:02:03`.
import { filmTime } from '../format.ts';

/** Passed since an instant of the server. */
export const since = (at: string, nowMs: number): string => filmTime(Math.max(0, nowMs - Date.parse(at)));
/** Left until an instant of the server; rounded up, `0:00` means that it is there. */
export const until = (at: string, nowMs: number): string => filmTime(Math.ceil(Math.max(0, Date.parse(at) - nowMs) / 1000) * 1000);
