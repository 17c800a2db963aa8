// The gate of certificates and units held at a place: named while they are missing, counted by sheets and by nothing else, never in the stead of units online (R25, R27, R40, R149).
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Attachment } from '#contracts/attachment-routes.ts';
import type { IssueReply } from '#contracts/certificate.ts';
import { CourseDossier } from '#db/entities/course.ts';
import { Lesson, Unit } from '#db/entities/lesson.ts';
import { Place } from '#db/entities/timetable.ts';
import { newId } from '#domain/id.ts';
import { addAttachment, pdfBytes } from '../testing/attachment.ts';
import { addGraduation } from '../testing/certificate.ts';
import { planRow } from '../testing/course.ts';
import { openHttpWorld, type HttpWorld } from '../testing/http-world.ts';
import { addSchool, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let cohortId: string;
let personIds: string[];
let placeId: string;
let version = 1;
const em = () => world.deps.orm.em.fork();
const minute = 60_000;

/** A newer dossier of the same course: so many units of each way. Two online were held. */
async function plansUnits(online: number, offline: number): Promise<void> {
  const first = await em().findOneOrFail(CourseDossier, { courseId: school.courseId, version: 1 }, { disableIdentityMap: true });
  const plan = [...Array.from({ length: online }, () => planRow()), ...Array.from({ length: offline }, () => planRow({ way: 'offline', content: 'practice' }))];
  await em().insert(CourseDossier, { ...first, id: newId(), version: ++version, content: { ...first.content, plan } });
}

beforeAll(async () => {
  world = await openHttpWorld();
  school = await addSchool(world.deps.orm, world.clock.now());
  ({ cohortId, personIds } = await addGraduation(world, school, [{ name: '甲' }, { name: '乙' }]));
  placeId = newId();
  await em().insert(Place, { id: placeId, institutionId: school.institutionId, name: '一号实训室', createdAt: world.clock.now(), retiredAt: null });
  // Nobody else has the teacher meanwhile.
  await em().nativeUpdate(Lesson, { id: school.lessonId }, { status: 'cancelled' });
  await plansUnits(2, 2);
});
afterAll(() => world.close());

/** What each lacks, by their order; null: has one now. Nobody is issued one as long as all lack something. */
async function asked(): Promise<(string[] | null)[]> {
  const { refused } = (await world.call(`POST /api/cohorts/${cohortId}/certificates`, school.scheduler, { payload: { personIds } })).json<IssueReply>();
  return personIds.map((personId) => refused.find((one) => one.personId === personId)?.missing ?? null);
}
/** A lesson that has ended is reckoned once more a little later, and keeps certificates back until then. */
const later = (lessonId: string) => em().execute('delete from ledger_due where lesson_id = ? and due_at > now()', [lessonId]);

async function plansAtPlace(minutes: number): Promise<{ lessonId: string; began: number; unitIds: string[] }> {
  const began = world.clock.now().getTime() + 60 * minute;
  const payload = { cohortId, title: '焊接实训', plannedMinutes: minutes, teacherIds: [school.teacher.personId], starts: [new Date(began).toISOString()], offline: true, placeId };
  const response = await world.call('POST /api/timetable', school.scheduler, { payload });
  expect(response.statusCode, response.body).toBe(200);
  const lessonId = response.json<{ lessonIds: [string] }>().lessonIds[0];
  return { lessonId, began, unitIds: (await em().find(Unit, { lessonId }, { orderBy: { ordinal: 'asc' } })).map(({ id }) => id) };
}
/** After class: this many of its units were held, and only the first of the two was there. */
async function keeps({ lessonId, began, unitIds }: Awaited<ReturnType<typeof plansAtPlace>>, held: number): Promise<void> {
  world.clock.set(new Date(began + 180 * minute));
  const at = (minutes: number): string => new Date(began + minutes * minute).toISOString();
  const { attachmentId } = (await addAttachment(world, school.scheduler, school.institutionId, { subjectType: 'lesson', subjectId: lessonId, kind: 'signed_sheet', bytes: pdfBytes(newId()) })).json<Attachment>();
  const units = unitIds.slice(0, held).map((unitId, index) => ({ unitId, from: at(index * 45), to: at((index + 1) * 45) }));
  const response = await world.call(`POST /api/lessons/${lessonId}/sheet`, school.scheduler, { payload: { units, present: [{ personId: personIds[0]!, from: at(0), to: at(held * 45) }], attachmentId } });
  expect(response.statusCode, response.body).toBe(200);
}

it('names units at a place that were not held, waits for the sheet and for the figures, and counts what sheets say', async () => {
  expect(await asked()).toEqual([['offline_short'], ['offline_short']]);
  const practice = await plansAtPlace(90);
  // A lesson without its sheet was not held, whatever the clock says.
  world.clock.set(new Date(practice.began + 150 * minute));
  expect(await asked()).toEqual([['lessons_open', 'offline_short'], ['lessons_open', 'offline_short']]);
  // One unit of its two: one of the plan is missing still.
  await keeps(practice, 1);
  expect((await asked())[0]).toEqual(['figures_due', 'offline_short']);
  await later(practice.lessonId);
  expect((await asked())[0]).toEqual(['offline_short']);
  const rest = await plansAtPlace(45);
  await keeps(rest, 1);
  await later(rest.lessonId);
  // Units at a place fill no gap online. Of 180 minutes held the second learner has the 90 online: 50 %.
  await plansUnits(3, 2);
  expect(await asked()).toEqual([['units_short'], ['units_short', 'attendance_low']]);
  // Nor do more of them than planned.
  await plansUnits(3, 1);
  expect((await asked())[0]).toEqual(['units_short']);
  await plansUnits(2, 2);
  expect(await asked()).toEqual([null, ['attendance_low']]);
});
