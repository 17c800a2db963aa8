// What regulators look at, in kinds an institution understands: of which part of the product a route is, and what its parameters name.

/** Parts of the product, as the list of looks says them. */
export const lookAreas = ['live', 'replay', 'checks', 'certificate', 'ledger', 'exam', 'course', 'cohort', 'staff', 'papers', 'client', 'profile', 'inspection', 'lesson', 'search', 'other'] as const;
export type LookArea = (typeof lookAreas)[number];

/** The first that fits. */
const areaWords: readonly [LookArea, RegExp][] = [
  ['inspection', /inspection/], ['live', /^classroom$|live-stream/], ['replay', /replay|viewing/], ['checks', /review|checks|check-evidence|corrections/], ['certificate', /certificate/], ['ledger', /ledger|hours|report|quizzes|after-class/],
  ['exam', /exam/], ['course', /courses|films|question|courseware|instructors/], ['cohort', /cohort|opening/], ['staff', /staff/], ['papers', /papers|attachments|subsidy/], ['client', /clients/], ['profile', /institutions/], ['lesson', /lessons/], ['search', /oversight/],
];
/** Of a route as its table names it, `GET /api/lessons/:lessonId/report`. */
export const lookArea = (route: string): LookArea => areaWords.find(([, words]) => words.test(route))?.[0] ?? 'other';

/** What a parameter names. */
export const lookKinds = ['institution', 'lesson', 'cohort', 'course', 'replay', 'viewing', 'exam', 'attempt', 'check', 'certificate', 'attachment', 'courseware', 'export', 'film', 'rosterImport', 'client', 'picture', 'question', 'subsidyFile', 'thread', 'person', 'inspection'] as const;
export type LookKind = (typeof lookKinds)[number];
export interface LookSubject { kind: LookKind; id: string }
