// Replays of a lesson: its parts, what may be seen of them, how far the rest is, and how far this person got.
import type { MakeUpOffer } from '#contracts/make-up.ts';
import type { LessonReplay, ReplayPart } from '#contracts/replay.ts';
import { Lesson, Unit } from '#db/entities/lesson.ts';
import { Caption, Recording, Replay, ReplayPosition } from '#db/entities/recording.ts';
import type { EntityManager } from '#db/orm.ts';
import { recordedGroups } from '#db/queries/breakouts.ts';
import { learnerMakeUp } from '#db/queries/make-up.ts';
import { isForThem, lessonAccess } from '#db/queries/replay-access.ts';
import { DomainError } from '#domain/errors.ts';
import { resumeAt } from '#domain/recording/watch-credit.ts';
import { packOfLesson } from '#db/queries/rule-packs.ts';
import type { Deps } from '../deps.ts';
import { offerOf } from './make-up.ts';
import { marksOf, momentsOf, type LessonMoment } from './marks.ts';

/** A part of a unit or of a group, or one of them that has no file yet. */
interface Made { of: { unitId: string | null; ordinal: number; group: ReplayPart['group'] }; replay: Replay | null; recording: Recording }
interface Around {
  staff: boolean; moments: readonly LessonMoment[];
  /** By replay. */
  captions: ReadonlyMap<string, ('zh' | 'en')[]>; positions: ReadonlyMap<string, Position>; makeUps: ReadonlyMap<string, MakeUpOffer>;
}
interface Position { positionMs: number; furthestMs: number; creditedMs: number; completedAt?: Date | null | undefined }

/** What there is to see of a file; a held one is for staff only. */
function shown(replay: Replay, { staff, moments, captions }: Around) {
  const url = (name: string): string => `/api/replays/${replay.id}/files/${name}`;
  const has = (name: 'poster.jpg' | 'thumbnails.jpg'): boolean => Boolean(replay.files.sizes?.[name]);
  const { thumbnails } = replay.files;
  return {
    posterUrl: has('poster.jpg') ? url('poster.jpg') : null, mp4Url: staff ? url('unit.mp4') : null,
    sizeBytes: replay.sizeBytes ?? null, sha256: replay.sha256 ?? null, marks: marksOf(replay, moments), chapters: replay.chapters,
    thumbnails: thumbnails && has('thumbnails.jpg') ? { url: url('thumbnails.jpg'), ...thumbnails } : null,
    captions: (captions.get(replay.id) ?? []).map((locale) => ({ locale, url: `/api/replays/${replay.id}/captions/${locale}` })),
    holdReasons: staff ? replay.holdReasons : [],
  };
}
const hidden = { posterUrl: null, mp4Url: null, sizeBytes: null, sha256: null, marks: [], chapters: [], thumbnails: null, captions: [], holdReasons: [] };

const numberIn = (value: unknown): number | null => (typeof value === 'number' ? value : null);

/** A unit without a replay of its own shares the fate of its recording. */
function statusOf({ replay, recording }: Made): ReplayPart['status'] {
  return replay?.status ?? (recording.status === 'failed' ? 'failed' : 'processing');
}

function watchedOf(replay: Replay | null, positions: Around['positions']): Pick<ReplayPart, 'positionMs' | 'furthestMs' | 'creditedMs' | 'completed'> {
  const watched = replay && positions.get(replay.id);
  const { positionMs, furthestMs, creditedMs, completedAt } = watched ?? { positionMs: 0, furthestMs: 0, creditedMs: 0, completedAt: null };
  return { positionMs: resumeAt(positionMs, replay?.durationMs ?? 0), furthestMs, creditedMs, completed: Boolean(completedAt) };
}

function describePart(made: Made, around: Around): ReplayPart {
  const { of, replay, recording } = made;
  const status = statusOf(made);
  const seen = replay && (status === 'ready' || (status === 'held' && around.staff)) ? shown(replay, around) : hidden;
  const processing = status === 'processing';
  return {
    replayId: replay?.id ?? null, ...of, part: replay?.part ?? 1, parts: replay?.parts ?? 1, status,
    durationMs: replay?.durationMs ?? null, ...seen, ...watchedOf(replay, around.positions), makeUp: (replay && around.makeUps.get(replay.id)) ?? null,
    progress: processing ? (numberIn(recording.progress)) : null, secondsLeft: processing ? (numberIn(recording.secondsLeft)) : null,
    failReason: status === 'failed' ? (replay?.failReason ?? recording.failReason ?? null) : null, ...(replay?.archivedAt && { archived: true }),
  };
}

/** Parts of units with a file, and units with one still to come: once the recording is settled, a unit without one never took place. */
async function madeParts(em: EntityManager, lessonId: string): Promise<Made[]> {
  const recording = await em.findOne(Recording, { lessonId, groupId: null }, { orderBy: { createdAt: 'desc', id: 'desc' } });
  if (!recording) return [];
  const units = await em.find(Unit, { lessonId }, { orderBy: { ordinal: 'asc' } });
  const replays = Map.groupBy(await em.find(Replay, { lessonId, groupId: null }, { orderBy: { part: 'asc' } }), ({ unitId }) => unitId);
  const without: (Replay | null)[] = recording.status === 'ready' ? [] : [null];
  return units.flatMap(({ id, ordinal }) => (replays.get(id) ?? without).map((replay) => ({ of: { unitId: id, ordinal, group: null }, replay, recording })));
}

/** Films of breakout groups, in the order they were held. */
async function groupParts(em: EntityManager, lessonId: string): Promise<Made[]> {
  const groups = await recordedGroups(em, lessonId);
  if (groups.length === 0) return [];
  const groupId = { $in: groups.map((group) => group.groupId) };
  const recordings = new Map((await em.find(Recording, { groupId })).map((recording) => [recording.groupId, recording]));
  const replays = Map.groupBy(await em.find(Replay, { groupId }, { orderBy: { part: 'asc' } }), (replay) => replay.groupId);
  return groups.flatMap(({ ordinal, ...group }) => (replays.get(group.groupId) ?? [null])
    .map((replay) => ({ of: { unitId: null, ordinal, group }, replay, recording: recordings.get(group.groupId)! })));
}

/** What a learner may make up, by file. */
async function offersTo(em: EntityManager, lessonId: string, personId: string, nowMs: number): Promise<Map<string, MakeUpOffer>> {
  const found = await learnerMakeUp(em, { lessonId, personId }, nowMs);
  return new Map((found?.units ?? []).flatMap((unit) => found!.filmsOf(unit.unitId).flatMap((film): [string, MakeUpOffer][] => {
    const offer = offerOf(film, unit);
    return offer ? [[film.replayId, offer]] : [];
  })));
}

interface Asker { personId: string; staff: boolean; learns: boolean; nowMs: number }
async function aroundOf(em: EntityManager, lessonId: string, { personId, staff, learns, nowMs }: Asker, made: readonly Made[]): Promise<Around> {
  const replayId = { $in: made.flatMap(({ replay }) => replay?.id ?? []) };
  const captions = Map.groupBy(await em.find(Caption, { replayId }, { fields: ['replayId', 'locale'], orderBy: { locale: 'desc' } }), (caption) => caption.replayId);
  const positions = await em.find(ReplayPosition, { personId, replayId });
  return {
    staff, moments: await momentsOf(em, lessonId),
    captions: new Map([...captions].map(([id, list]) => [id, list.map(({ locale }) => locale)])), positions: new Map(positions.map((one) => [one.replayId, one])),
    makeUps: learns ? await offersTo(em, lessonId, personId, nowMs) : new Map(),
  };
}

/** Throws not_found for whoever has no role in the lesson, recorded_not_open for learners before its period. A lesson without a recording has no parts. */
export async function lessonReplay(deps: Deps, personId: string, lessonId: string): Promise<LessonReplay> {
  const em = deps.orm.em.fork();
  const lesson = await em.findOne(Lesson, { id: lessonId });
  const access = lesson && (await lessonAccess(em, personId, lessonId));
  if (!access) throw new DomainError('not_found', 'no such lesson');
  if (access.role === 'student' && access.period?.(deps.now().getTime()) === 'before') throw new DomainError('recorded_not_open', 'this lesson is not open to learners yet');
  const made = [...await madeParts(em, lessonId), ...(isForThem(access.role, true) ? await groupParts(em, lessonId) : [])];
  const around = await aroundOf(em, lessonId, { personId, staff: access.staff, learns: access.role === 'student', nowMs: deps.now().getTime() }, made);
  const { firstViewingWithoutSkipping, creditSpeed, fastestSpeed } = (await packOfLesson(em, lessonId)).replay;
  return {
    lessonId, title: lesson.title, staff: access.staff, rules: { firstViewingWithoutSkipping, creditSpeed, fastestSpeed },
    parts: made.map((one) => describePart(one, around)),
  };
}
