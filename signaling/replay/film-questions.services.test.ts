// Questions over a film: put to whoever comes to them, answered once, told nothing before; counted as the pack says; in the way of making up; placed by staff.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FilmQuestions, FilmResult, ShownQuestion } from '#contracts/film-question.ts';
import type { QuestionBody } from '#contracts/question.ts';
import type { LessonQuizzes, LessonReport, ReportRow } from '#contracts/report.ts';
import { Question, Quiz, QuizAsked } from '#db/entities/classroom.ts';
import { FilmAnswer, FilmQuestion, FilmShowing } from '#db/entities/film-question.ts';
import { Replay } from '#db/entities/recording.ts';
import { newId } from '#domain/id.ts';
import { addHalfMissed, makeUp, unitSeconds, type HalfMissed } from '../testing/half-missed.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addSchool } from '../testing/school.ts';
import { beginWatching, codeOf, type Watcher } from '../testing/watcher.ts';

let world: HttpWorld;
let lesson: HalfMissed;
/** Asked at 30 s, when nobody was there; at 100 s of the learner who came, who answered nothing. */
let [early, late] = ['', ''];
beforeAll(async () => { world = await openHttpWorld(); });
afterAll(() => world.close());
beforeEach(async () => {
  lesson = await addHalfMissed(world);
  early = await addQuiz(30);
  late = await addQuiz(100, [learner()]);
});

const em = () => world.deps.orm.em.fork();
const learner = (): Known => lesson.school.learner;
const absent = (): Known => lesson.school.other;
const teacher = (): Known => lesson.school.teacher;
const at = (seconds: number): Date => new Date(lesson.startMs + seconds * 1000);

/** Of ten seconds, with the first option right; `again`: the same wording. */
async function addQuiz(seconds: number, asked: readonly Known[] = [], again?: string): Promise<string> {
  const { institutionId, lessonId, courseId } = lesson.school;
  const questionId = again ? (await em().findOneOrFail(Quiz, { id: again })).questionId : newId();
  if (!again) await em().insert(Question, { id: questionId, institutionId, courseId, kind: 'single', prompt: `at ${seconds}`, options: ['A', 'B', 'C'], rightChoices: [0], explanation: 'because', createdBy: teacher().personId, createdAt: at(0) });
  const [session] = await em().execute<{ id: string }[]>('select id from lesson_session where lesson_id = ?', [lessonId]);
  const id = newId();
  await em().insert(Quiz, { id, institutionId, lessonId, sessionId: session!.id, questionId, openedAt: at(seconds), deadlineAt: at(seconds + 10), closedAt: at(seconds + 10) });
  for (const { personId } of asked) await em().insert(QuizAsked, { quizId: id, personId, institutionId, askedAt: at(seconds) });
  return id;
}
const list = async (person: Known): Promise<FilmQuestions> => (await world.call(`GET /api/replays/${lesson.replayId}/questions`, person)).json<FilmQuestions>();
const standOf = async (person: Known, questionId: string) => (await list(person)).questions.find((one) => one.questionId === questionId)?.stand;
const show = (watcher: Watcher, questionId: string, person: Known | null = learner()) => world.call(`POST /api/viewings/${watcher.start.viewingId}/questions/${questionId}/showing`, person);
const answer = (watcher: Watcher, questionId: string, payload: object, person: Known | null = learner()) => world.call(`POST /api/viewings/${watcher.start.viewingId}/questions/${questionId}/answer`, person, { payload });
async function reported(person = learner()): Promise<ReportRow> {
  const { rows } = (await world.call(`GET /api/lessons/${lesson.school.lessonId}/report`, teacher())).json<LessonReport>();
  return rows.find(({ personId }) => personId === person.personId)!;
}
const quizzes = async (person: Known): Promise<LessonQuizzes> => (await world.call(`GET /api/lessons/${lesson.school.lessonId}/quizzes`, person)).json<LessonQuizzes>();
/** After the days, so that nothing can be made up and watching is practice. */
const letDaysPass = (): void => world.clock.pass(9 * 86_400_000);

const draft = (change: Partial<QuestionBody> = {}): QuestionBody => ({ kind: 'fillIn', stem: 'placed', options: [], right: [], accepted: ['helmet'], knowledgePoint: '', difficulty: 3, explanation: 'heads', pictureId: null, ...change });
async function version(change: Partial<QuestionBody> = {}, school = lesson.school): Promise<string> {
  return (await world.call(`POST /api/courses/${school.courseId}/questions`, school.teacher, { payload: draft({ stem: newId(), ...change }) })).json<{ versionId: string }>().versionId;
}
const place = async (seconds: number, versionId?: string, person: Known | null = teacher()) =>
  world.call(`POST /api/replays/${lesson.replayId}/questions`, person, { payload: { versionId: versionId ?? await version(), atMs: seconds * 1000, seconds: 60 } });
async function placed(seconds: number, change: Partial<QuestionBody> = {}): Promise<string> {
  const found = (await place(seconds, await version(change))).json<FilmQuestions>().questions.filter(({ source }) => source === 'placed');
  return found.find(({ atMs }) => atMs === seconds * 1000)!.questionId;
}

describe('in a viewing that makes up', () => {
  it('is in the way until it is answered; counts; and tells what is right only then', async () => {
    const watcher = await makeUp(world, learner(), lesson.replayId);
    expect(watcher.start.makeUp!.question).toEqual({ questionId: early, atMs: 30_000 });
    expect(codeOf(await show(watcher, early))).toBe('question_not_reached');
    await watcher.play(20);
    const held = await watcher.play(20);
    expect(held.makeUp).toMatchObject({ countedMs: 30_000, left: [[30_000, 60_000]], question: { questionId: early } });
    const shown = await show(watcher, early);
    expect(shown.body).not.toContain('because');
    expect(shown.json<ShownQuestion>()).toMatchObject({ kind: 'single', stem: 'at 30', options: ['A', 'B', 'C'], result: null, deadlineAt: new Date(world.clock.now().getTime() + 10_000).toISOString() });
    world.clock.pass(3000);
    expect((await show(watcher, early)).json()).toEqual(shown.json());
    const result = (await answer(watcher, early, { choices: [0] })).json<FilmResult>();
    expect(result).toEqual({ correct: true, choices: [0], text: null, right: [0], accepted: [], explanation: 'because', counts: true });
    expect((await watcher.beat({ positionMs: 29_000 })).makeUp).toMatchObject({ question: null, left: [[30_000, 60_000]] });
    await watcher.beat({ positionMs: 30_000 });
    expect((await watcher.play(30)).makeUp).toMatchObject({ left: [], countedMs: 60_000 });
    expect(await reported()).toMatchObject({ asked: 2, answered: 1, correct: 1, accuracy: 0.5, inReplay: { asked: 1, answered: 1, correct: 1 } });
    const shownEvents = (await world.events('filmQuestion:shown')).filter(({ payload }) => payload.questionId === early);
    const answered = (await world.events('filmQuestion:answered')).filter(({ payload }) => payload.questionId === early);
    expect([shownEvents.length, answered.length]).toEqual([1, 1]);
    expect(answered[0]).toMatchObject({ stream: `lesson:${lesson.school.lessonId}`, payload: { correct: true, madeUp: true, source: 'live' }, actor_id: learner().personId });
    expect(JSON.stringify(answered)).not.toContain('because');
  });

  it('is answered once: the same again is acknowledged alike, also from many at once, another is refused', async () => {
    const watcher = await makeUp(world, learner(), lesson.replayId);
    await watcher.play(20);
    await watcher.play(10);
    await show(watcher, early);
    const [one, other] = await Promise.all([answer(watcher, early, { choices: [1] }), answer(watcher, early, { choices: [1] })]);
    expect(one.json()).toEqual(other.json());
    expect(one.json()).toMatchObject({ correct: false, right: [0] });
    expect(codeOf(await answer(watcher, early, { choices: [0] }))).toBe('answer_differs');
    expect((await show(watcher, early)).json<ShownQuestion>().result).toMatchObject({ correct: false, choices: [1] });
    expect(await em().count(FilmAnswer, { quizId: early })).toBe(1);
  });

  it('over time nothing is taken and nothing told; it is shown once more with its time, and counts as asked', async () => {
    const watcher = await makeUp(world, learner(), lesson.replayId);
    await watcher.play(20);
    await watcher.play(10);
    await show(watcher, early);
    world.clock.pass(9000);
    await watcher.beat({});
    world.clock.pass(2600);
    // The device was heard a moment ago: what it says of the time of choosing helps nobody.
    await watcher.beat({});
    const refused = await answer(watcher, early, { choices: [0], chosenAt: new Date(world.clock.now().getTime() - 5000).toISOString() });
    expect(codeOf(refused)).toBe('question_late');
    expect(refused.body).not.toContain('because');
    expect(await reported()).toMatchObject({ asked: 2, answered: 0, inReplay: { asked: 1, answered: 0 } });
    expect((await quizzes(learner())).questions.map(({ quizId }) => quizId)).toEqual([late]);
    expect((await show(watcher, early)).json<ShownQuestion>().deadlineAt).toBe(new Date(world.clock.now().getTime() + 10_000).toISOString());
    expect((await answer(watcher, early, { choices: [0] })).statusCode).toBe(200);
    expect(await em().count(FilmShowing, { quizId: early })).toBe(2);
    expect(await reported()).toMatchObject({ asked: 2, correct: 1 });
  });

  it('kept through a cut: taken within a minute of a device that was not heard, of a viewing that ended meanwhile, marked', async () => {
    const watcher = await makeUp(world, learner(), lesson.replayId);
    await watcher.play(20);
    await watcher.play(10);
    await show(watcher, early);
    const chosenAt = new Date(world.clock.now().getTime() + 4000).toISOString();
    world.clock.pass(65_000);
    expect((await answer(watcher, early, { choices: [0], chosenAt })).json()).toMatchObject({ correct: true });
    expect(await em().findOne(FilmAnswer, { quizId: early })).toMatchObject({ afterCut: true, madeUp: true });
  });

  it('too long after a cut, or without its time, it is refused', async () => {
    const watcher = await makeUp(world, learner(), lesson.replayId);
    await watcher.play(20);
    await watcher.play(10);
    await show(watcher, early);
    const chosenAt = new Date(world.clock.now().getTime() + 4000).toISOString();
    world.clock.pass(20_000);
    expect(codeOf(await answer(watcher, early, { choices: [0] }))).toBe('question_late');
    world.clock.pass(51_000);
    expect(codeOf(await answer(watcher, early, { choices: [0], chosenAt }))).toBe('question_late');
  });
});

describe('in any other viewing', () => {
  it('waits for making up where it would count, and is practice when the days are over', async () => {
    expect(await standOf(learner(), early)).toBe('make_up');
    const before = await beginWatching(world, learner(), lesson.replayId);
    await before.play(32);
    expect(codeOf(await show(before, early))).toBe('question_in_make_up');
    letDaysPass();
    expect(await standOf(learner(), early)).toBe('open');
    const watcher = await beginWatching(world, learner(), lesson.replayId);
    await watcher.beat({ positionMs: 28_000 });
    await watcher.play(3);
    await show(watcher, early);
    expect((await answer(watcher, early, { choices: [0] })).json()).toMatchObject({ correct: true, counts: false });
    expect(await standOf(learner(), early)).toBe('answered');
    expect(await reported()).toMatchObject({ asked: 1, inReplay: { asked: 0 } });
    const own = (await quizzes(teacher())).learners.find(({ personId }) => personId === learner().personId)!;
    expect(own.answers).toEqual([{ mark: 'right', afterCut: false, replay: 'practice' }, { mark: 'none', afterCut: false, replay: null }]);
  });

  it('is not put to whoever was asked in class, not even of another asking of the same wording', async () => {
    letDaysPass();
    await addQuiz(150, [absent()], early);
    const watcher = await beginWatching(world, learner(), lesson.replayId);
    await watcher.play(50);
    await watcher.play(52);
    expect([await standOf(learner(), late), await standOf(absent(), early), await standOf(absent(), late)]).toEqual(['in_class', 'in_class', 'open']);
    expect(codeOf(await show(watcher, late))).toBe('quiz_not_asked');
    // Asked again it stands where it was asked first, once.
    expect((await list(learner())).questions.map(({ atMs }) => atMs)).toEqual([30_000, 100_000]);
  });

  it('is refused where the film has not come to it, by what was given out as by what is said', async () => {
    letDaysPass();
    const watcher = await beginWatching(world, learner(), lesson.replayId);
    await watcher.play(20);
    // Said, not played: a first viewing gets no further than what was watched.
    await watcher.beat({ positionMs: 31_000 });
    expect(codeOf(await show(watcher, early))).toBe('question_not_reached');
    expect(codeOf(await answer(watcher, early, { choices: [0] }))).toBe('quiz_not_asked');
    expect(await em().count(FilmShowing, { personId: learner().personId })).toBe(0);
  });

  it('is nobody else’s: no staff, no stranger, no other viewing, no other lesson, no broken answer', async () => {
    const before = lesson;
    lesson = await addHalfMissed(world);
    const elsewhere = await addQuiz(30);
    lesson = before;
    letDaysPass();
    const watcher = await beginWatching(world, learner(), lesson.replayId);
    await watcher.play(35);
    const foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
    for (const person of [absent(), foreign.learner]) {
      expect(codeOf(await show(watcher, early, person))).toBe('not_found');
      expect(codeOf(await answer(watcher, early, { choices: [0] }, person))).toBe('not_found');
    }
    expect(codeOf(await world.call(`GET /api/replays/${lesson.replayId}/questions`, foreign.teacher))).toBe('not_found');
    const staff = await beginWatching(world, teacher(), lesson.replayId);
    await staff.play(35);
    expect(codeOf(await show(staff, early, teacher()))).toBe('forbidden');
    expect(codeOf(await show(watcher, elsewhere))).toBe('not_found');
    expect(codeOf(await show(watcher, newId()))).toBe('not_found');
    await show(watcher, early);
    for (const payload of [{}, { choices: [] }, { choices: [7] }, { choices: [0, 1] }, { text: 'A' }]) expect(codeOf(await answer(watcher, early, payload))).toBe('quiz_choice_invalid');
    await em().nativeUpdate(Replay, { id: lesson.replayId }, { status: 'failed' });
    expect(codeOf(await answer(watcher, early, { choices: [0] }))).toBe('not_found');
  });

  it('tells learners of each film when a question comes, and only staff what it asks', async () => {
    const { questions, rule, courseId } = await list(learner());
    expect([rule, courseId, questions.map(({ atMs, staff }) => [atMs, staff])]).toEqual(['whereMadeUp', null, [[30_000, null], [100_000, null]]]);
    expect(await list(teacher())).toMatchObject({ courseId: lesson.school.courseId, questions: [{ stand: null, staff: { kind: 'single', stem: 'at 30', answers: 0 } }, {}] });
    // What was right is told in the report to whoever was asked, to nobody else.
    expect((await quizzes(learner())).questions.map(({ quizId }) => quizId)).toEqual([late]);
    expect(await quizzes(absent())).toEqual({ questions: [], placed: [], learners: [] });
  });
});

describe('placed in a film', () => {
  it('is put to learners like any other, whatever its kind, and its options mixed where their order is asked', async () => {
    const [fill, order] = [await placed(10, { knowledgePoint: 'heads first' }), await placed(20, { kind: 'ordering', options: ['one', 'two', 'three'], right: [0, 1, 2], accepted: [] })];
    const watcher = await makeUp(world, learner(), lesson.replayId);
    await watcher.play(11);
    await show(watcher, fill);
    expect((await answer(watcher, fill, { text: ' ＨＥＬＭＥＴ ' })).json()).toMatchObject({ correct: true, accepted: ['helmet'], explanation: 'heads', counts: true });
    await watcher.beat({ positionMs: 10_000 });
    await watcher.play(11);
    const { options } = (await show(watcher, order)).json<ShownQuestion>();
    expect(options.toSorted()).toEqual(['one', 'three', 'two']);
    expect(options).not.toEqual(['one', 'two', 'three']);
    const right = ['one', 'two', 'three'].map((option) => options.indexOf(option));
    expect((await answer(watcher, order, { choices: right })).json()).toMatchObject({ correct: true, choices: right, right });
    expect(await reported()).toMatchObject({ asked: 3, correct: 2, inReplay: { asked: 2, correct: 2 } });
    const told = await quizzes(teacher());
    expect(told.placed).toMatchObject([{ questionId: fill, knowledgePoint: 'heads first', askedCount: 1, correctCount: 1 }, { questionId: order, answeredCount: 1 }]);
    expect(told.learners.find(({ personId }) => personId === learner().personId)!.placed).toEqual(Array(2).fill({ mark: 'right', afterCut: false, replay: 'counted' }));
  });

  it('by staff of the lesson, from the bank of its course, inside of a published film', async () => {
    const foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
    for (const [person, code] of [[learner(), 'forbidden'], [lesson.school.regulator, 'forbidden'], [foreign.teacher, 'not_found'], [null, 'unauthenticated']] as const) {
      expect(codeOf(await place(10, newId(), person))).toBe(code);
    }
    expect(codeOf(await place(10, await version({}, foreign)))).toBe('not_found');
    expect(codeOf(await place(unitSeconds))).toBe('bad_request');
    const retired = (await world.call(`POST /api/courses/${lesson.school.courseId}/questions`, teacher(), { payload: draft({ stem: newId() }) })).json<{ questionId: string; versionId: string }>();
    await world.call(`PUT /api/questions/${retired.questionId}/retirement`, teacher(), { payload: { retired: true } });
    expect(codeOf(await place(10, retired.versionId))).toBe('question_retired');
    await em().nativeUpdate(Replay, { id: lesson.replayId }, { status: 'held' });
    expect(codeOf(await place(10))).toBe('replay_not_ready');
    expect(await em().count(FilmQuestion, { lessonId: lesson.school.lessonId })).toBe(0);
  });

  it('is moved; taken away it is gone, unless somebody was shown it: then answers stay and nobody is asked any more', async () => {
    const [first, second] = [await placed(10), await placed(12)];
    const path = `/api/replays/${lesson.replayId}/questions`;
    for (const person of [learner(), lesson.school.regulator]) {
      expect(codeOf(await world.call(`PUT ${path}/${first}`, person, { payload: { atMs: 5000 } }))).toBe('forbidden');
      expect(codeOf(await world.call(`DELETE ${path}/${first}`, person))).toBe('forbidden');
    }
    expect((await world.call(`PUT ${path}/${first}`, teacher(), { payload: { atMs: 5000 } })).json<FilmQuestions>().questions[0]).toMatchObject({ questionId: first, atMs: 5000 });
    const watcher = await makeUp(world, learner(), lesson.replayId);
    await watcher.play(6);
    await show(watcher, first);
    await answer(watcher, first, { text: 'nothing' });
    for (const questionId of [first, second]) expect((await world.call(`DELETE ${path}/${questionId}`, teacher())).statusCode).toBe(200);
    expect((await list(teacher())).questions.map(({ source }) => source)).toEqual(['live', 'live']);
    expect(await em().count(FilmQuestion, { id: second })).toBe(0);
    expect((await em().findOneOrFail(FilmQuestion, { id: first })).retiredAt).not.toBeNull();
    expect(codeOf(await world.call(`DELETE ${path}/${first}`, teacher()))).toBe('not_found');
    expect(await reported()).toMatchObject({ inReplay: { asked: 1, correct: 0 } });
    expect((await world.events('filmQuestion:takenAway')).slice(-2).map(({ payload }) => payload.wasShown)).toEqual([true, false]);
  });

  it('belongs to its instant: it is found again when the film was made anew and begins elsewhere', async () => {
    const questionId = await placed(10);
    await em().nativeUpdate(Replay, { id: lesson.replayId }, { startsAt: at(4) });
    expect((await list(teacher())).questions[0]).toMatchObject({ questionId, atMs: 6000 });
    await em().nativeUpdate(Replay, { id: lesson.replayId }, { startsAt: at(11) });
    expect((await list(teacher())).questions.some((one) => one.questionId === questionId)).toBe(false);
  });
});
