// Taking an exam over REST: the paper, saving in any order, going on after a cut or on another device, handing in once, by hand and by the clock; and whom it is refused to (R26, R104, R143).
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AnswersSaved, AttemptState, ExamBody, ExamDetail, OwnExams, OwnResult, PaperItem, SavedAnswer } from '#contracts/exam.ts';
import { Enrolment } from '#db/entities/people.ts';
import { newId } from '#domain/id.ts';
import { addBankQuestion, draftExam, endDue, freeTextTask, publishedExam, withoutFaces } from '../testing/exam.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addPerson, addSchool, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let foreign: School;
beforeAll(async () => {
  world = await openHttpWorld();
  school = await addSchool(world.deps.orm, world.clock.now());
  foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
  await withoutFaces(world);
  for (const kind of ['single', 'multiple', 'trueFalse', 'fillIn', 'ordering'] as const) await addBankQuestion(world, school, kind);
});
afterAll(() => world.close());

const minute = 60_000;
const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;
const taker = async (): Promise<Known> => {
  const person = await addPerson(world.deps.orm, world.clock.now(), 'Taker', school.institutionId, 'student');
  await world.deps.orm.em.fork().insert(Enrolment, { id: newId(), institutionId: school.institutionId, cohortId: school.cohortId, personId: person.personId, createdAt: world.clock.now(), endedAt: null });
  return person;
};
const begin = (examId: string, person: Known, deviceId = newId()) => world.call(`POST /api/exams/${examId}/attempts`, person, { payload: { deviceId } });
const begun = async (examId: string, person: Known, deviceId = newId()): Promise<AttemptState> => {
  const response = await begin(examId, person, deviceId);
  expect(response.statusCode, response.body).toBe(200);
  return response.json<AttemptState>();
};
const save = ({ attemptId, turn }: AttemptState, person: Known, answers: SavedAnswer[]) => world.call(`PUT /api/exam-attempts/${attemptId}/answers`, person, { payload: { turn, answers } });
const submit = ({ attemptId, turn }: AttemptState, person: Known, answers: SavedAnswer[] = []) => world.call(`POST /api/exam-attempts/${attemptId}/submission`, person, { payload: { turn, answers } });
const result = (attemptId: string, person: Known) => world.call(`GET /api/exam-attempts/${attemptId}/result`, person);
const pulse = ({ attemptId, turn }: AttemptState, person: Known) => world.call(`POST /api/exam-attempts/${attemptId}/pulses`, person, { payload: { turn } });
const own = async (examId: string, person: Known) => (await world.call('GET /api/my-exams', person)).json<OwnExams>().exams.find((exam) => exam.examId === examId);

/** The right answer, read off the words of the options as they are shown. */
function rightTo({ kind, options }: PaperItem): SavedAnswer['answer'] {
  if (kind === 'fillIn') return { text: 'co2' };
  if (kind === 'freeText') return { text: 'in own words' };
  if (kind === 'ordering') return { choices: ['a', 'b', 'c'].map((text) => options.indexOf(text)) };
  return { choices: options.flatMap((text, at) => (text.startsWith('right') || text === 'yes' ? [at] : [])) };
}
const allRight = (state: AttemptState, revision = 1): SavedAnswer[] => state.items!.map((item) => ({ ordinal: item.ordinal, revision, answer: rightTo(item), chosenAt: world.clock.now().toISOString() }));

it('is taken, saved and handed in: scored at once, told to nobody else, and a fact', async () => {
  const person = await taker();
  const exam = await publishedExam(world, school);
  expect(await own(exam.examId, person)).toMatchObject({ hindrance: null, openAttemptId: null, attempts: [], questionCount: 5, maxPoints: 10 });
  const state = await begun(exam.examId, person);
  expect(state).toMatchObject({ stand: 'working', turn: 1, number: 1, maxPoints: 10, deadlineAt: new Date(world.clock.now().getTime() + 60 * minute).toISOString() });
  expect(state.items!.map(({ kind }) => kind).sort()).toEqual(['fillIn', 'multiple', 'ordering', 'single', 'trueFalse']);
  const { items } = state;
  expect(items!.find(({ kind }) => kind === 'ordering')!.options).not.toEqual(['a', 'b', 'c']);
  expect(JSON.stringify(state)).not.toMatch(/CO2|because|accepted|version/);
  const half = allRight(state).slice(0, 3);
  expect((await save(state, person, half)).json<AnswersSaved>().saved).toEqual(half.map(({ ordinal }) => ({ ordinal, revision: 1 })));
  expect(codeOf(await result(state.attemptId, person))).toBe('exam_not_over');
  world.clock.pass(10 * minute);
  const handed = (await submit(state, person, allRight(state).slice(3))).json<OwnResult>();
  expect(handed).toMatchObject({ attempt: { points: 10, maxPoints: 10, share: 1, result: 'passed', submitReason: 'self', submittedAt: world.clock.now().toISOString() }, items: null });
  const events = await world.events('exam:scored');
  expect(events.filter(({ payload }) => payload.attemptId === state.attemptId)).toMatchObject([{ stream: `cohort:${school.cohortId}`, actor_id: person.personId, payload: { points: 10, maxPoints: 10, toMark: 0 } }]);
  expect(await own(exam.examId, person)).toMatchObject({ best: { result: 'passed' }, hindrance: 'no_attempt_left' });
  for (const who of [school.other, foreign.learner, school.teacher]) {
    expect((await result(state.attemptId, who)).statusCode).toBe(404);
    expect((await save(state, who, half)).statusCode).toBe(404);
    expect((await submit(state, who)).statusCode).toBe(404);
  }
});

it('handed in twice, also at the same moment, is handed in once with the same answer', async () => {
  const person = await taker();
  const { examId } = await publishedExam(world, school);
  const state = await begun(examId, person);
  const [one, two] = await Promise.all([submit(state, person, allRight(state)), submit(state, person, allRight(state))]);
  expect([one.statusCode, two.statusCode]).toEqual([200, 200]);
  expect(one.json()).toEqual(two.json());
  world.clock.pass(minute);
  // What is changed afterwards is left out.
  expect((await submit(state, person, allRight(state, 9).map((answer) => ({ ...answer, answer: null })))).json()).toEqual(one.json());
  expect(codeOf(await save(state, person, allRight(state, 10)))).toBe('exam_over');
  expect((await world.events('exam:submitted')).filter(({ payload }) => payload.attemptId === state.attemptId)).toHaveLength(1);
});

it('keeps the newest of each answer whatever order saves arrive in, and repeats change nothing', async () => {
  const person = await taker();
  const state = await begun((await publishedExam(world, school)).examId, person);
  const choice = state.items!.find(({ kind }) => kind === 'single')!;
  const to = (revision: number, place: number): SavedAnswer => ({ ordinal: choice.ordinal, revision, answer: { choices: [place] } });
  expect((await save(state, person, [to(3, 2)])).json<AnswersSaved>().saved).toEqual([{ ordinal: choice.ordinal, revision: 3 }]);
  expect((await save(state, person, [to(2, 1)])).json<AnswersSaved>().saved).toEqual([{ ordinal: choice.ordinal, revision: 3 }]);
  await save(state, person, [to(3, 0)]);
  await Promise.all([5, 7, 6, 4].map((revision) => save(state, person, [to(revision, revision % 3)])));
  const again = await begun((await world.deps.orm.em.fork().execute<{ exam_id: string }[]>('select exam_id from exam_attempt where id = ?', [state.attemptId]))[0]!.exam_id, person);
  expect(again.items!.find(({ ordinal }) => ordinal === choice.ordinal)).toMatchObject({ revision: 7, answer: { choices: [1] } });
  await save(again, person, [{ ordinal: choice.ordinal, revision: 8, answer: null }]);
  expect((await begun(again.examId, person)).items!.find(({ ordinal }) => ordinal === choice.ordinal)).toMatchObject({ revision: 8, answer: null });
});

it.each([
  ['two choices where one is asked', 'single', { choices: [0, 1] }], ['a choice that is not shown', 'single', { choices: [5] }], ['words for a choice', 'single', { text: 'right' }], ['half an order', 'ordering', { choices: [0, 1] }],
  ['choices for words', 'fillIn', { choices: [0] }], ['blank words', 'fillIn', { text: ' ' }], ['a sign no keyboard types', 'fillIn', { text: 'C\u0001O2' }], ['words in columns', 'fillIn', { text: 'C\tO2' }],
])('refuses %s and saves nothing of what came with it', async (_what, kind, answer) => {
  const person = await taker();
  const state = await begun((await publishedExam(world, school)).examId, person);
  const item = state.items!.find((one) => one.kind === kind)!;
  const rest = allRight(state).filter(({ ordinal }) => ordinal !== item.ordinal);
  expect(codeOf(await save(state, person, [...rest, { ordinal: item.ordinal, revision: 1, answer }]))).toBe('exam_answer_invalid');
  expect(codeOf(await save(state, person, [{ ordinal: 99, revision: 1, answer: null }]))).toBe('exam_answer_invalid');
  expect(await world.deps.orm.em.fork().execute('select 1 from exam_item where attempt_id = ? and answer is not null', [state.attemptId])).toEqual([]);
});

it.each([['U+0000', 'C\0O2'], ['half a sign', 'C\ud800']])('refuses %s in any answer, saved or handed in, and keeps what was saved before', async (_what, text) => {
  const person = await taker();
  const state = await begun((await publishedExam(world, school, { freeText: [freeTextTask(4)] })).examId, person);
  const [typed, free] = (['fillIn', 'freeText'] as const).map((kind) => state.items!.find((item) => item.kind === kind)!.ordinal);
  await save(state, person, [{ ordinal: free!, revision: 1, answer: { text: 'several\nlines 𠮷' } }]);
  for (const ordinal of [typed!, free!]) {
    const answers = [...allRight(state, 2).filter((one) => one.ordinal !== ordinal), { ordinal, revision: 2, answer: { text } }];
    expect([codeOf(await save(state, person, answers)), codeOf(await submit(state, person, answers))]).toEqual(['bad_request', 'bad_request']);
  }
  expect(await world.deps.orm.em.fork().execute('select ordinal, answer, revision from exam_item where attempt_id = ? and answer is not null', [state.attemptId])).toEqual([{ ordinal: free, answer: { text: 'several\nlines 𠮷' }, revision: 1 }]);
  expect((await world.events('exam:submitted')).filter(({ payload }) => payload.attemptId === state.attemptId)).toEqual([]);
  expect((await submit(state, person, allRight(state, 3))).statusCode).toBe(200);
});

it('goes on where it was after a cut, and a second device takes over from the first', async () => {
  const person = await taker();
  const { examId } = await publishedExam(world, school);
  const deviceId = newId();
  const state = await begun(examId, person, deviceId);
  await save(state, person, allRight(state).slice(0, 2));
  world.clock.pass(20 * minute);
  const back = await begun(examId, person, deviceId);
  expect(back).toMatchObject({ turn: 1, attemptId: state.attemptId, deadlineAt: state.deadlineAt, serverAt: world.clock.now().toISOString() });
  expect(back.items!.map(({ stem, options }) => [stem, options])).toEqual(state.items!.map(({ stem, options }) => [stem, options]));
  expect(back.items!.map(({ revision }) => revision)).toEqual([1, 1, 0, 0, 0]);
  expect(back.items![0]!.answer).toEqual(allRight(state)[0]!.answer);
  const phone = await begun(examId, person);
  expect(phone).toMatchObject({ turn: 2, attemptId: state.attemptId });
  for (const refused of [save(back, person, allRight(back, 5)), submit(back, person), pulse(back, person)]) expect(codeOf(await refused)).toBe('exam_elsewhere');
  expect((await begun(examId, person)).items!.map(({ revision }) => revision)).toEqual([1, 1, 0, 0, 0]);
  expect(await own(examId, person)).toMatchObject({ openAttemptId: state.attemptId, hindrance: null });
});

it('begun twice at one moment is one attempt', async () => {
  const person = await taker();
  const { examId } = await publishedExam(world, school, { attempts: 3 });
  const both = await Promise.all([begun(examId, person), begun(examId, person), begun(examId, person)]);
  expect(new Set(both.map(({ attemptId }) => attemptId)).size).toBe(1);
  expect(both.map(({ turn }) => turn).sort()).toEqual([1, 2, 3]);
});

it('is handed in by the clock with what was saved, at its deadline and never later than the window', async () => {
  const [there, gone] = [await taker(), await taker()];
  const { examId } = await publishedExam(world, school, { durationMinutes: 60, closesAt: new Date(world.clock.now().getTime() + 30 * minute).toISOString() });
  const [state, lost] = [await begun(examId, there), await begun(examId, gone)];
  expect(state.deadlineAt).toBe(new Date(world.clock.now().getTime() + 30 * minute).toISOString());
  for (const [one, person] of [[state, there], [lost, gone]] as const) await save(one, person, allRight(one).slice(0, 4));
  world.clock.pass(30 * minute - 2000);
  await pulse(state, there);
  world.clock.pass(3000);
  await pulse(state, there);
  expect(await endDue(world)).toBe(0);
  world.clock.pass(1000);
  // Who was there over the end has an end at once; who was lost might still send what was chosen in time.
  expect(await endDue(world)).toBe(1);
  expect((await result(state.attemptId, there)).json<OwnResult>().attempt).toMatchObject({ submitReason: 'time', submittedAt: state.deadlineAt, points: 8, result: 'passed' });
  world.clock.pass(minute);
  expect(await endDue(world)).toBe(1);
  expect(await endDue(world)).toBe(0);
  expect((await result(lost.attemptId, gone)).json<OwnResult>().attempt).toMatchObject({ submitReason: 'time', submittedAt: lost.deadlineAt, points: 8 });
});

it('takes what was chosen in time from whoever was cut off at the end, and from nobody else', async () => {
  const [cut, slow, late] = [await taker(), await taker(), await taker()];
  const { examId } = await publishedExam(world, school);
  const states = { cut: await begun(examId, cut), slow: await begun(examId, slow), late: await begun(examId, late) };
  const chosenAt = new Date(world.clock.now().getTime() + 59 * minute).toISOString();
  const answers = (state: AttemptState) => allRight(state).map((answer) => ({ ...answer, chosenAt }));
  world.clock.pass(60 * minute - 1000);
  await pulse(states.late, late);
  world.clock.pass(31_000);
  expect((await save(states.cut, cut, answers(states.cut))).statusCode).toBe(200);
  expect((await submit(states.cut, cut)).json<OwnResult>().attempt).toMatchObject({ points: 10, submitReason: 'time', submittedAt: states.cut.deadlineAt });
  expect((await world.events('exam:submitted')).at(-1)).toMatchObject({ payload: { afterCut: 5 } });
  // The device of this one was heard a second before the end, and not for half a minute then: lost as well, but comes back and thinks.
  expect((await pulse(states.slow, slow)).statusCode).toBe(200);
  world.clock.pass(11_000);
  await pulse(states.slow, slow);
  expect(codeOf(await save(states.slow, slow, answers(states.slow)))).toBe('exam_over');
  expect((await submit(states.slow, slow, answers(states.slow))).json<OwnResult>().attempt).toMatchObject({ points: 0, result: 'failed' });
  expect(codeOf(await save(states.late, late, answers(states.late).map((answer) => ({ ...answer, chosenAt: world.clock.now().toISOString() }))))).toBe('exam_over');
});

it('goes by the server’s clock on a device a day off: in time its answers are taken, and after the end no clock helps', async () => {
  const [behind, ahead, there] = [await taker(), await taker(), await taker()];
  const { examId } = await publishedExam(world, school);
  const given = (state: AttemptState, ms: number, revision = 1) => allRight(state, revision).map((answer) => ({ ...answer, chosenAt: new Date(world.clock.now().getTime() + ms).toISOString() }));
  const states = [await begun(examId, behind), await begun(examId, ahead), await begun(examId, there)] as const;
  const day = 24 * 60 * minute;
  for (const [state, person, ms] of [[states[0], behind, -day], [states[1], ahead, day]] as const) {
    expect((await save(state, person, given(state, ms).slice(0, 4))).json<AnswersSaved>()).toMatchObject({ saved: [1, 2, 3, 4].map((ordinal) => ({ ordinal, revision: 1 })), deadlineAt: state.deadlineAt });
  }
  expect((await submit(states[0], behind, given(states[0], -day).slice(4))).json<OwnResult>().attempt).toMatchObject({ points: 10, submitReason: 'self', submittedAt: world.clock.now().toISOString() });
  world.clock.pass(60 * minute - 1000);
  await pulse(states[2], there);
  world.clock.pass(3000);
  expect(codeOf(await save(states[1], ahead, given(states[1], day, 2)))).toBe('exam_over');
  expect(codeOf(await save(states[2], there, given(states[2], -day)))).toBe('exam_over');
  expect((await submit(states[2], there, given(states[2], -day))).json<OwnResult>().attempt).toMatchObject({ points: 0, result: 'failed' });
  expect((await submit(states[1], ahead, given(states[1], day, 2))).json<OwnResult>().attempt).toMatchObject({ points: 8, submittedAt: states[1].deadlineAt });
});

it('cannot be begun before it opens, after it closes, closed or withdrawn, too early again or too often', async () => {
  const person = await taker();
  const nowMs = world.clock.now().getTime();
  const { examId } = await publishedExam(world, school, { opensAt: new Date(nowMs + minute).toISOString(), closesAt: new Date(nowMs + 300 * minute).toISOString(), attempts: 2, waitMinutes: 30 });
  expect(codeOf(await begin(examId, person))).toBe('exam_not_open');
  expect(await own(examId, person)).toMatchObject({ phase: 'upcoming', hindrance: 'not_open_yet' });
  world.clock.pass(minute);
  await submit(await begun(examId, person), person);
  expect(codeOf(await begin(examId, person))).toBe('exam_too_soon');
  expect(await own(examId, person)).toMatchObject({ hindrance: 'wait', nextStartAt: new Date(nowMs + 31 * minute).toISOString() });
  world.clock.pass(30 * minute);
  const second = await begun(examId, person);
  expect(second.number).toBe(2);
  const passed = (await submit(second, person, allRight(second))).json<OwnResult>();
  expect(passed.attempt.result).toBe('passed');
  expect(await own(examId, person)).toMatchObject({ hindrance: 'no_attempt_left', attempts: [{ result: 'failed' }, { result: 'passed' }], best: { number: 2 } });
  world.clock.pass(40 * minute);
  expect(codeOf(await begin(examId, person))).toBe('exam_no_attempt_left');
  world.clock.pass(300 * minute);
  expect(codeOf(await begin(examId, await taker()))).toBe('exam_not_open');
  const other = await publishedExam(world, school);
  const running = await begun(other.examId, person);
  const end = (withdraw: boolean) => world.call(`POST /api/exams/${other.examId}/ending`, school.teacher, { payload: { withdraw, reason: 'wrong' } });
  await end(false);
  expect(codeOf(await begin(other.examId, await taker()))).toBe('exam_not_open');
  expect((await begun(other.examId, person)).attemptId).toBe(running.attemptId);
  await end(true);
  await endDue(world);
  expect((await result(running.attemptId, person)).json<OwnResult>().attempt).toMatchObject({ submitReason: 'withdrawn', result: 'annulled' });
});

it('is not for strangers, staff, those who left the class, drafts, or people without a name', async () => {
  const exam = await publishedExam(world, school);
  const { examId } = await draftExam(world, school);
  const left = await taker();
  await world.deps.orm.em.fork().nativeUpdate(Enrolment, { personId: left.personId }, { endedAt: world.clock.now() });
  for (const who of [foreign.learner, school.teacher, school.scheduler, left]) expect(codeOf(await begin(exam.examId, who))).toBe('not_found');
  expect(codeOf(await begin(examId, school.learner))).toBe('not_found');
  expect(await own(examId, school.learner)).toBeUndefined();
  expect(await own(exam.examId, foreign.learner)).toBeUndefined();
  const nameless = await taker();
  await world.deps.orm.em.fork().execute('delete from identity where person_id = ?', [nameless.personId]);
  expect(codeOf(await begin(exam.examId, nameless))).toBe('identity_missing');
});

it('tells what was right only after the window and a minute, and only where the exam says so', async () => {
  const person = await taker();
  const closesAt = new Date(world.clock.now().getTime() + 100 * minute).toISOString();
  const taken = async (change: Partial<ExamBody>): Promise<{ exam: ExamDetail; state: AttemptState }> => {
    const exam = await publishedExam(world, school, { closesAt, ...change });
    const state = await begun(exam.examId, person);
    await submit(state, person, allRight(state).slice(0, 1));
    return { exam, state };
  };
  const [shown, hidden] = [await taken({ showRight: true }), await taken({ showRight: false })];
  world.clock.set(new Date(Date.parse(closesAt) + minute));
  expect((await result(shown.state.attemptId, person)).json<OwnResult>()).toMatchObject({ items: null, rightAt: new Date(Date.parse(closesAt) + 61_500).toISOString() });
  world.clock.pass(1500);
  const told = (await result(shown.state.attemptId, person)).json<OwnResult>();
  expect(told.items).toHaveLength(5);
  for (const item of told.items!) {
    const right = rightTo(item)!;
    expect(item.kind === 'fillIn' ? item.accepted : item.right?.toSorted()).toEqual(item.kind === 'fillIn' ? ['CO2'] : 'choices' in right && right.choices.toSorted());
    expect(item).toMatchObject({ explanation: 'because', awarded: item.ordinal === 1 ? 2 : 0, correct: item.ordinal === 1 });
  }
  expect((await result(hidden.state.attemptId, person)).json<OwnResult>()).toMatchObject({ items: null, rightAt: null, attempt: { points: 2 } });
});

it('gives different people different orders, the same one always the same', async () => {
  const { examId } = await publishedExam(world, school);
  const papers = [];
  for (let count = 0; count < 6; count++) papers.push((await begun(examId, await taker())).items!.map(({ stem }) => stem).join());
  expect(new Set(papers).size).toBeGreaterThan(1);
  const plain = await publishedExam(world, school, { shuffleOptions: false, parts: [], fixed: [{ questionId: (await addBankQuestion(world, school, 'single')).questionId, points: 3 }], freeText: [freeTextTask(4)] });
  const state = await begun(plain.examId, await taker());
  expect(state.items).toMatchObject([{ kind: 'single', options: ['wrong 1', 'right', 'wrong 2'], points: 3 }, { kind: 'freeText', stem: 'Describe it', points: 4 }]);
  expect(JSON.stringify(state)).not.toContain('three steps');
});
