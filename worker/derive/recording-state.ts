// What the rows say of a recording: its session, units, chunks and replays, read in one go; and what follows from them for deriving.
import { DomainError } from '#domain/errors.ts';
import { Breakout, BreakoutGroup } from '#db/entities/breakout.ts';
import { Lesson, LessonSession, LessonStaff, Unit } from '#db/entities/lesson.ts';
import { filmOf, recordedRoom, Recording, Replay } from '#db/entities/recording.ts';
import type { Actor, EntityManager, Orm } from '#db/orm.ts';
import { samplesPerAacFrame } from '../compose/adts.ts';
import { samplesPerFrame } from '../compose/grid.ts';
import type { RoomPlace } from '../recording/model.ts';
import type { WorkDone } from './estimate.ts';
import { isWhole, unitPlans, type MadeChunk, type UnitPlan } from './plan.ts';
import type { UnitTimes } from './unit-windows.ts';

/** Why a recording or a replay failed; shown in words by this code. */
export type FailReason = 'nothing_captured' | 'verification_failed' | 'internal';

/** `recording.facts`. */
export interface RecordingFacts {
  /** Replays settled before are to be made again; they stay watchable until they are. */
  remadeSince?: string;
  /** Units whose making again failed: what they had was kept. */
  keptUnits?: Record<string, FailReason>;
}
export type ReplayMark = Pick<Replay, 'id' | 'part' | 'parts' | 'status' | 'failReason'> & { unitId: string; settledAt: Date | null };
/** Of a group's recording start and end are those of the division, and its one unit has the group's id. */
export interface RecordingState {
  recordingId: string; institutionId: string; lessonId: string; sessionId: string; groupId: string | null; status: Recording['status']; progress: number | null; facts: RecordingFacts;
  startedAt: Date; endedAt: Date | null; units: UnitTimes[]; leadPersonId: string | null; staff: Set<string>;
  chunks: MadeChunk[]; composedMs: number; replays: ReplayMark[];
}

interface ChunkRow { id: string; unit_id: string; ordinal: number; starts_at: string | Date; frames: number; sound_end: number; composed_ms: number }
interface Marks { chunks: MadeChunk[]; composedMs: number }

/** Chunks without their facts, which are large. The last chunk of a unit is the one whose sound reaches its end. */
async function chunkMarks(em: EntityManager, recordingId: string): Promise<Marks> {
  const rows = await em.execute<ChunkRow[]>(
    `select id, unit_id, ordinal, starts_at, frames, (facts->'sound'->>'end')::int as sound_end, composed_ms
     from recording_chunk where recording_id = ? order by unit_id, ordinal`, [recordingId]);
  let unitFrames = 0;
  const chunks = rows.map((row, index): MadeChunk => {
    unitFrames = (rows[index - 1]?.unit_id === row.unit_id ? unitFrames : 0) + row.frames;
    const last = row.sound_end * samplesPerAacFrame >= unitFrames * samplesPerFrame;
    return { id: row.id, unitId: row.unit_id, ordinal: row.ordinal, startsAtMs: new Date(row.starts_at).getTime(), frames: row.frames, last };
  });
  return { chunks, composedMs: rows.reduce((sum, row) => sum + row.composed_ms, 0) };
}

type Times = Pick<RecordingState, 'startedAt' | 'endedAt' | 'units'>;

async function lessonTimes(em: EntityManager, { lessonId, startedAt, endedAt }: LessonSession): Promise<Times> {
  const units = await em.find(Unit, { lessonId });
  return {
    startedAt, endedAt: endedAt ?? null,
    units: units.map((unit) => ({ id: unit.id, ordinal: unit.ordinal, startedAt: unit.startedAt ?? null, endedAt: unit.endedAt ?? null })),
  };
}

async function groupTimes(em: EntityManager, groupId: string): Promise<Times> {
  const { breakoutId } = await em.findOneOrFail(BreakoutGroup, { id: groupId });
  const { startedAt, endedAt } = await em.findOneOrFail(Breakout, { id: breakoutId });
  return { startedAt, endedAt: endedAt ?? null, units: [{ id: groupId, ordinal: 1, startedAt, endedAt: endedAt ?? null }] };
}

/** Throws not_found. */
export async function loadRecording(orm: Orm, recordingId: string): Promise<RecordingState> {
  const em = orm.em.fork();
  const recording = await em.findOne(Recording, { id: recordingId });
  if (!recording) throw new DomainError('not_found', `no recording ${recordingId}`);
  const session = await em.findOneOrFail(LessonSession, { id: recording.sessionId });
  const groupId = recording.groupId ?? null;
  const lesson = await em.findOneOrFail(Lesson, { id: recording.lessonId });
  const staff = await em.find(LessonStaff, { lessonId: lesson.id });
  const replays = await em.find(Replay, groupId ? { groupId } : { lessonId: lesson.id, groupId: null }, { fields: ['unitId', 'groupId', 'part', 'parts', 'status', 'failReason', 'settledAt'] });
  return {
    recordingId, institutionId: recording.institutionId, lessonId: lesson.id, sessionId: session.id, groupId, status: recording.status,
    progress: typeof recording.progress === 'number' ? recording.progress : null, facts: (recording.facts ?? {}) as RecordingFacts,
    ...(groupId ? await groupTimes(em, groupId) : await lessonTimes(em, session)),
    leadPersonId: session.leadPersonId ?? null, staff: new Set(staff.map((member) => member.personId)),
    ...await chunkMarks(em, recordingId),
    replays: replays.map(({ id, unitId, groupId: ofGroup, part, parts, status, failReason, settledAt }) => ({ id, unitId: filmOf({ unitId, groupId: ofGroup }), part, parts, status, failReason: failReason ?? null, settledAt: settledAt ?? null })),
  };
}

export const actorOf = (state: Pick<RecordingState, 'institutionId'>): Actor => ({ personId: null, institutionId: state.institutionId });
export const placeOf = (dataDir: string, state: RecordingState): RoomPlace => ({ dataDir, lessonId: state.lessonId, sessionId: state.sessionId, roomId: recordedRoom(state) });
export const plansOf = (state: RecordingState): UnitPlan[] => unitPlans(state.units, state);

const has = ({ status, settledAt }: ReplayMark, since: number): boolean => status !== 'processing' && settledAt !== null && settledAt.getTime() >= since;

/** True when nothing more is to be done for the unit: all its files stand (published or held), or it has failed. */
export function isSettled({ replays, facts }: RecordingState, unitId: string): boolean {
  if (facts.keptUnits?.[unitId]) return true;
  const own = replays.filter((replay) => replay.unitId === unitId);
  const since = facts.remadeSince ? Date.parse(facts.remadeSince) : -Infinity;
  return own.length > 0 && own.length >= own[0]!.parts && own.every((replay) => has(replay, since));
}

/** Units that have ended, have all their chunks, and have no files yet. */
export const unitsToPack = (state: RecordingState, chunkFrames?: number): UnitPlan[] =>
  plansOf(state).filter((plan) => !isSettled(state, plan.unitId) && isWhole(plan, state.chunks, chunkFrames));

/** Frames of all units, and how many of them are composed and packed. */
export function workDone(state: RecordingState): WorkDone {
  const done: WorkDone = { totalFrames: 0, composedFrames: 0, packedFrames: 0, composeMsPerFrame: null };
  for (const { unitId, frames } of plansOf(state)) {
    const own = state.chunks.filter((chunk) => chunk.unitId === unitId).reduce((sum, chunk) => sum + chunk.frames, 0);
    const settled = isSettled(state, unitId);
    done.totalFrames += frames ?? own;
    done.composedFrames += settled ? frames ?? own : Math.min(own, frames ?? own);
    done.packedFrames += settled ? frames ?? own : 0;
  }
  const made = state.chunks.reduce((sum, chunk) => sum + chunk.frames, 0);
  return { ...done, composeMsPerFrame: made > 0 ? state.composedMs / made : null };
}

export type Outcome = { status: 'ready' } | { status: 'failed'; reason: FailReason };
/** What the recording has come to, once every unit is settled; null before. Units without capture fail it only when no other has a file. */
export function outcomeOf(state: RecordingState): Outcome | null {
  const plans = plansOf(state);
  if (!state.endedAt || !plans.every(({ unitId }) => isSettled(state, unitId))) return null;
  const failed = plans.flatMap(({ unitId }) => {
    const kept = state.facts.keptUnits?.[unitId];
    const own = state.replays.filter((replay) => replay.unitId === unitId && replay.status === 'failed');
    return kept ? [kept] : own.slice(0, 1).map(({ failReason }) => failReason as FailReason);
  });
  const serious = failed.find((reason) => reason !== 'nothing_captured');
  if (serious) return { status: 'failed', reason: serious };
  return failed.length < plans.length ? { status: 'ready' } : { status: 'failed', reason: 'nothing_captured' };
}
