// What a report says in one line, and which rows are below the threshold.
import type { LessonReport, ReportRow } from '#contracts/report.ts';

export const isLow = (row: ReportRow): boolean => row.attendanceLow || row.accuracyLow;

export interface Summary { learners: number; present: number; low: number; meanAttendance: number | null; meanAccuracy: number | null }

const mean = (shares: (number | null)[]): number | null => {
  const known = shares.filter((share) => share !== null);
  return known.length === 0 ? null : known.reduce((sum, share) => sum + share, 0) / known.length;
};

/** Means are over learners, each counting once; a learner without a figure does not count in that mean. */
export const summarise = (report: LessonReport): Summary => ({
  learners: report.rows.length,
  present: report.rows.filter((row) => (report.kind === 'recorded' ? row.madeUpMinutes > 0 : row.joinedAt !== null)).length,
  low: report.rows.filter(isLow).length,
  meanAttendance: mean(report.rows.map((row) => row.attendance)),
  meanAccuracy: mean(report.rows.map((row) => row.accuracy)),
});

/** What must be said before any figure; a lesson still to come is not one that nobody started. */
export function noteKey({ note, status }: LessonReport): string | null {
  if (note === 'never_started' && (status === 'scheduled' || status === 'open')) return 'report.notYet';
  return note && `report.note.${note}`;
}

/** Figures may be read only when the lesson was held. */
export const hasFigures = (report: LessonReport): boolean => report.note !== 'never_started' && report.note !== 'cancelled';
