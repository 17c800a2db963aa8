// The classroom as one value: made whole by a snapshot, moved on by events. Pure: late, doubled and reordered events do no harm.
import type { Static } from 'typebox';
import type { ChatMessage } from '#contracts/chat.ts';
import type { CheckBrief } from '#contracts/check.ts';
import type { LessonSnapshot } from '#contracts/lesson.ts';
import type { ProducerInfo } from '#contracts/media.ts';
import type { Participant } from '#contracts/person.ts';
import type { QuizResult } from '#contracts/quiz.ts';
import type { SocketEvents } from '#contracts/socket.ts';
import type { LessonStatus } from '#domain/lesson.ts';
import { isStaff } from '#domain/roles.ts';

export interface ClassroomState extends Omit<LessonSnapshot, 'serverNowMs'> {
  /** Closed quizzes of this session that this client knows, oldest first. */
  results: QuizResult[];
  /** Own answers by quiz, also of closed ones. */
  answers: Record<string, number[]>;
  /** The open quiz in figures, for staff. */
  count: { quizId: string; answeredCount: number; presentLearners: number } | null;
  /** Checks of this session, newest first, for staff. */
  checks: CheckBrief[];
  /** The learner's own check that was settled last. */
  settled: CheckBrief | null;
  recordingStatus: 'recording' | 'processing' | 'ready' | 'failed' | null;
  /** Learners who declined the stage, until they are invited again. */
  declined: string[];
  /** Ids of producers that are gone for good: a late word of them is not believed. */
  goneProducers: string[];
}

const messagesKept = 500;
const goneKept = 200;

/** Everything from the snapshot; what it does not carry (results, checks) is kept within the same lesson. */
export function fromSnapshot({ serverNowMs: _serverNowMs, ...snapshot }: LessonSnapshot, before: ClassroomState | null): ClassroomState {
  const same = before?.lesson.lessonId === snapshot.lesson.lessonId ? before : null;
  const answers = { ...same?.answers };
  if (snapshot.quiz?.answered) answers[snapshot.quiz.quizId] = snapshot.quiz.answered;
  return {
    ...snapshot,
    results: same?.results ?? [], answers, count: same?.count?.quizId === snapshot.quiz?.quizId ? same?.count ?? null : null,
    checks: same?.checks ?? [], settled: same?.settled ?? null, recordingStatus: same?.recordingStatus ?? null,
    declined: same?.declined ?? [], goneProducers: [],
  };
}

const rank: Record<LessonStatus, number> = { scheduled: 0, open: 1, live: 2, ended: 3, missed: 3, cancelled: 3 };

const byRaised = (a: { raisedAt: string; personId: string }, b: { raisedAt: string; personId: string }): number =>
  a.raisedAt.localeCompare(b.raisedAt) || a.personId.localeCompare(b.personId);
const bySent = (a: ChatMessage, b: ChatMessage): number => a.sentAt.localeCompare(b.sentAt) || a.messageId.localeCompare(b.messageId);

/** Staff see everybody; others see staff, who is on stage, and themselves: as in the snapshot. */
const mayBeSeen = (state: ClassroomState, one: Participant): boolean =>
  isStaff(state.me.role) || isStaff(one.role) || one.onStage || one.personId === state.me.personId;

const byName = (a: Participant, b: Participant): number => a.name.localeCompare(b.name, 'zh') || a.personId.localeCompare(b.personId);

function withParticipants(state: ClassroomState, changed: readonly Participant[]): ClassroomState {
  const told = new Map(changed.map((one) => [one.personId, one]));
  const others = state.participants.filter(({ personId }) => !told.has(personId));
  const seen = [...told.values()].filter((one) => mayBeSeen(state, one));
  const participants = seen.length > 0 ? [...others, ...seen].sort(byName) : others;
  const own = told.get(state.me.personId);
  return { ...state, participants, me: own ? { ...state.me, onStage: own.onStage } : state.me };
}

function withStage(state: ClassroomState, personIds: readonly string[]): ClassroomState {
  const onStage = new Set(personIds);
  const mine = onStage.has(state.me.personId);
  const participants = state.participants.map((one) => (one.onStage === onStage.has(one.personId) ? one : { ...one, onStage: onStage.has(one.personId) }));
  return { ...state, participants: participants.filter((one) => mayBeSeen(state, one)), me: { ...state.me, onStage: mine, stageInvited: state.me.stageInvited && !mine } };
}

function withProducer(state: ClassroomState, info: ProducerInfo): ClassroomState {
  if (state.goneProducers.includes(info.producerId)) return state;
  if (state.producers.some(({ producerId }) => producerId === info.producerId)) {
    return { ...state, producers: state.producers.map((one) => (one.producerId === info.producerId ? info : one)) };
  }
  // One producer per person and source: the newer one replaces the older.
  const others = state.producers.filter((one) => one.personId !== info.personId || one.source !== info.source);
  return { ...state, producers: [...others, info] };
}

const withoutProducer = (state: ClassroomState, gone: string): ClassroomState => ({
  ...state,
  producers: state.producers.filter(({ producerId }) => producerId !== gone),
  goneProducers: [...state.goneProducers, gone].slice(-goneKept),
});

export const withMessage = (state: ClassroomState, message: ChatMessage): ClassroomState =>
  state.messages.some(({ messageId }) => messageId === message.messageId) ? state
    : { ...state, messages: [...state.messages, message].sort(bySent).slice(-messagesKept) };

function withOpenQuiz(state: ClassroomState, quiz: NonNullable<ClassroomState['quiz']>): ClassroomState {
  if (state.results.some(({ quizId }) => quizId === quiz.quizId)) return state;
  // Everybody is told of a quiz in the same words: what this person has answered is known here.
  return { ...state, quiz: { ...quiz, answered: quiz.answered ?? state.answers[quiz.quizId] ?? null } };
}

export const withAnswer = (state: ClassroomState, quizId: string, choices: number[]): ClassroomState => ({
  ...state, answers: { ...state.answers, [quizId]: choices },
  quiz: state.quiz?.quizId === quizId ? { ...state.quiz, answered: choices } : state.quiz,
});

export const withResults = (state: ClassroomState, results: readonly QuizResult[]): ClassroomState => {
  const known = new Map([...state.results, ...results].map((result) => [result.quizId, result]));
  const open = state.quiz && known.has(state.quiz.quizId) ? null : state.quiz;
  return { ...state, quiz: open, count: open ? state.count : null, results: [...known.values()].sort((a, b) => a.closedAt.localeCompare(b.closedAt)) };
};

function withSettled(state: ClassroomState, check: CheckBrief): ClassroomState {
  const mine = check.personId === state.me.personId;
  const checks = isStaff(state.me.role) ? [check, ...state.checks.filter(({ checkId }) => checkId !== check.checkId)]
    .sort((a, b) => (b.askedAt ?? '').localeCompare(a.askedAt ?? '')) : state.checks;
  const participants = isStaff(state.me.role) ? state.participants.map((one) => (one.personId === check.personId ? { ...one, verdict: check.verdict } : one)) : state.participants;
  return { ...state, checks, participants, settled: mine ? check : state.settled, check: mine && state.check?.checkId === check.checkId ? null : state.check };
}

type Reducers = { [K in keyof SocketEvents]: (state: ClassroomState, data: Static<SocketEvents[K]>) => ClassroomState };

export const reducers: Reducers = {
  'lesson:changed': (state, { status, startedAt, endedAt, selfEndsAt }) =>
    (rank[status] < rank[state.lesson.status] ? state : { ...state, selfEndsAt, lesson: { ...state.lesson, status, startedAt, endedAt } }),
  'lesson:leadChanged': (state, { lead }) => ({ ...state, lead, me: { ...state.me, leading: lead?.personId === state.me.personId } }),
  'participant:changed': (state, one) => withParticipants(state, [one]),
  'participants:changed': (state, { participants }) => withParticipants(state, participants),
  'presence:counted': (state, { presentCount }) => ({ ...state, presentCount }),
  'recording:changed': (state, { status }) => ({ ...state, recordingStatus: status }),
  'recording:health': (state, { troubles }) => ({ ...state, recordingTroubles: isStaff(state.me.role) ? troubles : [] }),
  'recording:layoutChanged': (state, { layout }) => ({ ...state, recordingLayout: layout }),
  // Of the line, not of the lesson: connection.ts.
  'lesson:queued': (state) => state,
  'lesson:resync': (state) => state,
  'server:leaving': (state) => state,
  'seat:taken': (state) => state,
  'media:produced': withProducer,
  'media:producerChanged': withProducer,
  'media:producerClosed': (state, { producerId }) => withoutProducer(state, producerId),
  'media:consumerClosed': (state) => state,
  'media:speakerChanged': (state, { personId }) => ({ ...state, speakerId: personId }),
  'media:wanted': (state) => state,
  'media:reset': (state) => ({ ...state, producers: [], goneProducers: [], speakerId: null }),
  'hand:changed': (state, { hands }) => ({ ...state, hands: [...hands].sort(byRaised) }),
  'stage:invited': (state) => ({ ...state, me: { ...state.me, stageInvited: !state.me.onStage } }),
  'stage:changed': (state, { personIds }) => ({ ...withStage(state, personIds), declined: state.declined.filter((personId) => !personIds.includes(personId)) }),
  'stage:declined': (state, { personId }) => ({ ...state, declined: [...new Set([...state.declined, personId])] }),
  'chat:sent': withMessage,
  'quiz:opened': withOpenQuiz,
  'quiz:counted': (state, count) => (state.quiz?.quizId === count.quizId ? { ...state, count } : state),
  'quiz:closed': (state, result) => withResults(state, [result]),
  'check:asked': (state, check) => (state.settled?.checkId === check.checkId ? state : { ...state, check }),
  'check:settled': withSettled,
};
