// Days as the school counts them: of Shanghai, UTC+8 all year, wherever a machine stands.

/** `YYYY-MM-DD`. */
export const shanghaiDay = (at: Date): string => new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 10);

/** The instant of a day `YYYY-MM-DD` and time `HH:MM` in Shanghai, or null for what no calendar or clock has. */
export function shanghaiInstant(day: string, time: string): Date | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || !/^\d{2}:\d{2}$/.test(time)) return null;
  const at = new Date(`${day}T${time}:00+08:00`);
  // `2026-02-30` would otherwise become 2 March.
  return Number.isNaN(at.getTime()) || shanghaiDay(at) !== day ? null : at;
}
