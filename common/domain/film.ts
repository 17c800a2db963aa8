// Uploaded films (录播): which are taken, told by their content; why one is not; how a film is cut into units (R17, R42, R123 to R126).
import { equalParts, longestPartFrames, unitParts, type PartFrames } from './recording/unit-parts.ts';

/** `uploading`: pieces come. `checking`: the worker looks at it. `making`: it becomes files of units. `review`: a person looks at them. `ready`: they may be shown. */
export const filmStatuses = ['uploading', 'checking', 'making', 'review', 'ready', 'refused'] as const;
export type FilmStatus = (typeof filmStatuses)[number];

/** Why a film was not taken. Each has a text that says what to do; stable, as error codes are. `reviewed`: a person said no, with a note. */
export const filmRefusals = ['unreadable', 'no_picture', 'no_sound', 'too_short', 'too_long', 'too_small', 'damaged', 'failed', 'reviewed'] as const;
export type FilmRefusal = (typeof filmRefusals)[number];

/** Containers by the name of their demuxer: only that one reads the file, so that no file can name others to be read. */
export const filmKinds = ['mov', 'matroska', 'mpegts', 'mpeg', 'avi'] as const;
export type FilmKind = (typeof filmKinds)[number];

/** Whose pictures and sounds the film is made of, as the reviewer says (R134). A film of `unclear` rights is not published. */
export const filmRights = ['own', 'licensed', 'unclear'] as const;
export type FilmRights = (typeof filmRights)[number];

/** Bytes of one piece of an upload; every piece but the last is as long. */
export const filmPieceBytes = 4 * 2 ** 20;
/** An upload nobody went on with for so long is thrown away, ms: a week, so that one may go on after a weekend. */
export const abandonedFilmMs = 7 * 86_400_000;
/** Of one course that are not removed, whatever their state. */
export const mostFilms = 200;
/** A unit is at least so long (R42), a film at most as long as a day of lessons; ms. */
export const leastUnitMs = 45 * 60_000;
export const longestFilmMs = 8 * 3_600_000;
/** Lines and columns of which a film fills at least one, so that nothing is blown up (R124). */
export const leastPicture = { width: 1280, height: 720 } as const;

/** What the work on a film takes on the disk: its pieces, the whole file put together, and what is made of it. */
export const filmRoomBytes = (sizeBytes: number): number => 3 * sizeBytes;

const starts = (bytes: Uint8Array, signature: readonly number[], at = 0): boolean => signature.every((byte, index) => bytes[at + index] === byte);
const ascii = (text: string): number[] => [...text].map((sign) => sign.charCodeAt(0));
/** Packets of a transport stream begin with one byte, 188 bytes apart, in some cameras' files behind a time of 4 bytes. */
const isTransport = (bytes: Uint8Array, at: number, every: number): boolean => [0, 1, 2, 3].every((packet) => bytes[at + packet * every] === 0x47);
const signatures: readonly [FilmKind, (bytes: Uint8Array) => boolean][] = [
  ['mov', (bytes) => ['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip'].some((box) => starts(bytes, ascii(box), 4))],
  ['matroska', (bytes) => starts(bytes, [0x1a, 0x45, 0xdf, 0xa3])],
  ['mpegts', (bytes) => isTransport(bytes, 0, 188) || isTransport(bytes, 4, 192)],
  ['mpeg', (bytes) => starts(bytes, [0, 0, 1, 0xba])],
  ['avi', (bytes) => starts(bytes, ascii('RIFF')) && starts(bytes, ascii('AVI '), 8)],
];
/** What the first bytes (at least 800) say it is; null for everything else, whatever its name (R123). */
export const filmKindOf = (bytes: Uint8Array): FilmKind | null => signatures.find(([, fits]) => fits(bytes))?.[0] ?? null;

/** What was found in a file. `width` and `height` as it is shown: turned and stretched as the file says. */
export interface FilmFound { durationMs: number; picture: { width: number; height: number } | null; sound: boolean }
export interface FilmLimits { leastUnitMs: number; longestFilmMs: number }
export const filmLimits: FilmLimits = { leastUnitMs, longestFilmMs };

/** Null for a film that is taken. */
export function refusalOfFilm({ durationMs, picture, sound }: FilmFound, limits: FilmLimits = filmLimits): FilmRefusal | null {
  if (!picture) return 'no_picture';
  if (!sound) return 'no_sound';
  if (picture.width < leastPicture.width && picture.height < leastPicture.height) return 'too_small';
  if (!(durationMs >= limits.leastUnitMs)) return 'too_short';
  return durationMs > limits.longestFilmMs ? 'too_long' : null;
}

/** A file of a film: the `part`th of `parts` of unit `unit`, each from 1; frames of the whole film. */
export interface FilmPart extends PartFrames { unit: number; part: number; parts: number }

/**
 * As many units as are each at least `leastFrames` long, in equal lengths; a unit of more than `longest` frames is cut into files as a recorded one is.
 * `frames` of 40 ms, at least `leastFrames`; parts cover every frame once, in order, and are cut between groups of pictures (R42, R126).
 */
export function filmParts(frames: number, leastFrames: number, longest = longestPartFrames): FilmPart[] {
  let count = Math.max(1, Math.floor(frames / leastFrames));
  // Cuts stand on groups: where that makes a unit a little too short, there is one less.
  while (count > 1 && equalParts(frames, count).some(({ fromFrame, toFrame }) => toFrame - fromFrame < leastFrames)) count--;
  return equalParts(frames, count).flatMap(({ fromFrame, toFrame }, index) => {
    const files = unitParts(toFrame - fromFrame, longest);
    return files.map((file, at): FilmPart => ({ unit: index + 1, part: at + 1, parts: files.length, fromFrame: fromFrame + file.fromFrame, toFrame: fromFrame + file.toFrame }));
  });
}

/** How much is done and how long the rest takes, from chunks made since `sinceMs`; null before the first one. Seconds are whole. */
export function filmProgress(done: number, all: number, since: { done: number; atMs: number }, nowMs: number): { progress: number; secondsLeft: number | null } {
  const made = done - since.done;
  return { progress: all > 0 ? done / all : 0, secondsLeft: made > 0 ? Math.ceil(((nowMs - since.atMs) / made) * (all - done) / 1000) : null };
}
