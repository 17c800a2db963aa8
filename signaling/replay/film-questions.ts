// Questions over the film: their moments, one put to a viewing once the film has come to it, and its answer, once per person.
import type { FilmAnswerBody, FilmQuestions, FilmResult, ShownQuestion } from '#contracts/film-question.ts';
import { DomainError } from '#domain/errors.ts';
import { countedAnswer, filmAnswerStanding, isReached, mostShowings, type FilmQuestionStand } from '#domain/film-question.ts';
import { newId } from '#domain/id.ts';
import { inFilm } from '#domain/presence/make-up.ts';
import { answerFits, answerOf, isRight, sameAnswer, shownOrder, type QuestionAnswer } from '#domain/question.ts';
import type { ReplayAnswerRule } from '#domain/rules/rule-pack.ts';
import { FilmShowing } from '#db/entities/film-question.ts';
import { MakeUp } from '#db/entities/make-up.ts';
import { Lesson } from '#db/entities/lesson.ts';
import { QuestionPicture } from '#db/entities/question.ts';
import { Replay } from '#db/entities/recording.ts';
import { appendEvent, unitOfWork, type EntityManager } from '#db/orm.ts';
import { filmAnswersOf, filmQuestion, filmQuestions, ownFates, type FilmQuestion, type OwnAnswer, type OwnFate } from '#db/queries/film-questions.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { learnerMakeUp } from '#db/queries/make-up.ts';
import { lockViewing, type ViewingFacts } from '#db/queries/replay-viewing.ts';
import { packOfLesson } from '#db/queries/rule-packs.ts';
import type { Deps } from '../deps.ts';
import type { FileAnswer } from '../http/file-answer.ts';
import { openViewingFacts } from './segments.ts';
import { shownReplay } from './viewings.ts';
import type { WatchDeps } from './watch-deps.ts';

type Wording = Omit<FilmQuestion, 'atMs'>;

/** What a learner may still make up of this file is answered there, where it counts; also while the lesson runs, when nothing can be made up yet. */
async function waitsForMakeUp(em: EntityManager, replay: Pick<Replay, 'id' | 'lessonId' | 'unitId'>, personId: string, rule: ReplayAnswerRule, now: Date): Promise<(atMs: number) => boolean> {
  if (rule !== 'whereMadeUp') return () => false;
  const { status } = await em.findOneOrFail(Lesson, { id: replay.lessonId });
  if (status !== 'ended') return () => true;
  const found = await learnerMakeUp(em, { lessonId: replay.lessonId, personId }, now.getTime());
  const unit = found?.units.find(({ unitId }) => unitId === replay.unitId);
  const film = found?.filmsOf(replay.unitId).find(({ replayId }) => replayId === replay.id);
  const left = unit?.open && film ? inFilm(film, unit.left) : [];
  return (atMs) => left.some(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs);
}

function standOf({ atMs }: FilmQuestion, { inClass, answer }: OwnFate, waits: (atMs: number) => boolean): FilmQuestionStand {
  if (answer) return 'answered';
  if (inClass) return 'in_class';
  return waits(atMs) ? 'make_up' : 'open';
}

/** Throws not_found, replay_not_ready. */
export async function questionsOfFilm(deps: Deps, personId: string, replayId: string): Promise<FilmQuestions> {
  const { replay, role, staff } = await shownReplay(deps, personId, replayId);
  const em = deps.orm.em.fork();
  const now = deps.now();
  const rule = (await packOfLesson(em, replay.lessonId)).replay.answers;
  const questions = await filmQuestions(em, replay, now);
  const learns = role === 'student' && questions.length > 0;
  const fates = learns ? await ownFates(em, personId, questions.map(({ id }) => id)) : new Map<string, OwnFate>();
  const waits = learns ? await waitsForMakeUp(em, replay, personId, rule, now) : () => false;
  const given = staff ? await filmAnswersOf(em, replay.lessonId) : new Map<string, { answers: number; correct: number }>();
  const [course] = staff ? await em.execute<{ course_id: string }[]>('select c.course_id from lesson l join cohort c on c.id = l.cohort_id where l.id = ?', [replay.lessonId]) : [];
  return {
    rule, courseId: course?.course_id ?? null,
    questions: questions.map((one) => ({
      questionId: one.id, source: one.source, atMs: one.atMs, seconds: one.seconds, stand: learns ? standOf(one, fates.get(one.id)!, waits) : null,
      staff: staff ? { kind: one.kind, stem: one.stem, ...(given.get(one.id) ?? { answers: 0, correct: 0 }) } : null,
    })),
  };
}

/** The last digits of ids are drawn by lot. The same order for the same person and question, whenever it is shown. */
const seedOf = (personId: string, questionId: string): number => Number.parseInt(personId.slice(-8), 16) ^ Number.parseInt(questionId.slice(-8), 16);
/** In which order options are shown: what is to be ordered never in its right one, however it is stored. */
const orderFor = ({ id, kind, options, right }: Wording, personId: string): number[] =>
  (kind === 'ordering' ? shownOrder(options.length, seedOf(personId, id)).map((place) => right[place]!) : [...options.keys()]);

function resultOf(wording: Wording, { choices, text, correct, madeUp }: OwnAnswer, personId: string, rule: ReplayAnswerRule): FilmResult {
  const order = orderFor(wording, personId);
  const shown = (index: number): number => order.indexOf(index);
  return {
    correct, choices: choices && choices.map(shown), text, right: wording.right.map(shown), accepted: wording.accepted, explanation: wording.explanation,
    counts: countedAnswer({ live: null, film: { correct, madeUp } }, rule).counts,
  };
}

interface At { personId: string; viewingId: string; questionId: string }
interface Found { personId: string; viewingId: string; facts: ViewingFacts; replay: Replay; question: FilmQuestion; now: Date }

/** A question that is still open; a new showing begins where none runs. Throws question_in_make_up, question_not_reached, too_many_attempts. */
async function showingOf(em: EntityManager, { personId, viewingId, facts, replay, question, now }: Found): Promise<FilmShowing> {
  const { atMs, seconds } = question;
  const sitting = await em.findOne(MakeUp, { viewingId }, { disableIdentityMap: true });
  const madeUp = Boolean(sitting?.open.some(([from, to]) => atMs >= from && atMs < to)) && now <= sitting!.closesAt;
  const rule = facts.pack.replay.answers;
  if (!madeUp && (await waitsForMakeUp(em, replay, personId, rule, now))(atMs)) throw new DomainError('question_in_make_up', 'this question is answered while making up');
  const viewing = await lockViewing(em, viewingId);
  if (viewing.endedAt) throw new DomainError('viewing_over', 'this viewing has ended: begin another');
  if (!isReached(viewing, atMs)) throw new DomainError('question_not_reached', 'the film has not come to this question');
  const of = question.source === 'live' ? { quizId: question.id, filmQuestionId: null } : { quizId: null, filmQuestionId: question.id };
  const before = await em.find(FilmShowing, { viewingId, ...of }, { orderBy: { shownAt: 'desc' }, disableIdentityMap: true });
  if (before[0] && before[0].deadlineAt > now) return before[0];
  if (before.length >= mostShowings) throw new DomainError('too_many_attempts', 'this question was shown too often in this viewing');
  const { institutionId, lessonId } = facts;
  const row: FilmShowing = { id: newId(now.getTime()), institutionId, lessonId, viewingId, personId, ...of, madeUp, shownAt: now, deadlineAt: new Date(now.getTime() + seconds * 1000) };
  await em.insert(FilmShowing, { ...row });
  await appendEvent(em, actorFor(personId, institutionId), `lesson:${lessonId}`, 'filmQuestion:shown', now, { showingId: row.id, viewingId, personId, questionId: question.id, source: question.source, madeUp, seconds });
  return row;
}

/**
 * Puts a question to this viewing; its time begins now. Shown again it is the same as long as its time lasts. Throws not_found, viewing_over, forbidden (no learner),
 * quiz_not_asked (was asked in class), question_in_make_up, question_not_reached, too_many_attempts.
 */
export async function showQuestion(deps: WatchDeps, { personId, viewingId, questionId }: At): Promise<ShownQuestion> {
  const facts = await openViewingFacts(deps, personId, viewingId);
  if (facts.role !== 'student') throw new DomainError('forbidden', 'questions are for learners');
  const now = deps.now();
  return unitOfWork(deps.orm, actorFor(personId, facts.institutionId), async (em) => {
    const replay = await em.findOneOrFail(Replay, { id: facts.replay.id });
    const question = (await filmQuestions(em, replay, now)).find(({ id }) => id === questionId);
    if (!question) throw new DomainError('not_found', 'no such question in this film');
    const { inClass, answer } = (await ownFates(em, personId, [questionId])).get(questionId)!;
    if (inClass) throw new DomainError('quiz_not_asked', 'this was asked in class');
    const { shownAt, deadlineAt } = answer ? { shownAt: now, deadlineAt: now } : await showingOf(em, { personId, viewingId, facts, replay, question, now });
    return {
      questionId, kind: question.kind, stem: question.stem, options: orderFor(question, personId).map((index) => question.options[index]!),
      pictureUrl: question.pictureId && `/api/viewings/${viewingId}/questions/${questionId}/picture`, shownAt: shownAt.toISOString(), deadlineAt: deadlineAt.toISOString(),
      result: answer && resultOf(question, answer, personId, facts.pack.replay.answers),
    };
  });
}

/** The last showing in this viewing. Throws quiz_not_asked. */
async function shownIn(em: EntityManager, { personId, viewingId, questionId }: At): Promise<FilmShowing> {
  const showing = await em.findOne(FilmShowing, { viewingId, personId, $or: [{ quizId: questionId }, { filmQuestionId: questionId }] }, { orderBy: { shownAt: 'desc' }, disableIdentityMap: true });
  if (!showing) throw new DomainError('quiz_not_asked', 'this question was not put to this viewing');
  return showing;
}

const givenIn = ({ kind }: Wording, { choices, text }: FilmAnswerBody, order: readonly number[]): QuestionAnswer =>
  (kind === 'fillIn' ? { text: text ?? '' } : { choices: (choices ?? []).map((index) => order[index] ?? -1) });

interface Given { at: At; facts: ViewingFacts; wording: Wording; answer: QuestionAnswer; chosenAt: string | undefined; now: Date }
/** Writes it, unless this person answered before; answers the one that stands. Throws answer_differs, question_late. */
async function keep(em: EntityManager, { at, facts, wording, answer, chosenAt, now }: Given): Promise<OwnAnswer> {
  const { personId, questionId } = at;
  const viewing = await lockViewing(em, at.viewingId);
  const showing = await shownIn(em, at);
  const known = async (): Promise<OwnAnswer | null> => {
    const before = (await ownFates(em, personId, [questionId])).get(questionId)!.answer;
    if (before && !sameAnswer(wording.kind, answerOf(before.choices, before.text)!, answer)) throw new DomainError('answer_differs', 'another answer was given before');
    return before;
  };
  const before = await known();
  if (before) return before;
  const standing = filmAnswerStanding({
    deadlineMs: showing.deadlineAt.getTime(), atMs: now.getTime(), lastHeardMs: viewing.lastHeardAt.getTime(), chosenMs: chosenAt === undefined ? null : Date.parse(chosenAt),
  });
  if (standing === 'too_late') throw new DomainError('question_late', 'the time for this question is over');
  const { institutionId, lessonId } = facts;
  const { quizId, filmQuestionId, madeUp } = showing;
  const own: OwnAnswer = { choices: 'choices' in answer ? [...answer.choices] : null, text: 'text' in answer ? answer.text : null, correct: isRight(wording, answer), madeUp };
  const id = newId(now.getTime());
  const written = await em.execute<{ id: string }[]>(
    `insert into film_answer (id, institution_id, lesson_id, showing_id, person_id, quiz_id, film_question_id, choices, text, correct, made_up, after_cut, answered_at)
     values (?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?, ?, ?) on conflict do nothing returning id`,
    [id, institutionId, lessonId, showing.id, personId, quizId, filmQuestionId, own.choices && JSON.stringify(own.choices), own.text, own.correct, madeUp, standing === 'after_cut', now]);
  // Another viewing of this person was quicker.
  if (written.length === 0) return (await known())!;
  await appendEvent(em, actorFor(personId, institutionId), `lesson:${lessonId}`, 'filmQuestion:answered', now, {
    answerId: id, showingId: showing.id, viewingId: at.viewingId, personId, questionId, source: wording.source, correct: own.correct, madeUp, afterCut: standing === 'after_cut',
  });
  return own;
}

/**
 * Takes an answer, also of a viewing that has ended meanwhile: what was kept on a device comes after a cut. The same answer again gets the same acknowledgement.
 * Throws not_found, forbidden (no learner), quiz_not_asked (was not put to this viewing), quiz_choice_invalid, answer_differs, question_late.
 */
export async function answerQuestion(deps: WatchDeps, at: At, body: FilmAnswerBody): Promise<FilmResult> {
  const now = deps.now();
  const facts = await deps.viewing({ viewingId: at.viewingId, personId: at.personId });
  if (!facts) throw new DomainError('not_found', 'no such viewing');
  if (facts.role !== 'student') throw new DomainError('forbidden', 'questions are for learners');
  return unitOfWork(deps.orm, actorFor(at.personId, facts.institutionId), async (em) => {
    await shownIn(em, at);
    const wording = await filmQuestion(em, at.questionId);
    if (!wording) throw new DomainError('not_found', 'no such question');
    const answer = givenIn(wording, body, orderFor(wording, at.personId));
    if (!answerFits(wording, answer)) throw new DomainError('quiz_choice_invalid', 'the answer does not fit the question');
    const own = await keep(em, { at, facts, wording, answer, chosenAt: body.chosenAt, now });
    return resultOf(wording, own, at.personId, facts.pack.replay.answers);
  });
}

const pictureSeconds = 3600;
/** The picture of a question that was put to this viewing. Throws not_found, quiz_not_asked. */
export async function questionPicture(deps: WatchDeps, at: At): Promise<FileAnswer> {
  const em = deps.orm.em.fork();
  if (!await deps.viewing({ viewingId: at.viewingId, personId: at.personId })) throw new DomainError('not_found', 'no such viewing');
  await shownIn(em, at);
  const wording = await filmQuestion(em, at.questionId);
  const picture = wording?.pictureId ? await em.findOne(QuestionPicture, { id: wording.pictureId }) : null;
  if (!picture) throw new DomainError('not_found', 'no such picture');
  const bytes = await deps.storage.read(picture.storageKey);
  return { type: picture.contentType, sizeBytes: bytes.length, etag: `"${picture.id}"`, keepSeconds: pictureSeconds, open: (range) => (range ? bytes.subarray(range.start, range.end + 1) : bytes) };
}
