// A class after it is over, for its teacher: who was there, where people were lost, questions, and one page of learners. A pure function of rows (R10, R26, R27).
import { learnersPerPage, learnersPerPageOfMany, type AfterClass, type AfterLearner } from '#contracts/after-class.ts';
import { checkMarkOf, during, holesOf, reckoningStands, type Happening } from '#domain/after-class.ts';
import { isLow, minutesOf, share } from '#domain/attendance.ts';
import { DomainError } from '#domain/errors.ts';
import { isCredited } from '#domain/presence/facts.ts';
import { ledgerOf } from '#domain/presence/ledger.ts';
import { packName } from '#domain/rules/rule-pack.ts';
import type { EntityManager } from '#db/orm.ts';
import { classMark, noteOfClass, overOf, type Over } from '#db/queries/class-over.ts';
import { askForReckoning, reckonedLearners, reckoningOf, type ReckonedLearner, type StoredReckoning } from '#db/queries/class-reckoning.ts';
import { lessonDetailFor } from '#db/queries/lesson-detail.ts';
import { factsAmong } from '#db/queries/presence-facts.ts';
import { taughtOf } from '#db/queries/taught.ts';
import type { Deps } from '../deps.ts';
import { filmsOf, happeningsOf, ownParts, questionsOf, type QuestionRow } from './rows.ts';

export interface Wanted { page: number; search: string }

/** Every moment as the contract has it. */
const since = (fromMs: number) => (ms: number): number => Math.round(ms - fromMs);

async function learnerRows(em: EntityManager, over: Over, page: readonly ReckonedLearner[], questions: readonly QuestionRow[], now: Date): Promise<AfterLearner[]> {
  const { taught: { lessonId, pack }, held, fromMs } = over;
  const at = since(fromMs);
  const personIds = page.map(({ personId }) => personId);
  const facts = await factsAmong(em, { lessonIds: [lessonId], personIds, nowMs: now.getTime() });
  const own = await ownParts(em, lessonId, personIds, questions);
  return page.map(({ personId, name, login, need, asked, correct }) => {
    const seen = facts(lessonId, personId);
    const { spans, heldMs, creditedMs } = ledgerOf(seen, held.units, pack, now.getTime());
    const { answers, hands } = own.get(personId)!;
    return {
      personId, name, login, need, creditedMinutes: minutesOf(creditedMs), heldMinutes: minutesOf(heldMs), asked, correct, accuracy: share(correct, asked),
      away: spans.filter(({ reason }) => !isCredited(reason)).map((span) => ({ fromMs: at(span.fromMs), toMs: at(span.toMs), reason: span.reason })),
      checks: seen.checks.map(({ askedMs, verdict }) => ({ atMs: at(askedMs), result: checkMarkOf(verdict) })).sort((one, other) => one.atMs - other.atMs),
      answers: answers.map(({ atMs, ...answer }) => ({ atMs: at(atMs), ...answer })), hands: hands.map(at),
    };
  });
}

interface Page { found: number; page: number; pages: number; learners: ReckonedLearner[] }
/** A small class comes whole. */
async function pageOf(em: EntityManager, lessonId: string, all: number, { page, search }: Wanted): Promise<Page> {
  const size = all <= learnersPerPage ? learnersPerPage : learnersPerPageOfMany;
  const { found, learners } = await reckonedLearners(em, lessonId, search.trim(), { skip: (page - 1) * size, take: size });
  return { found, page, pages: Math.max(1, Math.ceil(found / size)), learners };
}

type Figures = Omit<AfterClass, 'lessonId' | 'title' | 'courseTitle' | 'cohortTitle' | 'startsAt' | 'status' | 'note' | 'rulePack' | 'attendanceBelow' | 'accuracyBelow' | 'reckoning' | 'generatedAt'>;
const nothing = (): Figures => ({
  startedAt: null, lengthMs: 0, figures: { learners: 0, came: 0, most: 0, meanThere: null }, stepMs: 0, curve: [], drops: [], questions: [], marks: [], films: [],
  replay: 'unrecorded', learners: { found: 0, page: 1, pages: 1, rows: [] },
});

/** What only the teacher's page marks on the time line; the rest has a picture of its own. */
function marksOf(happenings: readonly Happening[], at: (ms: number) => number): AfterClass['marks'] {
  return happenings.flatMap(({ kind, fromMs, label, count }) => (kind === 'hand' || kind === 'stage' || kind === 'screen' ? [{ kind, atMs: at(fromMs), label, count }] : []))
    .sort((one, other) => one.atMs - other.atMs);
}

async function figuresOf(em: EntityManager, over: Over, crowd: StoredReckoning['figures'], lesson: Parameters<typeof filmsOf>[2], wanted: Wanted, now: Date): Promise<Figures> {
  const { taught: { lessonId, pack }, stretches, fromMs, toMs } = over;
  const at = since(fromMs);
  const questions = await questionsOf(em, lessonId, now);
  const { films, replay, screens } = await filmsOf(em, lessonId, lesson);
  const happenings = [...await happeningsOf(em, lessonId, crowd.stepMs), ...screens];
  const asked = questions.map((row): Happening => ({ kind: 'quiz', fromMs: row.from_ms, toMs: row.to_ms, label: row.prompt, count: 1 }));
  const all = [...asked, ...happenings, ...holesOf(stretches)];
  const { learners, ...page } = await pageOf(em, lessonId, crowd.figures.learners, wanted);
  return {
    startedAt: new Date(fromMs).toISOString(), lengthMs: at(toMs), figures: crowd.figures, stepMs: crowd.stepMs,
    curve: crowd.curve.map((stretch) => ({ ...stretch, fromMs: at(stretch.fromMs), toMs: at(stretch.toMs) })),
    drops: crowd.drops.map((drop) => ({ ...drop, fromMs: at(drop.fromMs), toMs: at(drop.toMs), during: during(drop, all) })),
    questions: questions.map((row) => ({
      quizId: row.id, prompt: row.prompt, knowledgePoint: row.knowledge_point, atMs: at(row.from_ms), asked: row.asked, answered: row.answered, correct: row.correct, accuracy: share(row.correct, row.asked),
      low: isLow(row.correct, row.asked, pack.attendance.accuracyLowBelowPercent),
    })),
    marks: marksOf(happenings, at), films: films.map((film) => ({ ...film, fromMs: at(film.fromMs), toMs: at(film.toMs) })), replay,
    learners: { ...page, rows: await learnerRows(em, over, learners, questions, now) },
  };
}

/** What is stored of the class; asks the worker where that is nothing or stands no more. */
async function askedFor(deps: Deps, em: EntityManager, over: Over, now: Date): Promise<Pick<AfterClass, 'reckoning'> & { stored: StoredReckoning | null }> {
  const { taught: { lessonId }, institutionId, toMs } = over;
  const stored = await reckoningOf(em, lessonId);
  if (stored && reckoningStands(stored, { mark: await classMark(em, over), endedMs: toMs, nowMs: now.getTime() })) return { reckoning: 'made', stored };
  await askForReckoning(em, { lessonId, institutionId });
  await deps.queues.add('class-reckon', lessonId, { lessonId }).catch((error: unknown) => deps.log.warn({ err: error, lessonId }, 'job not added: the reconciler will'));
  return { reckoning: stored ? 'anew' : 'awaited', stored };
}

/** Throws not_found. Without figures where the lesson is not over or never was one, and until the worker has made them. */
export async function afterClassOf(deps: Deps, lessonId: string, wanted: Wanted): Promise<AfterClass> {
  const em = deps.orm.em.fork();
  const now = deps.now();
  const lesson = await lessonDetailFor(em, lessonId, 'observer');
  const taught = (await taughtOf(em, [lessonId])).get(lessonId);
  if (!taught) throw new DomainError('not_found', 'no such lesson');
  const over = await overOf(em, taught, now);
  const { reckoning, stored } = over ? await askedFor(deps, em, over, now) : { reckoning: 'made' as const, stored: null };
  const { title, courseTitle, cohortTitle, startsAt, status } = lesson;
  const { attendanceLowBelowPercent, accuracyLowBelowPercent } = taught.pack.attendance;
  return {
    lessonId, title, courseTitle, cohortTitle, startsAt, status, note: noteOfClass(taught), rulePack: packName(taught.pack),
    attendanceBelow: attendanceLowBelowPercent, accuracyBelow: accuracyLowBelowPercent,
    ...(over && stored ? await figuresOf(em, over, stored.figures, lesson, wanted, now) : nothing()),
    reckoning, generatedAt: now.toISOString(),
  };
}
