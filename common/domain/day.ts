// Days as the school counts them: of Shanghai, UTC+8 all year, wherever a machine stands.

/** `YYYY-MM-DD`. */
export const shanghaiDay = (at: Date): string => new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 10);
