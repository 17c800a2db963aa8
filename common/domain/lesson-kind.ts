// What the kind of a lesson means: the one place that says which lessons have a classroom, take people's time together, or are studied within a period (R17).

export const lessonKinds = ['live', 'recorded', 'offline'] as const;
export type LessonKind = (typeof lessonKinds)[number];

interface Meaning {
  /** Held in the classroom: it is entered, opened, started, and missed where nobody teaches. */
  classroom: boolean;
  /** Staff, place and learners are taken from its start to its end, and are reminded of the start. */
  together: boolean;
  /** Each learner studies films whenever they like, from its start until it closes; what they watch is credited as made up. */
  period: boolean;
}
const meanings: Readonly<Record<LessonKind, Meaning>> = {
  live: { classroom: true, together: true, period: false },
  recorded: { classroom: false, together: false, period: true },
  // At a place, by a signed sheet (R40, R149, R151).
  offline: { classroom: false, together: true, period: false },
};

export const meaningOf = (kind: LessonKind): Meaning => meanings[kind];

/** As a list in SQL, `('live')`: kinds of which this is true. */
export const kindsSql = (what: keyof Meaning): string => `(${lessonKinds.filter((kind) => meanings[kind][what]).map((kind) => `'${kind}'`).join(', ')})`;

/** SQL for the last instant of lesson `l` that tells its last day: within its period where it has one, else its start. */
export const lastInstantSql = (lesson: string): string => `coalesce(${lesson}.closes_at - interval '1 millisecond', ${lesson}.starts_at)`;

/** A period lasts at least an hour beyond its films, at most a year; ms. */
export const periodLimits = { leastBeyondMs: 3_600_000, mostMs: 366 * 86_400_000 } as const;
/** Minutes of all films of one lesson together. */
export const mostRecordedMinutes = 600;
/** Films of one lesson. */
export const mostFilmsOfLesson = 10;

interface Period { opensMs: number; closesMs: number }
/** Whether films of `filmsMs` can be studied in it, and it is not over. */
export const periodFits = ({ opensMs, closesMs }: Period, filmsMs: number, nowMs: number): boolean =>
  closesMs > nowMs && closesMs - opensMs >= filmsMs + periodLimits.leastBeyondMs && closesMs - opensMs <= periodLimits.mostMs;

/** `opened`: the clock has opened it, which also waits for its cohort. The last moment is the one before `closesMs`. */
export function periodStand({ opensMs, closesMs, opened }: Period & { opened: boolean }, nowMs: number): 'before' | 'open' | 'over' {
  if (nowMs >= closesMs) return 'over';
  return opened && nowMs >= opensMs ? 'open' : 'before';
}

interface FilmFile { unit: number; part: number; durationMs: number }
export interface UnitSpan<File> { fromMs: number; toMs: number; files: { file: File; fromMs: number }[] }
/**
 * Units of films one after the other, as long as their files, so that the last one ends at `endMs`: nobody sat in them, so all of them is missing and may be made up.
 * `films`: in their order, files of each ascending by unit and part. Epoch ms.
 */
export function unitsBefore<File extends FilmFile>(films: readonly (readonly File[])[], endMs: number): UnitSpan<File>[] {
  let atMs = endMs - films.flat().reduce((sum, { durationMs }) => sum + durationMs, 0);
  return films.flatMap((files) => {
    const units: UnitSpan<File>[] = [];
    let unit: number | null = null;
    for (const file of files) {
      if (file.unit !== unit) units.push({ fromMs: atMs, toMs: atMs, files: [] });
      unit = file.unit;
      const span = units.at(-1)!;
      span.files.push({ file, fromMs: atMs });
      atMs += file.durationMs;
      span.toMs = atMs;
    }
    return units;
  });
}
