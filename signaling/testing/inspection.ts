// Recordings to be inspected, and an inspection that went all its way, for tests.
import type { InspectedFilm, Inspection, InspectionBody } from '#contracts/inspection.ts';
import { FaceCheck } from '#db/entities/check.ts';
import type { Recording, Replay } from '#db/entities/recording.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { addRecording, addReplay } from '#db/testing/replay.ts';
import { addLearners, addTaughtClass, type Story } from '#db/testing/taught-class.ts';
import { shanghaiDay } from '#domain/day.ts';
import { addPictureRow, storeSealed } from '../face/picture.ts';
import type { HttpWorld, Known } from './http-world.ts';
import { picture } from './pictures.ts';
import type { School } from './school.ts';

export interface RecordedClass { lessonId: string; replayId: string; personIds: string[]; checkIds: string[]; startsAt: Date }
export interface RecordedWish { title?: string; stories?: { name: string; story: Story }[]; replay?: Partial<Replay>; recording?: Partial<Recording>; durationMs?: number; daysAgo?: number; /** Minute of the one question. */ questionAt?: number }

/** One unit of 45 minutes with a film that began when it did. Without stories one learner who was there and passed a check in the 15th minute. */
export async function addRecordedClass({ deps: { orm }, clock }: HttpWorld, school: School, wish: RecordedWish = {}): Promise<RecordedClass> {
  const { institutionId, cohortId, courseId, teacher } = school;
  const startsAt = new Date(clock.now().getTime() - (wish.daysAgo ?? 1) * 86_400_000);
  const stories = wish.stories ?? [{ name: '王秀英', story: { seats: [[0, 45, 'left']], checks: [[15, 'matched']], answers: ['right'] } }];
  const personIds = await addLearners(orm, school, stories.map(({ name }) => name), new Date(startsAt.getTime() - 3_600_000));
  const { lessonId, sessionId, unitIds } = await addTaughtClass(orm, { institutionId, cohortId, courseId, teacherId: teacher.personId }, stories.map(({ story }, index) => ({ personId: personIds[index]!, story })),
    { startsAt, title: wish.title ?? '焊接安全', questions: [{ at: wish.questionAt ?? 20, until: (wish.questionAt ?? 20) + 1, prompt: '焊接前要检查什么？' }] });
  const recordingId = await addRecording(orm, { institutionId, lessonId, sessionId, at: startsAt }, { status: 'ready', settledAt: startsAt, ...wish.recording });
  const replayId = await addReplay(orm, { institutionId, lessonId, recordingId, unitId: unitIds[0]!, startsAt, durationMs: wish.durationMs ?? 45 * 60_000 }, wish.replay);
  const checks = await orm.em.fork().find(FaceCheck, { lessonId }, { orderBy: { askedAt: 'asc', id: 'asc' } });
  return { lessonId, replayId, personIds, checkIds: checks.map(({ id }) => id), startsAt };
}

/** A kept picture of this check. */
export async function addCheckPicture({ deps, clock }: HttpWorld, school: School, checkId: string, bytes?: Buffer): Promise<Buffer> {
  const em = deps.orm.em.fork();
  const { personId } = await em.findOneOrFail(FaceCheck, { id: checkId });
  const shown = bytes ?? await picture('jpeg');
  const actor = actorFor(personId, school.institutionId);
  const kept = await storeSealed(deps, actor, personId, shown, 'image/jpeg');
  await addPictureRow(em, actor, kept, clock.now(), null);
  await em.nativeUpdate(FaceCheck, { id: checkId }, { pictureId: kept.id });
  return shown;
}

/** Of the last thirty days, unannounced, of one recording. */
export const inspectionBody = (school: Pick<School, 'institutionId'>, now: Date, change: Partial<InspectionBody> = {}): InspectionBody => ({
  title: '十一月录像抽查', announced: false, size: 1, institutionIds: [school.institutionId],
  scope: { courseId: null, cohortId: null, from: shanghaiDay(new Date(now.getTime() - 30 * 86_400_000)), to: shanghaiDay(now), risks: ['high', 'middle', 'low'] }, ...change,
});

/** Throws with what was said where something is refused. */
export async function asked<T>(world: HttpWorld, route: string, person: Known, payload: object = {}): Promise<T> {
  const response = await world.call(route, person, route.startsWith('GET') ? {} : { payload });
  if (response.statusCode !== 200) throw new Error(`${route}: ${response.body}`);
  return response.json<T>();
}

/** Drawn, with one finding and one look; handed over unless wished otherwise. */
export async function addInspection(world: HttpWorld, school: School, { hand = true } = {}): Promise<{ inspectionId: string; drawnId: string; findingId: string; lookId: string }> {
  const { checkIds, replayId } = await addRecordedClass(world, school);
  await addCheckPicture(world, school, checkIds[0]!);
  const { inspectionId } = await asked<Inspection>(world, 'POST /api/inspections', school.regulator, inspectionBody(school, world.clock.now(), { size: 200 }));
  const { units } = await asked<Inspection>(world, `POST /api/inspections/${inspectionId}/draw`, school.regulator, { words: '' });
  const { drawnId } = units.find((unit) => unit.replayId === replayId)!;
  const at = `/api/inspections/${inspectionId}/units/${drawnId}`;
  const { findings } = await asked<InspectedFilm>(world, `POST ${at}/findings`, school.regulator, { atMs: 1000, severity: 'major', evidence: ['recording'], words: '课堂上没有人' });
  const { lookId } = await asked<{ lookId: string }>(world, `POST ${at}/looks`, school.regulator, { checkId: checkIds[0]!, purpose: '核对是否本人' });
  if (hand) await asked(world, `POST /api/inspections/${inspectionId}/handing-over`, school.regulator, { days: 15 });
  return { inspectionId, drawnId, findingId: findings[0]!.findingId, lookId };
}
