// Jobs of the worker. Rows are the truth: every job can be made again from them, with the same id.
import type { Static } from 'typebox';
import { Closed, Uuid } from './shapes.ts';

/** Queue and job have the same name; ids are `<job>-<rowId>`, so adding one twice is adding it once. */
export const jobs = {
  /** Derives the replay files of every unit of a session from its capture. */
  'recording-assemble': Closed({ recordingId: Uuid }),
  'face-enrol': Closed({ enrolmentId: Uuid }),
  'face-verify': Closed({ checkId: Uuid }),
} as const;
export type JobName = keyof typeof jobs;
export type JobData<K extends JobName> = Static<(typeof jobs)[K]>;
export const jobId = (name: JobName, rowId: string): string => `${name}-${rowId}`;
