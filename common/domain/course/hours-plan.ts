// The hours plan (课时安排) of a course: one row per unit (课时), and what it adds up to.

export const rowContents = ['theory', 'practice'] as const;
export type RowContent = (typeof rowContents)[number];
export const rowWays = ['online', 'offline'] as const;
export type RowWay = (typeof rowWays)[number];
/** How an online unit is taught; says nothing of one that is offline. */
export const rowForms = ['live', 'recorded'] as const;
export type RowForm = (typeof rowForms)[number];

export interface PlanRow {
  /** Stays with the row through versions, so that a timetable can point at it. */
  rowId: string;
  title: string; keyPoints: string; content: RowContent; way: RowWay; form: RowForm;
  /** General public subjects, health and epidemic prevention among them (R41). */
  publicSubject: boolean;
  /** Of teaching, 0..600; 0 where nothing is typed in. */
  minutes: number;
  instructorId: string | null;
  /** Of the course's question bank; empty: none yet. */
  knowledgePoint: string;
}
export const planLimits = { mostRows: 400, title: 120, keyPoints: 1000, mostMinutes: 600 } as const;

/** Units (课时), each row one whatever its minutes are: R40 and R41 speak of hours as units. `onlinePercent` is not rounded; 0 of an empty plan. */
export interface PlanTotals { units: number; online: number; offline: number; practice: number; publicUnits: number; minutes: number; onlinePercent: number }

const count = (rows: readonly PlanRow[], fits: (row: PlanRow) => boolean): number => rows.reduce((sum, row) => sum + Number(fits(row)), 0);

export function planTotals(rows: readonly PlanRow[]): PlanTotals {
  const online = count(rows, ({ way }) => way === 'online');
  return {
    units: rows.length, online, offline: rows.length - online, practice: count(rows, ({ content }) => content === 'practice'), publicUnits: count(rows, ({ publicSubject }) => publicSubject),
    minutes: rows.reduce((sum, { minutes }) => sum + minutes, 0), onlinePercent: rows.length === 0 ? 0 : (online / rows.length) * 100,
  };
}
