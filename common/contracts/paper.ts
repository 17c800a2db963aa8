// Statutory papers over REST: what there is to choose, a paper as data for the page, and the file.
import Type, { type Static } from 'typebox';
import { institutionKinds } from '#domain/institution.ts';
import { paperFormats, paperKinds, paperMarks } from '#domain/paper/paper.ts';
import { Closed, Instant, Nullable, OneOf, Uuid } from './shapes.ts';

const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' });
/** `full`: whole document numbers, for the office alone. `lastMonday`: of the week that is due. `years`: newest first; `kinds`: what the institution is filed as, each with a report of its own. */
export const PaperChoices = Closed({
  courses: Type.Array(Closed({ courseId: Uuid, title: Type.String() })), cohorts: Type.Array(Closed({ cohortId: Uuid, title: Type.String(), courseTitle: Type.String() })), lastMonday: Day, years: Type.Array(Type.String()), kinds: Type.Array(OneOf(institutionKinds)), full: Type.Boolean(),
});
export type PaperChoices = Static<typeof PaperChoices>;

/** `of`: a course of `course`, a cohort of `application`; `monday`: of `weekly`, the week that is due without it; `year` and `part`: of `annual`, this year and the vocational one without them. */
const which = { paper: OneOf(paperKinds), of: Type.Optional(Uuid), monday: Type.Optional(Day), year: Type.Optional(Type.String({ pattern: '^20\\d{2}$' })), part: Type.Optional(OneOf(institutionKinds)) };
export const PaperQuery = Closed(which);
export type PaperQuery = Static<typeof PaperQuery>;
export const PaperFileBody = Closed({ ...which, format: OneOf(paperFormats), full: Type.Boolean() });
export type PaperFileBody = Static<typeof PaperFileBody>;

const Cell = Closed({ text: Type.String(), mark: OneOf(paperMarks), evidence: Nullable(Type.String()) });
const Fields = Closed({ kind: Type.Literal('fields'), heading: Type.String(), rows: Type.Array(Closed({ label: Type.String(), cell: Cell })) });
const Table = Closed({ kind: Type.Literal('table'), heading: Type.String(), columns: Type.Array(Closed({ heading: Type.String(), share: Type.Number() })), rows: Type.Array(Type.Array(Cell)), empty: Type.String() });
/** As it is printed, in Chinese. */
export const PaperView = Closed({
  kind: OneOf(paperKinds), title: Type.String(), subtitle: Type.String(), sources: Type.String(), parts: Type.Array(Type.Union([Fields, Table])), notes: Type.Array(Type.String()), madeAt: Instant, full: Type.Boolean(),
  counts: Closed({ missing: Type.Integer(), unmet: Type.Integer(), toState: Type.Integer() }),
});
export type PaperView = Static<typeof PaperView>;
