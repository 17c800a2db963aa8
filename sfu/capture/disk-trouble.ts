// What a failed write means to those who must act: no room left, or a disk that does not take writes.
import type { CaptureTrouble } from '#contracts/recording.ts';

export type DiskTrouble = Extract<CaptureTrouble, 'disk_full' | 'disk_unwritable'>;
const shortWriteCode = 'SHORT_WRITE';
/** A file system takes less than it was given only when it runs out of room. */
const fullCodes = ['ENOSPC', 'EDQUOT', shortWriteCode];

export const shortWrite = (written: number, wanted: number): Error =>
  Object.assign(new Error(`only ${written} of ${wanted} bytes written`), { code: shortWriteCode });

/** `cause` is the error's code for the log. */
export function diskTrouble(error: unknown): { trouble: DiskTrouble; cause: string } {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return { trouble: fullCodes.includes(code) ? 'disk_full' : 'disk_unwritable', cause: code || (error instanceof Error ? error.message : 'write failed') };
}
