// Questions in a replay: which moments have been reached, until when an answer is taken, and which answer counts (R26, R27, R140).
import { answerGraceMs, lateAnswerMs, type AnswerMark } from './quiz.ts';
import { intersectPairs, type Pair } from './recording/spans.ts';
import type { ReplayAnswerRule } from './rules/rule-pack.ts';

/** `live`: was asked in class; `placed`: put into the film afterwards. */
export const filmQuestionSources = ['live', 'placed'] as const;
export type FilmQuestionSource = (typeof filmQuestionSources)[number];

/**
 * How a question stands for a learner who watches. `open`: to be answered; `make_up`: lies in what they may still make up, and is answered there; `in_class`: was put to
 * them live, and that stays; `answered`: in a replay.
 */
export const filmQuestionStands = ['open', 'make_up', 'in_class', 'answered'] as const;
export type FilmQuestionStand = (typeof filmQuestionStands)[number];

/** A player stops some frames before or after the moment, and the server hears of it with the next heartbeat. */
const slackMs = 1500;
/** How often a question whose time ran out is put to the same viewing again. */
export const mostShowings = 20;

/** What the server knows of a viewing: where it stands, and what was given out to it, ms of the file. */
export interface ViewingReach { positionMs: number; issued: readonly Readonly<Pair>[] }
/** Whether the film has come to a moment: the heartbeats say so, and something around it was given out. */
export const isReached = ({ positionMs, issued }: ViewingReach, atMs: number): boolean =>
  positionMs >= atMs - slackMs && intersectPairs(issued, [[Math.max(0, atMs - slackMs), atMs + 1]]).length > 0;

export interface FilmAnswerMoment {
  /** By the server's clock: its end, when the answer came, and when the last heartbeat of its viewing had come. */
  deadlineMs: number; atMs: number; lastHeardMs: number;
  /** When the device says it was chosen; null where it says nothing. It can only speak against the answer. */
  chosenMs: number | null;
}
export type FilmAnswerStanding = 'in_time' | 'after_cut' | 'too_late';
/**
 * One that comes late counts only where the server had lost the device before the time was over, where it comes within a minute, and where the device says it was chosen
 * in time: as in class. A device that is heard hands in what it keeps before its next heartbeat.
 */
export function filmAnswerStanding({ deadlineMs, atMs, lastHeardMs, chosenMs }: FilmAnswerMoment): FilmAnswerStanding {
  const endMs = deadlineMs + answerGraceMs;
  if (atMs <= endMs) return 'in_time';
  return lastHeardMs <= endMs && chosenMs !== null && chosenMs <= endMs && atMs <= deadlineMs + lateAnswerMs ? 'after_cut' : 'too_late';
}

/** What became of one question for one learner. `correct` null: no answer. */
export interface QuestionFate {
  /** Null where it was not put to them in class. */
  live: { correct: boolean | null } | null;
  /** Null where it was not put to them in the replay. `madeUp`: in a viewing that makes up, with its checks. */
  film: { correct: boolean | null; madeUp: boolean } | null;
}
/** `from`: where the answer, or its lack, comes from; null for `not_asked`. Only what `counts` is part of accuracy. */
export interface CountedAnswer { mark: AnswerMark; from: 'class' | 'replay' | null; counts: boolean }

const markOf = (correct: boolean | null): AnswerMark => (correct === null ? 'none' : correct ? 'right' : 'wrong');

/** Whether what is done in a replay is part of accuracy. */
const countsInReplay = (rule: ReplayAnswerRule, madeUp: boolean): boolean => rule === 'count' || (rule === 'whereMadeUp' && madeUp);

/**
 * THE rule which answer counts for accuracy (R27), for reports of every kind. Who was asked in class keeps that, answered or not. An answer in the replay counts as the pack
 * says; a question that counts and was left unanswered there is one that was asked.
 */
export function countedAnswer({ live, film }: QuestionFate, rule: ReplayAnswerRule): CountedAnswer {
  if (live) return { mark: markOf(live.correct), from: 'class', counts: true };
  if (!film) return { mark: 'not_asked', from: null, counts: false };
  const counts = countsInReplay(rule, film.madeUp);
  if (!counts && film.correct === null) return { mark: 'not_asked', from: null, counts: false };
  return { mark: markOf(film.correct), from: 'replay', counts };
}

/** A question that stands in the way of making up. */
export interface Gate { questionId: string; atMs: number }
/** The first unanswered question within what is left; behind it nothing is credited. None where answers in the replay count for nothing. */
export function gateIn(left: readonly Readonly<Pair>[], unanswered: readonly Gate[], rule: ReplayAnswerRule): Gate | null {
  if (rule === 'shown') return null;
  return unanswered.filter(({ atMs }) => left.some(([from, to]) => atMs >= from && atMs < to)).toSorted((one, other) => one.atMs - other.atMs)[0] ?? null;
}
/** What of these spans lies before the gate. */
export const beforeGate = (spans: readonly Readonly<Pair>[], gate: Gate | null): Pair[] => intersectPairs(spans, [[0, gate?.atMs ?? Number.MAX_SAFE_INTEGER]]);
