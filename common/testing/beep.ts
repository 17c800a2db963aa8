// The beep that every made microphone gives: once a second, so short that its beginning is a moment.

export const beep = { everyMs: 1000, lengthMs: 60, hertz: 1000, rate: 48_000, level: 12_000 / 32_768 } as const;
/** As long as a few words. A beep is too short to count as somebody who speaks: its level is lost in the silence around it. */
export const spokenMs = 700;
/** Second speakers beep at another frequency; a multiple of 100 Hz, which the reader's window of 10 ms keeps apart. */
export const otherHertz = 1700;
