// Corrections over REST: what one clerk makes and another approves, what it changes in hours, report and ledger, and every refusal (R114, R155, R158).
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Attachment } from '#contracts/attachment-routes.ts';
import type { Correction, CorrectionQueue, LearnerCorrections } from '#contracts/correction-routes.ts';
import type { LessonHours } from '#contracts/hours.ts';
import { newId } from '#domain/id.ts';
import { Connection, Lesson, Observation, Unit } from '#db/entities/lesson.ts';
import { reckonLedger } from '#db/queries/ledger-reckon.ts';
import { lessonReport } from '#db/queries/report.ts';
import { addAttachment, pdfBytes } from '../testing/attachment.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addPerson, addSchool, addSession, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let foreign: School;
let second: Known;
let began: Date;
let paper: string;
beforeAll(async () => {
  world = await openHttpWorld();
  foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
});
afterAll(() => world.close());
const em = () => world.deps.orm.em.fork();
const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;
const at = (minutes: number): Date => new Date(began.getTime() + minutes * 60_000);

/** One unit held for 45 minutes; the learner left at minute 20. */
beforeEach(async () => {
  began = world.clock.now();
  school = await addSchool(world.deps.orm, began);
  second = await addPerson(world.deps.orm, began, 'Second clerk', school.institutionId, 'institution');
  const { institutionId, lessonId, learner } = school;
  const sessionId = await addSession(world.deps.orm, school, began, at(45));
  await em().nativeUpdate(Unit, { id: school.unitIds[0]! }, { startedAt: began, endedAt: at(45) });
  await em().nativeUpdate(Lesson, { id: lessonId }, { status: 'ended' });
  await seatIn(institutionId, lessonId, sessionId, learner.personId, 0, 20);
  world.clock.set(at(60));
  paper = await addPaper({});
});

async function seatIn(institutionId: string, lessonId: string, sessionId: string, personId: string, from: number, to: number): Promise<void> {
  const id = newId();
  await em().insert(Connection, { id, institutionId, lessonId, sessionId, personId, role: 'student', deviceId: 'd', connectedAt: at(from), lastSeenAt: at(to), leftAt: at(to), leftReason: 'left', visible: true });
  for (let minute = from; minute < to; minute += 5) await em().insert(Observation, { id: newId(), institutionId, lessonId, connectionId: id, personId, type: 'active', at: at(minute), value: null });
}
const addPaper = async (wish: object): Promise<string> =>
  (await addAttachment(world, school.scheduler, school.institutionId, { subjectType: 'lesson', subjectId: school.lessonId, kind: 'correction', bytes: pdfBytes(newId()), ...wish })).json<Attachment>().attachmentId;
const address = (personId = school.learner.personId, lessonId = school.lessonId): string => `/api/lessons/${lessonId}/hours/${personId}/corrections`;
const wish = (change: object = {}): object => ({ unitId: school.unitIds[0]!, way: 'credit', from: at(20).toISOString(), to: at(45).toISOString(), reason: 'power_cut', words: ' 学校停电 ', attachmentId: paper, ...change });
const make = (person: Known | null, change: object = {}, where = address()) => world.call(`POST ${where}`, person, { payload: wish(change) });
const known = new Set<string>();
/** The one that was not there before: of two made at one moment either may stand first. */
async function made(change: object = {}): Promise<Correction> {
  const { corrections } = (await make(school.scheduler, change)).json<LearnerCorrections>();
  const [fresh] = corrections.filter(({ correctionId }) => !known.has(correctionId));
  for (const { correctionId } of corrections) known.add(correctionId);
  return fresh!;
}
const decide = (person: Known | null, correctionId: string, outcome = 'approved', words = '') => world.call(`POST /api/corrections/${correctionId}/decision`, person, { payload: { outcome, words } });
const queue = async (person: Known): Promise<CorrectionQueue> => (await world.call('GET /api/corrections', person)).json<CorrectionQueue>();
const rowOf = async (lessonId = school.lessonId) => (await lessonReport(em(), lessonId, world.clock.now())).rows.find(({ personId }) => personId === school.learner.personId)!;
interface LedgerFigures { live_ms: number; corrected_ms: number; taken_back_ms: number }
const ledgerOfLearner = async (lessonId = school.lessonId): Promise<number[] | undefined> => {
  const [row] = await em().execute<LedgerFigures[]>('select live_ms, corrected_ms, taken_back_ms from ledger_row where lesson_id = ? and person_id = ?', [lessonId, school.learner.personId]);
  return row && [row.live_ms, row.corrected_ms, row.taken_back_ms].map((ms) => ms / 60_000);
};

it('counts once another clerk approved it: in hours, report, ledger and its events; what was observed stays', async () => {
  await reckonLedger(world.deps.orm, school.lessonId, world.clock.now(), { all: true });
  expect(await ledgerOfLearner()).toEqual([20, 0, 0]);
  const one = await made();
  expect(one).toMatchObject({ state: 'waiting', minutes: 25, way: 'credit', words: '学校停电', maker: 'School scheduler', decider: null, mine: true, mayDecide: false, unitOrdinal: 1, personName: 'School learner' });
  expect((await rowOf()).creditedMinutes).toBe(20);
  expect((await queue(second)).waiting.filter(({ correctionId }) => correctionId === one.correctionId)).toMatchObject([{ mine: false, mayDecide: true }]);
  expect((await decide(second, one.correctionId)).json<Correction>()).toMatchObject({ state: 'approved', decider: 'Second clerk', mayDecide: false });
  expect(await rowOf()).toMatchObject({ creditedMinutes: 45, heldMinutes: 45, attendance: 1, correctedMinutes: 25, takenBackMinutes: 0 });
  await reckonLedger(world.deps.orm, school.lessonId, world.clock.now());
  expect(await ledgerOfLearner()).toEqual([45, 25, 0]);
  const hours = (await world.call(`GET /api/lessons/${school.lessonId}/hours`, school.learner)).json<LessonHours>();
  expect(hours.units[0]!.spans.map(({ reason }) => reason)).toEqual(['present', 'corrected']);
  expect(hours.corrections).toEqual([{ way: 'credit', unitOrdinal: 1, from: at(20).toISOString(), to: at(45).toISOString(), minutes: 25, reason: 'power_cut', madeAt: at(60).toISOString(), decidedAt: at(60).toISOString() }]);
  expect(JSON.stringify(hours)).not.toMatch(/Second clerk|School scheduler|停电/);
  const events = [...await world.events('correction:made'), ...await world.events('correction:approved')].filter(({ payload }) => payload.correctionId === one.correctionId);
  expect(events.map(({ actor_id: actor, stream, payload }) => [actor, stream, payload.changesMs])).toEqual([[school.scheduler.personId, `lesson:${school.lessonId}`, 1_500_000], [second.personId, `lesson:${school.lessonId}`, 1_500_000]]);
  expect(JSON.stringify(events)).not.toContain('停电');
  expect(await em().count(Connection, { lessonId: school.lessonId })).toBe(1);
});

it('takes time off too, and a later one the other way gives it back', async () => {
  const { correctionId } = await made({ way: 'take', reason: 'stand_in', from: at(10).toISOString(), to: at(30).toISOString() });
  await decide(second, correctionId);
  expect(await rowOf()).toMatchObject({ creditedMinutes: 10, correctedMinutes: 0, takenBackMinutes: 10 });
  world.clock.pass(60_000);
  const back = await made({ from: at(10).toISOString(), to: at(20).toISOString(), reason: 'other' });
  await decide(second, back.correctionId);
  expect(await rowOf()).toMatchObject({ creditedMinutes: 20, correctedMinutes: 0, takenBackMinutes: 0 });
});

it('is decided by somebody else, once; withdrawn by its maker alone; refused with words', async () => {
  const { correctionId } = await made();
  expect(codeOf(await decide(school.scheduler, correctionId))).toBe('own_correction');
  expect(codeOf(await decide(school.scheduler, correctionId, 'rejected', '不对'))).toBe('own_correction');
  expect(codeOf(await decide(second, correctionId, 'withdrawn', '不对'))).toBe('forbidden');
  for (const words of ['', ' x ']) expect(codeOf(await decide(second, correctionId, 'rejected', words))).toBe('bad_request');
  const both = await Promise.all([decide(second, correctionId), decide(second, correctionId, 'rejected', '材料不符')]);
  expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409]);
  expect(codeOf(await decide(second, correctionId))).toBe('already_decided');
  const taken = await made({ way: 'take', reason: 'not_attending', from: at(0).toISOString(), to: at(5).toISOString() });
  expect((await decide(school.scheduler, taken.correctionId, 'withdrawn', '写错了')).json<Correction>()).toMatchObject({ state: 'withdrawn', decisionWords: '写错了' });
  expect((await rowOf()).takenBackMinutes).toBe(0);
  // The table itself refuses it too, and no statement of the product changes one.
  const third = await made({ way: 'take', reason: 'not_attending', from: at(0).toISOString(), to: at(5).toISOString() });
  await expect(em().execute(`insert into correction_decision values (?, ?, 'approved', '', ?, now())`, [third.correctionId, school.institutionId, school.scheduler.personId])).rejects.toThrow(/somebody else/);
  await expect(em().execute('update correction set changes_ms = 1 where id = ?', [third.correctionId])).rejects.toThrow(/permission denied/);
  await expect(em().execute('delete from correction_decision')).rejects.toThrow(/permission denied/);
});

it('refuses what is outside, changes nothing, waits already, has no paper, or a reason of the other way', async () => {
  const refused = async (change: object): Promise<string> => codeOf(await make(school.scheduler, change));
  for (const change of [{ from: at(-1).toISOString() }, { to: at(46).toISOString() }, { from: at(45).toISOString(), to: at(20).toISOString() }, { unitId: school.unitIds[1]! }, { unitId: newId() }]) expect(await refused(change)).toBe('correction_outside');
  expect(await refused({ from: at(0).toISOString(), to: at(20).toISOString() })).toBe('correction_changes_nothing');
  expect(await refused({ way: 'take', reason: 'stand_in' })).toBe('correction_changes_nothing');
  for (const change of [{ reason: 'stand_in' }, { words: '  ' }, { words: ' x ' }, { way: 'more' }]) expect(await refused(change)).toBe('bad_request');
  const other = await addPaper({ kind: 'other' });
  const ofCourse = await addPaper({ subjectType: 'course', subjectId: school.courseId });
  for (const attachmentId of [newId(), other, ofCourse]) expect(await refused({ attachmentId })).toBe('correction_paper');
  const one = await made();
  expect(await refused({ from: at(40).toISOString() })).toBe('correction_waiting');
  await world.call(`POST /api/institutions/${school.institutionId}/attachments/${paper}/withdrawal`, school.scheduler, { payload: { reason: '传错了' } });
  expect(codeOf(await decide(second, one.correctionId))).toBe('correction_paper');
  expect((await decide(second, one.correctionId, 'rejected', '材料作废了')).statusCode).toBe(200);
  await em().nativeUpdate(Lesson, { id: school.lessonId }, { status: 'live' });
  expect(await refused({ attachmentId: await addPaper({}) })).toBe('correction_too_soon');
});

it('is the office’s alone, of its own learners, and nobody’s of themselves', async () => {
  const { correctionId } = await made();
  const list = (person: Known | null) => world.call(`GET ${address()}`, person);
  expect((await list(school.regulator)).json<LearnerCorrections>()).toMatchObject({ mayMake: false, corrections: [{ correctionId, mayDecide: false }] });
  for (const person of [school.teacher, school.learner]) for (const response of [await list(person), await make(person), await decide(person, correctionId)]) expect(codeOf(response)).toBe('forbidden');
  expect(codeOf(await make(school.regulator))).toBe('forbidden');
  for (const response of [await list(foreign.scheduler), await make(foreign.scheduler), await decide(foreign.scheduler, correctionId)]) expect(codeOf(response)).toBe('not_found');
  expect(codeOf(await make(school.scheduler, {}, address(school.teacher.personId)))).toBe('not_found');
  expect((await queue(foreign.scheduler)).waiting.map((one) => one.correctionId)).not.toContain(correctionId);
  // A learner who works in the office too.
  await em().execute(`insert into membership (id, person_id, institution_id, role, created_at) values (?, ?, ?, 'institution', now())`, [newId(), school.learner.personId, school.institutionId]);
  expect(codeOf(await make(school.learner, { from: at(30).toISOString() }))).toBe('own_correction');
  expect(codeOf(await decide(school.learner, correctionId))).toBe('own_correction');
});

it('an instant that is credited here by a correction counts in no other lesson, and the other ledger is due', async () => {
  const other = await addSchool(world.deps.orm, began, 'Other');
  const { institutionId, lessonId } = other;
  await em().execute(`insert into enrolment (id, person_id, cohort_id, institution_id, created_at) values (?, ?, ?, ?, ?)`, [newId(), school.learner.personId, other.cohortId, institutionId, at(-60)]);
  const sessionId = await addSession(world.deps.orm, other, began, at(45));
  await em().nativeUpdate(Unit, { id: other.unitIds[0]! }, { startedAt: began, endedAt: at(45) });
  await em().nativeUpdate(Lesson, { id: lessonId }, { status: 'ended' });
  await seatIn(institutionId, lessonId, sessionId, school.learner.personId, 25, 40);
  await reckonLedger(world.deps.orm, lessonId, world.clock.now(), { all: true });
  expect(await ledgerOfLearner(lessonId)).toEqual([15, 0, 0]);
  const one = await made();
  expect(one.minutes).toBe(25);
  await decide(second, one.correctionId);
  // Entered first here: 20 and 25; there nothing is left.
  expect([(await rowOf()).creditedMinutes, (await rowOf(lessonId)).creditedMinutes]).toEqual([45, 0]);
  expect(await reckonLedger(world.deps.orm, lessonId, world.clock.now())).not.toBeNull();
  expect(await ledgerOfLearner(lessonId)).toEqual([0, 0, 0]);
});
