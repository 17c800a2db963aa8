// The page after class over a lesson worked out by hand: strips, curve, drops with what went on, questions, marks, films; who may see it; pages of a large class.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AfterClass, AfterLearner } from '#contracts/after-class.ts';
import { FaceCheck } from '#db/entities/check.ts';
import { Recording, Replay } from '#db/entities/recording.ts';
import { reckonClass } from '#db/queries/class-reckoning.ts';
import { lessonReport } from '#db/queries/report.ts';
import { addRecording, addReplay } from '#db/testing/replay.ts';
import { addLearners, addTaughtClass, type InCohort, type Story, type TaughtClass } from '#db/testing/taught-class.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addSchool, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let foreign: School;
let of: InCohort;
let taught: TaughtClass;
let learnerIds: string[];
const start = new Date('2026-03-02T01:00:00Z');

// Units 0-45 and 50-95, interrupted 20-22; at 10:00 a question, at 10:30 three of seven go.
const stories: [string, Story][] = [
  ['王一', { seats: [[-1, 95, 'lesson_ended']], checks: [[30, 'matched']], answers: ['right', 'right'], hands: [12, 60] }],
  ['李二', { seats: [[0, 10.5, 'cut'], [15, 95, 'lesson_ended']], answers: ['right', 'wrong'] }],
  ['张三', { seats: [[0, 10.5, 'left']], answers: [null, undefined] }],
  ['刘四', { seats: [[0, 10.5, 'cut'], [50, 95, 'lesson_ended']], answers: ['wrong', 'wrong'] }],
  ['陈五', { seats: [[0, 95, 'lesson_ended']], hidden: [[70, 75]], checks: [[80, 'missed']], answers: ['right', 'right'] }],
  ['杨六', {}],
  ['赵七', { seats: [[0, 95, 'lesson_ended']], answers: ['right', 'right'] }],
];

beforeAll(async () => {
  world = await openHttpWorld();
  world.clock.set(new Date(start.getTime() - 3_600_000));
  const { orm } = world.deps;
  school = await addSchool(orm, world.clock.now());
  foreign = await addSchool(orm, world.clock.now(), 'Foreign');
  of = { institutionId: school.institutionId, cohortId: school.cohortId, courseId: school.courseId, teacherId: school.teacher.personId };
  learnerIds = await addLearners(orm, of, stories.map(([name]) => name), world.clock.now());
  taught = await addTaughtClass(orm, of, stories.map(([, story], index) => ({ personId: learnerIds[index]!, story })), {
    startsAt: start, units: [[0, 45], [50, 95]], interruptions: [[20, 22]], questions: [{ at: 10, until: 11, prompt: '先断电还是先救人？' }, { at: 60, until: 62, prompt: '灭火器？' }],
    chat: [9.9, 10.2, 10.4, 40], onStage: [[0, 12, 14]],
  });
  world.clock.set(taught.at(120));
});
afterAll(() => world.close());

const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;
const call = (person: Known, query = '', lessonId = taught.lessonId) => world.call(`GET /api/lessons/${lessonId}/after-class${query}`, person);
/** As it stands now, with what the worker has not made yet. */
const glance = async (query = '', lessonId = taught.lessonId, person = school.teacher): Promise<AfterClass> => {
  const response = await call(person, query, lessonId);
  expect(response.statusCode, response.body).toBe(200);
  return response.json<AfterClass>();
};
/** The worker's part. */
const reckons = (lessonId = taught.lessonId): Promise<boolean> => reckonClass(world.deps.orm, lessonId, world.clock.now());
const read = async (query = '', lessonId = taught.lessonId, person = school.teacher): Promise<AfterClass> => {
  const seen = await glance(query, lessonId, person);
  if (seen.reckoning === 'made') return seen;
  expect(await reckons(lessonId)).toBe(true);
  return glance(query, lessonId, person);
};
const waitingJobs = async (): Promise<number> => (await world.deps.queues.depths()).find(({ queue }) => queue === 'class-reckon')!.waiting;
const ms = (minutes: number): number => minutes * 60_000;
const rowOf = (seen: AfterClass, name: string): AfterLearner => seen.learners.rows.find((row) => row.name === name)!;

it('is reckoned by the worker: asked for once however many look, and told without figures until it is made', async () => {
  expect(await reckons()).toBe(false);
  for (let looks = 0; looks < 3; looks++) expect(await glance()).toMatchObject({ note: null, reckoning: 'awaited', curve: [], figures: { learners: 0 }, learners: { rows: [] } });
  expect(await waitingJobs()).toBe(1);
  expect(await reckons()).toBe(true);
  expect(await glance()).toMatchObject({ reckoning: 'made', figures: { learners: 9 } });
  // Looked at once more nothing waits to be made.
  expect(await reckons()).toBe(false);
  const kept = await world.deps.orm.em.fork().execute<{ stored: string }[]>(
    `select coalesce(figures::text, '') || (select string_agg(l::text, ' ') from class_reckoning_learner l where l.lesson_id = k.lesson_id) as stored from class_reckoning k`);
  for (const [name] of stories) expect(kept[0]!.stored).not.toContain(name);
});

it('tells who was there, and the curve is the sum of the strips', async () => {
  const seen = await read();
  expect(seen).toMatchObject({ note: null, startedAt: start.toISOString(), lengthMs: ms(95), stepMs: 15_000, rulePack: 'default@1', attendanceBelow: 80, accuracyBelow: 80 });
  // The two learners of the school never came either.
  expect(seen.figures).toMatchObject({ learners: 9, came: 6, most: 6 });
  expect(seen.curve.map(({ ordinal, fromMs, toMs }) => [ordinal, fromMs, toMs])).toEqual([[1, 0, ms(20)], [1, ms(22), ms(45)], [2, ms(50), ms(95)]]);
  for (const { fromMs, there } of seen.curve) {
    for (const [point, count] of there.entries()) {
      const atMs = fromMs + point * seen.stepMs;
      const away = seen.learners.rows.filter((row) => row.away.some((span) => span.fromMs <= atMs && atMs < span.toMs && span.reason !== 'check_missed'));
      expect(count, String(atMs)).toBe(seen.learners.rows.length - away.length);
    }
  }
});

it('finds where people were lost, and says what went on then', async () => {
  const { drops } = await read();
  expect(drops[0]).toMatchObject({ before: 6, after: 3 });
  expect(drops[0]!.fromMs).toBeLessThanOrEqual(ms(10.5));
  expect(drops[0]!.toMs).toBeGreaterThanOrEqual(ms(10.5));
  expect(drops[0]!.during).toEqual([{ kind: 'quiz', label: '先断电还是先救人？', count: 1 }, { kind: 'chat', label: '', count: 3 }]);
  expect(drops).toHaveLength(1);
});

it('tells each learner with reasons, checks, answers and hands; who needs attention comes first', async () => {
  const seen = await read();
  expect(seen.learners).toMatchObject({ found: 9, page: 1, pages: 1 });
  const order = seen.learners.rows.map(({ name, need }) => `${name} ${need}`);
  expect(order.slice(0, 3).every((one) => one.endsWith('never_came'))).toBe(true);
  expect(order.slice(3, 7)).toEqual(['张三 attendance', '刘四 attendance', '李二 accuracy', '陈五 checks']);
  // Both alike in all: their ids decide.
  expect(new Set(order.slice(7))).toEqual(new Set(['王一 null', '赵七 null']));
  expect(rowOf(seen, '王一')).toMatchObject({
    creditedMinutes: 88, heldMinutes: 88, asked: 2, correct: 2, accuracy: 1, away: [], hands: [ms(12), ms(60)], checks: [{ atMs: ms(30), result: 'passed' }],
    answers: [{ atMs: ms(10.5), question: 1, result: 'right' }, { atMs: ms(61), question: 2, result: 'right' }],
  });
  expect(rowOf(seen, '张三')).toMatchObject({ away: [{ fromMs: ms(10.5), toMs: ms(20), reason: 'left' }, { reason: 'left' }, { fromMs: ms(50), toMs: ms(95), reason: 'left' }], answers: [{ question: 1, result: 'none' }], accuracy: 0 });
  expect(rowOf(seen, '李二').away).toEqual([{ fromMs: ms(10.5), toMs: ms(15), reason: 'disconnected' }]);
  expect(rowOf(seen, '陈五').away.map(({ reason }) => reason)).toContain('hidden');
  expect(rowOf(seen, '陈五').checks).toEqual([{ atMs: ms(80), result: 'missed' }]);
  expect(rowOf(seen, '杨六').away.every(({ reason }) => reason === 'not_joined')).toBe(true);
});

it('says of minutes and answers what the report says', async () => {
  const seen = await read();
  const report = await lessonReport(world.deps.orm.em.fork(), taught.lessonId, world.clock.now());
  expect(seen.learners.rows.length).toBe(report.rows.length);
  for (const row of report.rows) {
    const { creditedMinutes, asked, correct, accuracy } = row;
    expect(seen.learners.rows.find(({ personId }) => personId === row.personId)).toMatchObject({ creditedMinutes, asked, correct, accuracy });
  }
});

it('tells accuracy by question, and marks of hands and the stage', async () => {
  const seen = await read();
  expect(seen.questions).toMatchObject([
    { prompt: '先断电还是先救人？', atMs: ms(10), asked: 6, answered: 5, correct: 4, accuracy: 0.666, low: true }, { prompt: '灭火器？', asked: 5, answered: 5, correct: 3, accuracy: 0.6, low: true },
  ]);
  expect(seen.marks.map(({ kind, atMs, label, count }) => [kind, atMs, label, count])).toEqual(expect.arrayContaining([['hand', ms(12), '', 1], ['stage', ms(12), '王一', 1], ['hand', ms(60), '', 1]]));
  expect(seen.marks).toHaveLength(3);
});

it('names the files that can be watched as they become ready, and why the rest cannot', async () => {
  const { orm } = world.deps;
  const { lessonId, sessionId, unitIds, at } = taught;
  expect(await read()).toMatchObject({ films: [], replay: 'processing' });
  const recordingId = await addRecording(orm, { institutionId: of.institutionId, lessonId, sessionId, at: at(0) });
  const made = { institutionId: of.institutionId, lessonId, recordingId };
  const chapters = [{ atMs: 0, kind: 'start' as const, label: '' }, { atMs: ms(9.8), kind: 'screen' as const, label: '' }];
  await addReplay(orm, { ...made, unitId: unitIds[0]!, startsAt: at(0), durationMs: ms(45) }, { chapters });
  const held = await addReplay(orm, { ...made, unitId: unitIds[1]!, startsAt: at(50), durationMs: ms(45) }, { status: 'held' });
  expect((await read()).replay).toBe('processing');
  await orm.em.fork().nativeUpdate(Recording, { id: recordingId }, { status: 'ready' });
  const seen = await read();
  expect(seen).toMatchObject({ replay: 'held', films: [{ ordinal: 1, part: 1, parts: 1, fromMs: 0, toMs: ms(45) }] });
  expect(seen.drops[0]!.during.map(({ kind }) => kind)).toEqual(['quiz', 'screen', 'chat']);
  expect(seen.marks).toContainEqual({ kind: 'screen', atMs: ms(9.8), label: '', count: 1 });
  await orm.em.fork().nativeUpdate(Replay, { id: held }, { status: 'failed' });
  expect((await read()).replay).toBe('failed');
  await orm.em.fork().nativeUpdate(Replay, { id: held }, { status: 'ready' });
  expect(await read()).toMatchObject({ replay: 'ready', films: [{ ordinal: 1 }, { ordinal: 2, fromMs: ms(50), toMs: ms(95) }] });
});

it('is reckoned anew when a fact comes, and shows what was known until it is', async () => {
  const before = rowOf(await read(), '陈五');
  const { deps: { orm }, clock } = world;
  const check = await orm.em.fork().findOneOrFail(FaceCheck, { lessonId: taught.lessonId, personId: learnerIds[4]!, verdict: 'missed' });
  const decided = await world.call(`POST /api/checks/${check.id}/decisions`, school.scheduler, { payload: { outcome: 'overturned', reason: '学员在场，摄像头被挡', replaces: null } });
  expect(decided.statusCode, decided.body).toBe(200);
  const meanwhile = await glance();
  expect(meanwhile).toMatchObject({ reckoning: 'anew', figures: { learners: 9, came: 6 } });
  expect(rowOf(meanwhile, '陈五').need).toBe('checks');
  const after = await read();
  expect(after.reckoning).toBe('made');
  expect(before.need).toBe('checks');
  expect(rowOf(after, '陈五').need).toBeNull();
  expect(rowOf(after, '陈五').creditedMinutes).toBeGreaterThan(before.creditedMinutes);
  // Who was enrolled is reckoned with too, and is no fact of the lesson.
  await addLearners(orm, of, ['孙八'], taught.at(-60));
  expect((await glance()).reckoning).toBe('anew');
  expect((await read()).figures.learners).toBe(10);
  clock.pass(86_400_000);
  expect((await glance()).reckoning).toBe('made');
});

it('right after the end stands for a moment alone, because facts still come', async () => {
  const fresh = await addTaughtClass(world.deps.orm, of, [{ personId: learnerIds[0]!, story: { seats: [[0, 45, 'lesson_ended']] } }], { startsAt: taught.at(3000) });
  world.clock.set(fresh.at(45.1));
  expect((await read('', fresh.lessonId)).reckoning).toBe('made');
  world.clock.set(fresh.at(45.3));
  expect((await glance('', fresh.lessonId)).reckoning).toBe('made');
  world.clock.set(fresh.at(45.5));
  expect((await glance('', fresh.lessonId)).reckoning).toBe('anew');
  world.clock.set(fresh.at(46.5));
  await read('', fresh.lessonId);
  world.clock.set(fresh.at(600));
  expect((await glance('', fresh.lessonId)).reckoning).toBe('made');
  world.clock.set(taught.at(130));
});

it('has no figures of a lesson that is not over, was never taught or was cancelled', async () => {
  expect(await read('', school.lessonId)).toMatchObject({ note: 'not_over', curve: [], learners: { rows: [] } });
  for (const [status, note] of [['live', 'not_over'], ['cancelled', 'cancelled'], ['missed', 'never_started']] as const) {
    await world.deps.orm.em.fork().execute('update lesson set status = ? where id = ?', [status, school.lessonId]);
    expect((await read('', school.lessonId)).note).toBe(note);
  }
  const empty = await addTaughtClass(world.deps.orm, of, [], { startsAt: taught.at(-2000) });
  expect((await read('', empty.lessonId)).figures).toMatchObject({ came: 0, most: 0 });
});

it('is for staff of the lesson and those who oversee it', async () => {
  expect(codeOf(await call(school.learner))).toBe('forbidden');
  for (const person of [foreign.teacher, foreign.learner, foreign.scheduler]) expect(codeOf(await call(person))).toBe('not_found');
  for (const person of [school.scheduler, school.regulator]) expect((await call(person)).statusCode).toBe(200);
  for (const query of ['?page=0', '?page=-1', '?page=x', '?surprise=1', `?search=${'x'.repeat(61)}`]) expect(codeOf(await call(school.teacher, query)), query).toBe('bad_request');
});

it('of a class above two hundred one page at a time, found by name, the curve and bars of all', async () => {
  const { orm } = world.deps;
  const other = await addSchool(orm, world.clock.now(), 'Large');
  const large = { institutionId: other.institutionId, cohortId: other.cohortId, courseId: other.courseId, teacherId: other.teacher.personId };
  const ids = await addLearners(orm, large, Array.from({ length: 298 }, (_, index) => `学员${String(index).padStart(3, '0')}`), taught.at(-10));
  // The school's own two make three hundred.
  const late = await addTaughtClass(orm, large, ids.map((personId, index) => ({ personId, story: { seats: [[0, index % 2 ? 45 : 20, index % 2 ? 'lesson_ended' : 'left']], answers: [index % 4 ? 'right' : 'wrong'] } })), {
    startsAt: taught.at(200), questions: [{ at: 5, until: 6, prompt: '?' }],
  });
  world.clock.set(late.at(60));
  const page = (query: string): Promise<AfterClass> => read(query, late.lessonId, other.teacher);
  const first = await page('');
  expect(first).toMatchObject({ figures: { learners: 300, came: 298, most: 298 }, learners: { found: 300, page: 1, pages: 6 }, questions: [{ asked: 298, answered: 298, correct: 223 }], drops: [{ before: 298, after: 149 }] });
  expect(first.learners.rows.slice(0, 3).map(({ need }) => need)).toEqual(['never_came', 'never_came', 'attendance']);
  const pages = [first, ...await Promise.all([2, 3, 4, 5, 6].map((number) => page(`?page=${number}`)))];
  expect(pages.map(({ learners }) => learners.rows.length)).toEqual([50, 50, 50, 50, 50, 50]);
  expect(new Set(pages.flatMap(({ learners }) => learners.rows.map(({ personId }) => personId))).size).toBe(300);
  expect((await page('?page=7')).learners.rows).toEqual([]);
  const found = await page(`?search=${encodeURIComponent('学员01')}`);
  expect(found.learners).toMatchObject({ found: 10, pages: 1 });
  expect(found.figures.learners).toBe(300);
  expect((await page('?search=nobody')).learners).toMatchObject({ found: 0, page: 1, pages: 1, rows: [] });
});
