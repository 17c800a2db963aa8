// Courseware (课件): which files are taken, told by their content and never by their name, and what is refused.

/** `office` is OOXML (a ZIP) or the older compound file: both become a PDF first. */
export const coursewareKinds = ['pdf', 'picture', 'office'] as const;
export type CoursewareKind = (typeof coursewareKinds)[number];

/** `uploading` and `refused` are seen by staff only; pages exist when it is `ready`. */
export const coursewareStatuses = ['uploading', 'converting', 'ready', 'refused'] as const;
export type CoursewareStatus = (typeof coursewareStatuses)[number];

/** Why a whole file was not taken. Each has a text that says what to do; stable, as error codes are. */
export const coursewareRefusals = [
  'active_content', 'encrypted', 'damaged', 'not_office', 'macros', 'zip_bomb', 'too_many_pages', 'page_size', 'too_heavy', 'pdf_unavailable', 'office_unavailable', 'failed',
] as const;
export type CoursewareRefusal = (typeof coursewareRefusals)[number];

/** Bytes of one piece of an upload; every piece but the last is as long. */
export const uploadPieceBytes = 2 ** 20;
/** An upload nobody went on with for so long is thrown away, ms. */
export const abandonedUploadMs = 24 * 3_600_000;
/** Of one course that are not removed, whatever their state. */
export const mostCourseware = 200;
export const mostPages = 500;
/** Longer side of a page's picture and of its thumbnail, pixels. */
export const pageSidePixels = 1920;
export const thumbSidePixels = 240;
/** Sides of a page in points (1/72 inch): half an inch to 200 inches, and no strip. */
export const pagePoints = { min: 36, max: 14_400, mostRatio: 10 } as const;

const starts = (bytes: Uint8Array, signature: readonly number[], at = 0): boolean => signature.every((byte, index) => bytes[at + index] === byte);
const ascii = (text: string): number[] => [...text].map((sign) => sign.charCodeAt(0));
const signatures: readonly [CoursewareKind, (bytes: Uint8Array) => boolean][] = [
  ['pdf', (bytes) => starts(bytes, ascii('%PDF-'))],
  ['picture', (bytes) => starts(bytes, [0x89, ...ascii('PNG'), 0x0d, 0x0a, 0x1a, 0x0a])],
  ['picture', (bytes) => starts(bytes, [0xff, 0xd8, 0xff])],
  ['picture', (bytes) => starts(bytes, ascii('RIFF')) && starts(bytes, ascii('WEBP'), 8)],
  ['office', (bytes) => starts(bytes, [...ascii('PK'), 3, 4])],
  ['office', (bytes) => starts(bytes, [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])],
];

/** What the first bytes (at least 12) say it is; null for everything else, whatever its name. */
export const kindOfBytes = (bytes: Uint8Array): CoursewareKind | null => signatures.find(([, fits]) => fits(bytes))?.[0] ?? null;

/** The last page a learner may ask for: the one after the furthest shown, so that a turn finds it loaded. 0 where none was shown. */
export const lastPageForLearners = (furthest: number, pageCount: number): number => (furthest === 0 ? 0 : Math.min(furthest + 1, pageCount));
