// Times, shares and sizes as people read them. Days and clock times are those of Asia/Shanghai wherever the browser stands.
import { percentText } from '#domain/attendance.ts';
import type { Locale } from './i18n/i18n.ts';

const timeZone = 'Asia/Shanghai';
const language: Record<Locale, string> = { zh: 'zh-CN', en: 'en-GB' };
const dayMs = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();
function format(locale: Locale, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale}${JSON.stringify(options)}`;
  let found = formats.get(key);
  if (!found) formats.set(key, found = new Intl.DateTimeFormat(language[locale], { timeZone, ...options }));
  return found;
}

/** `2026-11-21`, the day in Shanghai. */
export const dayKey = (at: string | number): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(new Date(at));

/** `09:30` */
export const clockTime = (at: string | number, locale: Locale): string =>
  format(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(at));

/** `09:30:05` */
export const clockSeconds = (at: string | number, locale: Locale): string =>
  format(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).format(new Date(at));

/** `11月21日 周六` or `Sat 21 Nov`; with the year where it is not this year. */
export function dayName(at: string | number, nowMs: number, locale: Locale): string {
  const date = new Date(at);
  const sameYear = dayKey(at).slice(0, 4) === dayKey(nowMs).slice(0, 4);
  const day = format(locale, { ...(sameYear ? {} : { year: 'numeric' }), month: locale === 'zh' ? 'long' : 'short', day: 'numeric' }).format(date);
  const weekday = format(locale, { weekday: 'short' }).format(date);
  return locale === 'zh' ? `${day} ${weekday}` : `${weekday} ${day}`;
}

/** Day and time: `11月21日 周六 09:30`. */
export const dayAndTime = (at: string | number, nowMs: number, locale: Locale): string =>
  `${dayName(at, nowMs, locale)} ${clockTime(at, locale)}`;

/** `today`, `tomorrow`, `yesterday`, or null for other days. */
export function nearDay(at: string | number, nowMs: number): 'today' | 'tomorrow' | 'yesterday' | null {
  const key = dayKey(at);
  if (key === dayKey(nowMs)) return 'today';
  if (key === dayKey(nowMs + dayMs)) return 'tomorrow';
  return key === dayKey(nowMs - dayMs) ? 'yesterday' : null;
}

/** `09:30–11:00` */
export const timeSpan = (startsAt: string, minutes: number, locale: Locale): string =>
  `${clockTime(startsAt, locale)}–${clockTime(Date.parse(startsAt) + minutes * 60_000, locale)}`;

/** Position in a film: `4:05`, `1:02:03`. */
export function filmTime(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const pad = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`;
}

/** What is left until a moment, in parts; never negative. Rounded up, so that `0` means that it is there. */
export function timeLeft(untilMs: number, nowMs: number): { days: number; hours: number; minutes: number; seconds: number; totalMs: number } {
  const totalMs = Math.max(0, untilMs - nowMs);
  const seconds = Math.ceil(totalMs / 1000);
  return { days: Math.floor(seconds / 86_400), hours: Math.floor(seconds / 3600) % 24, minutes: Math.floor(seconds / 60) % 60, seconds: seconds % 60, totalMs };
}

/** `87.5%`; cut, never rounded up: 79.96 % stays below 80 %. Null gives the dash. */
export const percent = (share: number | null): string => (share === null ? '—' : percentText(share));

/** Minutes with at most one decimal. */
export const decimal = (value: number): string => String(Math.round(value * 10) / 10);

/** `212 MB` */
export function fileSize(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.max(1, Math.round(bytes / 1000))} KB`;
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
