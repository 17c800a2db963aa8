// Changes of a plan, and what people are told of them: as data, for texts are made where they are read.

/** `overridden`: planned in spite of a conflict, for a reason. */
export const lessonChangeKinds = ['moved', 'substituted', 'cancelled', 'overridden'] as const;
export type LessonChangeKind = (typeof lessonChangeKinds)[number];

export const noticeKinds = ['scheduled', 'moved', 'cancelled', 'substituted', 'reminder_day', 'reminder_soon', 'help_answered', 'inspection_findings', 'inspection_answered', 'inspection_due', 'inspection_overdue'] as const;
export type NoticeKind = (typeof noticeKinds)[number];

/** `help_answered` is of no lesson: `title` is how the report began, `startsAt` when it was made; nor are those of an inspection, where `title` is its name and `startsAt` the deadline, or when it was answered. `count`: of lessons planned or cancelled together, the one named is the first. `from…`: as it was. `until`: of a lesson with a period. Times are instants, ISO 8601. */
export interface NoticeParts {
  title: string; startsAt: string; place: string | null;
  count?: number; fromStartsAt?: string; fromPlace?: string | null; teacher?: string; fromTeacher?: string; until?: string;
}

/** How long before its start a lesson is called to mind, ms. */
export const reminderMs = { reminder_day: 24 * 3_600_000, reminder_soon: 30 * 60_000 } as const satisfies Partial<Record<NoticeKind, number>>;
