// How an import of a roster goes: looked at first, then taken by a person, all rows or none.

/** `refused`: no roster at all; `bad`: rows to mend; `clean`: may be taken; `failed`: cut off, may be begun again. */
export const rosterImportStatuses = ['checking', 'refused', 'bad', 'clean', 'writing', 'imported', 'failed'] as const;
export type RosterImportStatus = (typeof rosterImportStatuses)[number];

/** Nothing was heard of it for so long: the process that did it is gone. Longer than a table may take to be read behind others. */
export const importSilentMs = 180_000;
/** How long a file that was not taken is kept, sealed. */
export const importKeptMs = 24 * 3_600_000;

/** What somebody sees who asks now. */
export const importStatusAt = (status: RosterImportStatus, beatAtMs: number, nowMs: number): RosterImportStatus =>
  ((status === 'checking' || status === 'writing') && nowMs - beatAtMs > importSilentMs ? 'failed' : status);
