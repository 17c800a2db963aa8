// Questions of the bank that staff place in a film: at a moment, moved, taken away.
import type { Static } from 'typebox';
import type { FilmQuestions, PlacedBody } from '#contracts/film-question.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { FilmQuestion, FilmShowing } from '#db/entities/film-question.ts';
import type { Replay } from '#db/entities/recording.ts';
import { appendEvent, unitOfWork, type EntityManager } from '#db/orm.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import type { Deps } from '../deps.ts';
import { questionsOfFilm } from './film-questions.ts';
import { shownReplay } from './viewings.ts';

interface Staffed { replay: Replay; unitId: string; startsMs: number; durationMs: number }
/** A film this person may place questions in; a breakout group's has no learners. Throws not_found, forbidden, replay_not_ready. */
async function staffedFilm(deps: Deps, personId: string, replayId: string): Promise<Staffed> {
  const { replay, staff, durationMs } = await shownReplay(deps, personId, replayId);
  const { unitId } = replay;
  if (!staff || !unitId) throw new DomainError('forbidden', 'only staff place questions, in films of units');
  // A held one may still be made anew or never come out.
  if (replay.status !== 'ready' || !replay.startsAt) throw new DomainError('replay_not_ready', 'questions are placed in published films');
  return { replay, unitId, startsMs: replay.startsAt.getTime(), durationMs };
}

function momentIn({ startsMs, durationMs }: Staffed, atMs: number): Date {
  if (atMs >= durationMs) throw new DomainError('bad_request', 'the film is shorter than that');
  return new Date(startsMs + atMs);
}

/** A question in use, of the course of the lesson. Throws not_found, question_retired. */
async function requireOfCourse(em: EntityManager, lessonId: string, versionId: string): Promise<void> {
  const [row] = await em.execute<{ retired: boolean }[]>(
    `select q.retired_at is not null as retired from question_version v join bank_question q on q.id = v.question_id join cohort c on c.course_id = q.course_id
       join lesson l on l.cohort_id = c.id where v.id = ? and l.id = ?`, [versionId, lessonId]);
  if (!row) throw new DomainError('not_found', 'no such question in the bank of this course');
  if (row.retired) throw new DomainError('question_retired', 'this question is not asked any more');
}

/** Throws not_found, forbidden, replay_not_ready, bad_request (behind the end), question_retired. */
export async function placeQuestion(deps: Deps, personId: string, replayId: string, { versionId, atMs, seconds }: Static<typeof PlacedBody>): Promise<FilmQuestions> {
  const film = await staffedFilm(deps, personId, replayId);
  const { unitId, replay: { institutionId, lessonId } } = film;
  const moment = momentIn(film, atMs);
  const now = deps.now();
  const actor = actorFor(personId, institutionId);
  await unitOfWork(deps.orm, actor, async (em) => {
    await requireOfCourse(em, lessonId, versionId);
    const id = newId(now.getTime());
    await em.insert(FilmQuestion, { id, institutionId, lessonId, unitId, versionId, moment, seconds, placedBy: personId, placedAt: now, retiredAt: null });
    await appendEvent(em, actor, `lesson:${lessonId}`, 'filmQuestion:placed', now, { questionId: id, versionId, unitId, moment: moment.toISOString(), seconds });
  });
  return questionsOfFilm(deps, personId, replayId);
}

/** One of this film's unit that is in use, held. Throws not_found. */
async function heldQuestion(em: EntityManager, { unitId, replay: { lessonId } }: Staffed, questionId: string): Promise<void> {
  const rows = await em.execute('select 1 from film_question where id = ? and lesson_id = ? and unit_id = ? and retired_at is null for update', [questionId, lessonId, unitId]);
  if ((rows as unknown[]).length === 0) throw new DomainError('not_found', 'no such question in this film');
}

/** Throws not_found, forbidden, replay_not_ready, bad_request. */
export async function moveQuestion(deps: Deps, personId: string, { replayId, questionId, atMs }: { replayId: string; questionId: string; atMs: number }): Promise<FilmQuestions> {
  const film = await staffedFilm(deps, personId, replayId);
  const moment = momentIn(film, atMs);
  const { institutionId, lessonId } = film.replay;
  const actor = actorFor(personId, institutionId);
  await unitOfWork(deps.orm, actor, async (em) => {
    await heldQuestion(em, film, questionId);
    await em.nativeUpdate(FilmQuestion, { id: questionId }, { moment });
    await appendEvent(em, actor, `lesson:${lessonId}`, 'filmQuestion:moved', deps.now(), { questionId, moment: moment.toISOString() });
  });
  return questionsOfFilm(deps, personId, replayId);
}

/** One nobody was shown is gone; any other is asked no more, and what was answered stays. Throws not_found, forbidden, replay_not_ready. */
export async function takeAwayQuestion(deps: Deps, personId: string, { replayId, questionId }: { replayId: string; questionId: string }): Promise<FilmQuestions> {
  const film = await staffedFilm(deps, personId, replayId);
  const { institutionId, lessonId } = film.replay;
  const actor = actorFor(personId, institutionId);
  const now = deps.now();
  await unitOfWork(deps.orm, actor, async (em) => {
    await heldQuestion(em, film, questionId);
    const wasShown = (await em.count(FilmShowing, { filmQuestionId: questionId })) > 0;
    if (wasShown) await em.nativeUpdate(FilmQuestion, { id: questionId }, { retiredAt: now });
    else await em.nativeDelete(FilmQuestion, { id: questionId });
    await appendEvent(em, actor, `lesson:${lessonId}`, 'filmQuestion:takenAway', now, { questionId, wasShown });
  });
  return questionsOfFilm(deps, personId, replayId);
}
