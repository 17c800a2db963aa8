// Jobs of the worker. Rows are the truth: every job can be made again from them, with the same id.
import Type, { type Static } from 'typebox';
import { Closed, Uuid } from './shapes.ts';

/** Queue and job have the same name; ids are `<job>-<rowId>`, so adding one twice is adding it once. */
export const jobs = {
  /** Composes one chunk of at most 60 s from the captures of a session; already while the lesson runs. */
  'recording-chunk': Closed({ recordingId: Uuid, unitId: Uuid, ordinal: Type.Integer({ minimum: 0 }) }),
  /** Joins the chunks of an ended unit into its files, measures and publishes them. */
  'recording-unit': Closed({ recordingId: Uuid, unitId: Uuid }),
  'face-enrol': Closed({ enrolmentId: Uuid }),
  'face-verify': Closed({ checkId: Uuid }),
  /** Compares a newly enrolled face with those of other people in the same institutions. */
  'face-compare': Closed({ enrolmentId: Uuid }),
  /** Looks at an uploaded file and makes pictures of its pages. */
  'courseware-pages': Closed({ coursewareId: Uuid }),
  /** Reckons a class that is over, for the page of its teacher. */
  'class-reckon': Closed({ lessonId: Uuid }),
  /** Hands in the attempts of an exam whose time is over. */
  'exam-hand-in': Closed({ examId: Uuid }),
  /** Reckons the ledger's rows of one lesson that are due, and sums of one cohort that are. */
  'ledger-reckon': Closed({ lessonId: Uuid }),
  'ledger-sums': Closed({ cohortId: Uuid }),
  /** Writes a ledger that somebody asked for into a file. */
  'ledger-export': Closed({ exportId: Uuid }),
  /** Makes the subsidy file of a cohort that somebody asked for. */
  'subsidy-file': Closed({ fileId: Uuid }),
  /** Looks at an uploaded film and makes files of units of it. */
  'film-make': Closed({ filmId: Uuid }),
} as const;
export type JobName = keyof typeof jobs;
export type JobData<K extends JobName> = Static<(typeof jobs)[K]>;
export const jobId = (name: JobName, rowId: string): string => `${name}-${rowId}`;
