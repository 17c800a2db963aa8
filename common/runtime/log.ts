// One logger per process. Always with ids; never names, numbers, tokens or answers.
import { pino, type Logger } from 'pino';

export type { Logger } from 'pino';

/** `role` is the process: sfu, signaling, worker, start. */
export const createLog = (role: string, level: string): Logger =>
  pino({ level, base: { role }, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) } });
