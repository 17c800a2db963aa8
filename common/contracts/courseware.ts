// Courseware: uploaded in pieces over REST, shown page by page and drawn on over the socket.
import Type, { type Static } from 'typebox';
import { coursewareKinds, coursewareRefusals, coursewareStatuses, mostPages } from '#domain/courseware.ts';
import { leadingRoles, lessonRoles } from '#domain/roles.ts';
import { mostStrokePoints, strokeColours, strokeScale, strokeWidths } from '#domain/stroke.ts';
import { Closed, Empty, Instant, Nullable, OneOf, Uuid } from './shapes.ts';
import type { EventTable, RequestTable } from './request-table.ts';

const PageNumber = Type.Integer({ minimum: 1, maximum: mostPages });
const Coordinate = Type.Integer({ minimum: 0, maximum: strokeScale });

/** A file of the course as its staff see it. */
export const Courseware = Closed({
  coursewareId: Uuid, title: Type.String(), status: OneOf(coursewareStatuses), kind: Nullable(OneOf(coursewareKinds)),
  sizeBytes: Type.Integer(), receivedBytes: Type.Integer(), refusal: Nullable(OneOf(coursewareRefusals)),
  pageCount: Nullable(Type.Integer()), uploadedAt: Instant,
  /** True where the asking person began the upload: nobody else goes on with it. */
  own: Type.Boolean(),
});
export type Courseware = Static<typeof Courseware>;
/** Newest first. Files of more than `maxBytes` are not begun; pieces are `pieceBytes` long, the last may be shorter. */
export const CoursewareList = Closed({ courseware: Type.Array(Courseware), maxBytes: Type.Integer(), pieceBytes: Type.Integer() });
export type CoursewareList = Static<typeof CoursewareList>;
export const UploadBody = Closed({
  title: Type.String({ minLength: 1, maxLength: 200 }), sizeBytes: Type.Integer({ minimum: 1 }),
  /** SHA-256 of the beginning of the file: the same person with the same file goes on where they were cut off. */
  mark: Type.String({ pattern: '^[0-9a-f]{64}$' }),
});

export const Stroke = Closed({
  /** Drawn by whoever draws; sent again it is the same line. */
  strokeId: Uuid, colour: OneOf(strokeColours), width: Type.Unsafe<(typeof strokeWidths)[number]>(Type.Union(strokeWidths.map((width) => Type.Literal(width)))),
  /** x0, y0, x1, y1 … over the page, 0 to 10,000. */
  points: Type.Array(Coordinate, { minItems: 2, maxItems: 2 * mostStrokePoints }),
});
export type Stroke = Static<typeof Stroke>;
export const ShownPage = Closed({
  coursewareId: Uuid, title: Type.String(), page: PageNumber, pageCount: Type.Integer(),
  /** Learners may look back, up to here. */
  furthest: PageNumber,
  strokes: Type.Array(Stroke),
});
export type ShownPage = Static<typeof ShownPage>;
/** `turn` counts what was shown in this session: of two, the higher is the later. */
export const StageCourseware = Closed({ turn: Type.Integer({ minimum: 0 }), shown: Nullable(ShownPage) });
export type StageCourseware = Static<typeof StageCourseware>;

const FilmSpan = { fromMs: Type.Integer({ minimum: 0 }), toMs: Type.Integer({ minimum: 0 }) };
/** What stood on the stage while a file was recorded, and the lines on it; ms of the file. A line is seen where its page stands within its time. */
export const ReplayCourseware = Closed({
  /** The film's own picture has pages, lines and pointer: what stands here is for who wants a page sharper. */
  inFilm: Type.Boolean(),
  scenes: Type.Array(Closed({ ...FilmSpan, coursewareId: Uuid, page: PageNumber, title: Type.String(), pageCount: Type.Integer() })),
  lines: Type.Array(Closed({ ...FilmSpan, coursewareId: Uuid, page: PageNumber, stroke: Stroke })),
});
export type ReplayCourseware = Static<typeof ReplayCourseware>;

const OnePage = { coursewareId: Uuid, page: PageNumber };
export const coursewareRequests = {
  /** Opens it, or turns to that page. Errors: not_found, wrong_lesson, courseware_not_ready, courseware_page, lesson_not_live. */
  'courseware:show': { by: leadingRoles, data: Closed({ coursewareId: Uuid, page: Type.Optional(PageNumber) }), reply: StageCourseware },
  'courseware:close': { by: leadingRoles, data: Empty, reply: StageCourseware },
  /** Lines of a page that was shown, for who looks back. Errors: courseware_page (not shown yet). */
  'courseware:strokes': { by: lessonRoles, data: Closed(OnePage), reply: Closed({ strokes: Type.Array(Stroke) }) },
  /** Errors: stroke_invalid, courseware_page (not on the stage), page_full. */
  'courseware:draw': { by: leadingRoles, data: Closed({ ...OnePage, stroke: Stroke }), reply: Closed({ stroke: Stroke }) },
  /** Takes the last line of the page away that still stands; `all` takes every one. */
  'courseware:erase': { by: leadingRoles, data: Closed({ ...OnePage, all: Type.Boolean() }), reply: Closed({ strokeIds: Type.Array(Uuid) }) },
  /** Where the pointer went since the last word, x0, y0, x1, y1 …; empty: it is gone. The last place is kept for the film of a recorded lesson, until its raw captures go. */
  'courseware:point': { by: leadingRoles, data: Closed({ ...OnePage, points: Type.Array(Coordinate, { maxItems: 40 }) }), reply: Empty },
} as const satisfies RequestTable;
export const coursewareEvents = {
  'courseware:shown': StageCourseware,
  'courseware:drawn': Closed({ ...OnePage, stroke: Stroke }),
  'courseware:erased': Closed({ ...OnePage, strokeIds: Type.Array(Uuid) }),
  'courseware:pointed': Closed({ ...OnePage, points: Type.Array(Coordinate) }),
} as const satisfies EventTable;
