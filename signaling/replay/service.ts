// Replays of a lesson: what is ready, how far the rest is, where each person stopped watching.
import type { LessonReplay, ReplayUnit } from '#contracts/report.ts';
import { Lesson, Unit } from '#db/entities/lesson.ts';
import { Recording, Replay, ReplayPosition } from '#db/entities/recording.ts';
import { unitOfWork, type EntityManager } from '#db/orm.ts';
import { actorFor, roleInLesson } from '#db/queries/lesson-access.ts';
import { DomainError } from '#domain/errors.ts';
import type { Deps } from '../deps.ts';
import { marksOf, momentsOf, type LessonMoment } from './marks.ts';

type Made = { unit: Unit; replay: Replay | undefined; recording: Recording };

const fileUrl = (unitId: string, name: string): string => `/api/units/${unitId}/files/${name}`;

/** A unit without a replay of its own shares the fate of its recording. */
function statusOf({ replay, recording }: Made): ReplayUnit['status'] {
  return replay?.status ?? (recording.status === 'failed' ? 'failed' : 'processing');
}

function describeUnit(made: Made, moments: readonly LessonMoment[], positionMs: number): ReplayUnit {
  const { unit, replay, recording } = made;
  const status = statusOf(made);
  const url = (name: string): string | null => (status === 'ready' ? fileUrl(unit.id, name) : null);
  const processing = status === 'processing';
  return {
    unitId: unit.id, ordinal: unit.ordinal, status, positionMs,
    durationMs: replay?.durationMs ?? null, sizeBytes: replay?.sizeBytes ? Number(replay.sizeBytes) : null, sha256: replay?.sha256 ?? null,
    mp4Url: url('unit.mp4'), hlsUrl: url('index.m3u8'), posterUrl: url('poster.jpg'),
    marks: status === 'ready' && replay ? marksOf(replay, moments) : [],
    progress: processing && typeof recording.progress === 'number' ? recording.progress : null, secondsLeft: processing ? (recording.secondsLeft ?? null) : null,
    failReason: status === 'failed' ? (replay?.failReason ?? recording.failReason ?? null) : null,
  };
}

/** Units with a replay, or with one still to come: once the recording is settled, a unit without one never took place. */
async function madeUnits(em: EntityManager, lessonId: string): Promise<Made[]> {
  const recording = await em.findOne(Recording, { lessonId }, { orderBy: { createdAt: 'desc', id: 'desc' } });
  if (!recording) return [];
  const units = await em.find(Unit, { lessonId }, { orderBy: { ordinal: 'asc' } });
  const replays = new Map((await em.find(Replay, { lessonId })).map((replay) => [replay.unitId, replay]));
  return units.map((unit) => ({ unit, replay: replays.get(unit.id), recording })).filter(({ replay }) => replay || recording.status !== 'ready');
}

/** Throws not_found for whoever has no role in the lesson. A lesson without a recording has no units. */
export async function lessonReplay(deps: Deps, personId: string, lessonId: string): Promise<LessonReplay> {
  const em = deps.orm.em.fork();
  const lesson = await em.findOne(Lesson, { id: lessonId });
  if (!lesson || !(await roleInLesson(em, personId, lessonId))) throw new DomainError('not_found', 'no such lesson');
  const made = await madeUnits(em, lessonId);
  const moments = await momentsOf(em, lessonId);
  const stops = await em.find(ReplayPosition, { personId, unitId: { $in: made.map(({ unit }) => unit.id) } });
  const stopOf = new Map(stops.map(({ unitId, positionMs }) => [unitId, positionMs]));
  return { lessonId, title: lesson.title, units: made.map((one) => describeUnit(one, moments, stopOf.get(one.unit.id) ?? 0)) };
}

/** The ready replay of a unit. Throws not_found for whoever has no role in its lesson, replay_not_ready. */
export async function readyReplay(em: EntityManager, personId: string, unitId: string): Promise<{ institutionId: string; durationMs: number }> {
  const unit = await em.findOne(Unit, { id: unitId });
  if (!unit || !(await roleInLesson(em, personId, unit.lessonId))) throw new DomainError('not_found', 'no such unit');
  const replay = await em.findOne(Replay, { unitId, status: 'ready' });
  if (typeof replay?.durationMs !== 'number') throw new DomainError('replay_not_ready', 'this unit has no replay yet');
  return { institutionId: replay.institutionId, durationMs: replay.durationMs };
}

/** Where this person goes on watching; beyond the end means the end. */
export async function keepPosition(deps: Deps, personId: string, unitId: string, positionMs: number): Promise<void> {
  const replay = await readyReplay(deps.orm.em.fork(), personId, unitId);
  await unitOfWork(deps.orm, actorFor(personId, replay.institutionId), (em) =>
    em.upsert(ReplayPosition, { unitId, personId, positionMs: Math.min(positionMs, replay.durationMs), at: deps.now() }));
}
