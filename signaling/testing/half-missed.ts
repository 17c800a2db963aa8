// A lesson that is over, of one unit of 200 s with its replay: the learner came 60 s late, the other one never. And checks of those who make it up.
import type { MakeUpState } from '#contracts/make-up.ts';
import { FaceCheck } from '#db/entities/check.ts';
import { Connection, Lesson, LessonSession, Unit } from '#db/entities/lesson.ts';
import { MakeUp } from '#db/entities/make-up.ts';
import type { Replay } from '#db/entities/recording.ts';
import { newId } from '#domain/id.ts';
import { spotMomentMs } from '#domain/presence/sitting.ts';
import { defaultPack } from '#domain/rules/packs.ts';
import type { Verdict } from '#domain/check.ts';
import { newSeed, sealSeed, seededRandom } from '#runtime/seeded-random.ts';
import { enrolFace } from './classroom-world.ts';
import type { HttpWorld, Known } from './http-world.ts';
import { picture } from './pictures.ts';
import { addSchool, type School } from './school.ts';
import { addWatchable, beginWatching, type Watcher } from './watcher.ts';

export const unitSeconds = 200;
export const lateSeconds = 60;
export interface HalfMissed { school: School; replayId: string; startMs: number }

/** Both learners are known by their faces unless `faces` is false. */
export async function addHalfMissed(world: HttpWorld, wish: Partial<Replay> = {}, faces = true): Promise<HalfMissed> {
  const { orm } = world.deps;
  const startsAt = world.clock.now();
  const at = (seconds: number): Date => new Date(startsAt.getTime() + seconds * 1000);
  const school = await addSchool(orm, startsAt);
  const { institutionId, lessonId, unitIds, learner } = school;
  if (faces) for (const { personId } of [learner, school.other]) await enrolFace(world.deps, personId);
  const replayId = await addWatchable(world, school, unitSeconds, wish);
  const em = orm.em.fork();
  await em.nativeUpdate(Lesson, { id: lessonId }, { status: 'ended' });
  await em.nativeUpdate(LessonSession, { lessonId }, { endedAt: at(unitSeconds) });
  await em.nativeUpdate(Unit, { id: unitIds[0]! }, { startedAt: startsAt, endedAt: at(unitSeconds) });
  const { id: sessionId } = await em.findOneOrFail(LessonSession, { lessonId });
  await em.insert(Connection, {
    id: newId(), institutionId, lessonId, sessionId, personId: learner.personId, role: 'student', deviceId: 'd', connectedAt: at(lateSeconds), lastSeenAt: at(unitSeconds),
    leftAt: at(unitSeconds), leftReason: 'lesson_ended', visible: true,
  });
  world.clock.pass((unitSeconds + 600) * 1000);
  return { school, replayId, startMs: startsAt.getTime() };
}

export const checksOf = (world: HttpWorld, { start }: Watcher): Promise<FaceCheck[]> =>
  world.deps.orm.em.fork().find(FaceCheck, { viewingId: start.viewingId }, { orderBy: { askedAt: 'asc', id: 'asc' } });

/** Sends a picture for the check that is open. */
export async function sendPicture(world: HttpWorld, person: Known, { checkId, nonce }: NonNullable<MakeUpState['check']>): ReturnType<HttpWorld['call']> {
  return world.call(`POST /api/checks/${checkId}/snapshot?nonce=${nonce}`, person, { payload: await picture(), headers: { 'content-type': 'image/jpeg' } });
}

/** What the worker would say of it. */
export async function judge(world: HttpWorld, checkId: string, verdict: Verdict): Promise<void> {
  await world.deps.orm.em.fork().nativeUpdate(FaceCheck, { id: checkId }, { status: 'settled', verdict, settledAt: world.clock.now() });
}

/** Begins to make up, and signs in with a picture that is judged so; null: it waits. */
export async function makeUp(world: HttpWorld, person: Known, replayId: string, verdict: Verdict | null = 'matched'): Promise<Watcher> {
  const watcher = await beginWatching(world, person, replayId, 'make-up');
  const { check } = watcher.start.makeUp!;
  const sent = await sendPicture(world, person, check!);
  if (sent.statusCode !== 200) throw new Error(sent.body);
  if (verdict) await judge(world, check!.checkId, verdict);
  return watcher;
}

/** Draws again until the spot check of this viewing falls between these seconds of watching. */
export async function drawSpotWithin(world: HttpWorld, { start }: Watcher, fromSeconds: number, toSeconds: number): Promise<void> {
  for (;;) {
    const checkSeed = newSeed();
    const moment = spotMomentMs(defaultPack.makeUp, 0, seededRandom(checkSeed, `${start.viewingId} 0`)())!;
    if (moment < fromSeconds * 1000 || moment > toSeconds * 1000) continue;
    await world.deps.orm.em.fork().nativeUpdate(MakeUp, { viewingId: start.viewingId }, { checkSeed, checkSeedHash: sealSeed(checkSeed) });
    return;
  }
}
