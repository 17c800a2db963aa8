// The classroom as one value: made whole by a snapshot, moved on by events. Pure: late, doubled and reordered events do no harm.
import type { Static } from 'typebox';
import type { CheckBrief } from '#contracts/check.ts';
import type { CompanionBrief } from '#contracts/companion.ts';
import type { LessonSnapshot } from '#contracts/lesson.ts';
import type { ProducerInfo } from '#contracts/media.ts';
import type { PrivateMessage } from '#contracts/private.ts';
import type { Participant, PersonBrief } from '#contracts/person.ts';
import type { Picked } from '#contracts/pick.ts';
import type { Credit } from '#contracts/presence.ts';
import type { QuizCount, QuizResult } from '#contracts/quiz.ts';
import type { SocketEvents } from '#contracts/socket.ts';
import type { LessonStatus } from '#domain/lesson.ts';
import type { QuestionAnswer } from '#domain/question.ts';
import { isStaff } from '#domain/roles.ts';
import { chatOfSnapshot, withDeleted, withMessage, withMuted, withRules, type ChatView } from './chat-state.ts';
import { isPaged } from './learners-here.ts';
import { withDrawn, withErased, withPointed, withShown, type Pointed } from '../courseware/courseware-state.ts';
import { withPrivates } from './private-state.ts';
import { withBreakout, type GroupsPart } from '../breakout/group-state.ts';

export interface ClassroomState extends Omit<LessonSnapshot, 'serverNowMs'> {
  /** Closed quizzes of this session that this client knows, oldest first. */
  results: QuizResult[];
  /** Own answers by quiz, also of closed ones. */
  answers: Record<string, QuestionAnswer>;
  /** Answers by quiz that are kept on this device and not acknowledged yet. */
  kept: Record<string, QuestionAnswer>;
  /** The open quiz in figures, for staff. */
  count: QuizCount | null;
  /** Checks of this session, newest first, for staff. */
  checks: CheckBrief[];
  /** The learner's own check that was settled last. */
  settled: CheckBrief | null;
  recordingStatus: 'recording' | 'processing' | 'ready' | 'failed' | null;
  /** Until when the server waits for a touch, ms of its clock; null when it did not ask. */
  stillThereUntilMs: number | null;
  /** Whether the learner's own time counts, as the server told last; null before. */
  credit: Credit | null;
  /** Who was picked last, until it is put away. */
  picked: Picked | null;
  /** The pick that was put away on this page: no snapshot brings it back. */
  pickPutAway: string | null;
  /** Learners who declined the stage, until they are invited again. */
  declined: PersonBrief[];
  /** The leader's own phone as second camera; null while there is none. */
  companion: CompanionBrief | null;
  /** Ids of producers that are gone for good: a late word of them is not believed. */
  goneProducers: string[];
  /** Messages that were deleted, by id. */
  goneMessages: ChatView['goneMessages'];
  /** Questions that are not solved, as this client knows; `turn` counts what was told of them, so that an open list reads again. */
  qa: { unsolved: number; turn: number };
  /** Lines that were taken away: a late word of them is not believed either. */
  goneStrokes: string[];
  /** Where the leader's pointer went last; null when it is away. */
  pointed: Pointed | null;
  /** Private words this person may read, as far as they were told or read. */
  privates: PrivateMessage[];
  /** How many of them stood there when the list was looked at last. */
  privatesSeen: number;
  toldGroups: GroupsPart['toldGroups'];
  speakingIn: GroupsPart['speakingIn'];
}

/** A leader has locked learners' microphones, and this is a learner. */
export const isSilenced = (state: Pick<ClassroomState, 'me' | 'microphonesLocked'> | null): boolean => state?.me.role === 'student' && state.microphonesLocked;

const goneKept = 200;

/** Somebody who was picked longer ago has had their turn: who enters then is not told. */
const pickTurnMs = 300_000;

/** The newer one of the snapshot and what was heard, unless it was put away here. */
function pickToShow(told: Picked | null, same: ClassroomState | null, nowMs: number): Picked | null {
  const heard = same?.picked ?? null;
  if (!told || told.pickId === same?.pickPutAway || (heard && heard.pickedAt >= told.pickedAt) || nowMs - Date.parse(told.pickedAt) > pickTurnMs) return heard;
  return told;
}

/** Everything from the snapshot; what it does not carry (results, checks) is kept within the same lesson. */
export function fromSnapshot({ serverNowMs, ...snapshot }: LessonSnapshot, before: ClassroomState | null): ClassroomState {
  const same = before?.lesson.lessonId === snapshot.lesson.lessonId ? before : null;
  const answers = { ...same?.answers };
  if (snapshot.quiz?.answered) answers[snapshot.quiz.quizId] = snapshot.quiz.answered;
  return {
    ...snapshot, ...chatOfSnapshot(snapshot, same),
    results: same?.results ?? [], answers, kept: same?.kept ?? {}, count: same?.count?.quizId === snapshot.quiz?.quizId ? same?.count ?? null : null,
    checks: same?.checks ?? [], settled: same?.settled ?? null, recordingStatus: same?.recordingStatus ?? null,
    credit: same?.credit ?? null, picked: pickToShow(snapshot.picked, same, serverNowMs), pickPutAway: same?.pickPutAway ?? null, declined: same?.declined ?? [], companion: same?.companion ?? null, goneProducers: [], goneStrokes: [], pointed: null, stillThereUntilMs: null, qa: same?.qa ?? { unsolved: 0, turn: 0 }, privates: same?.privates ?? [], privatesSeen: same?.privatesSeen ?? 0,
    toldGroups: snapshot.breakout ? same?.toldGroups ?? null : null, speakingIn: snapshot.breakout ? same?.speakingIn ?? {} : {},
  };
}

const rank: Record<LessonStatus, number> = { scheduled: 0, open: 1, live: 2, ended: 3, missed: 3, cancelled: 3 };

const byRaised = (a: { raisedAt: string; personId: string }, b: { raisedAt: string; personId: string }): number =>
  a.raisedAt.localeCompare(b.raisedAt) || a.personId.localeCompare(b.personId);

/** Staff see everybody, unless the class comes in pages; others see staff, who is on stage, and themselves: as in the snapshot. */
const mayBeSeen = (state: ClassroomState, one: Participant): boolean =>
  (isStaff(state.me.role) && !isPaged(state)) || isStaff(one.role) || one.onStage || one.personId === state.me.personId;

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

function withOpenQuiz(state: ClassroomState, quiz: NonNullable<ClassroomState['quiz']>): ClassroomState {
  if (state.results.some(({ quizId }) => quizId === quiz.quizId)) return state;
  // Everybody is told of a quiz in the same words: what this person has answered is known here.
  return { ...state, quiz: { ...quiz, answered: quiz.answered ?? state.answers[quiz.quizId] ?? null } };
}

/** An answer of this device that waits for its acknowledgement; `null`: it waits no more. */
export function withKept(state: ClassroomState, quizId: string, answer: QuestionAnswer | null): ClassroomState {
  const others = Object.entries(state.kept).filter(([other]) => other !== quizId);
  return { ...state, kept: Object.fromEntries(answer ? [...others, [quizId, answer]] : others) };
}

export const withAnswer = (state: ClassroomState, quizId: string, answer: QuestionAnswer): ClassroomState => ({
  ...withKept(state, quizId, null), answers: { ...state.answers, [quizId]: answer }, answeredOfSets: [...new Set([...state.answeredOfSets, quizId])],
  quiz: state.quiz?.quizId === quizId ? { ...state.quiz, answered: answer } : state.quiz,
});

/** Askings of the same wording together, each group in the order of asking; the group that was asked last comes last. */
export function askingsTogether(results: readonly QuizResult[]): QuizResult[][] {
  const groups = new Map<string, QuizResult[]>();
  for (const result of [...results].sort((a, b) => a.closedAt.localeCompare(b.closedAt))) {
    const before = groups.get(result.firstQuizId) ?? [];
    groups.delete(result.firstQuizId);
    groups.set(result.firstQuizId, [...before, result]);
  }
  return [...groups.values()];
}

/** Of the open question; of a closed one that late answers reach, its result is put right. */
function withCount(state: ClassroomState, count: QuizCount): ClassroomState {
  if (state.quiz?.quizId === count.quizId) return { ...state, count };
  const { counts, answeredCount, correctCount } = count;
  return { ...state, results: state.results.map((result) => (result.quizId === count.quizId ? { ...result, counts, answeredCount, correctCount } : result)) };
}

export const withResults = (state: ClassroomState, results: readonly QuizResult[]): ClassroomState => {
  const known = new Map([...state.results, ...results].map((result) => [result.quizId, result]));
  const open = state.quiz && known.has(state.quiz.quizId) ? null : state.quiz;
  return { ...state, quiz: open, count: open ? state.count : null, results: [...known.values()].sort((a, b) => a.closedAt.localeCompare(b.closedAt)) };
};

const withBrief = (checks: readonly CheckBrief[], check: CheckBrief): CheckBrief[] =>
  [check, ...checks.filter(({ checkId }) => checkId !== check.checkId)].sort((a, b) => (b.askedAt ?? '').localeCompare(a.askedAt ?? ''));

/** Somebody waits for a look; a late word of it does not open again what is settled. */
function withWaiting(state: ClassroomState, check: CheckBrief): ClassroomState {
  const known = state.checks.find(({ checkId }) => checkId === check.checkId);
  if (!isStaff(state.me.role) || known?.status === 'settled') return state;
  return { ...state, checks: withBrief(state.checks, check) };
}

function withAsked(state: ClassroomState, check: NonNullable<ClassroomState['check']>): ClassroomState {
  if (state.settled?.checkId === check.checkId) return state;
  const { kind, checkId, code } = check;
  return { ...state, check, signIn: kind === 'sign_in' ? { checkId, answered: code === 'entered', verdict: null } : state.signIn };
}

/** The picture of a sign-in is with the server: time counts until it says otherwise. */
export const withAnsweredSignIn = (state: ClassroomState, checkId: string): ClassroomState =>
  (state.signIn?.checkId === checkId && !state.signIn.answered ? { ...state, signIn: { ...state.signIn, answered: true } } : state);

/** The server has the picture: of one's own sign-in time counts, staff see that it waits for its verdict. A late word of it changes nothing that is settled. */
function withAnswered(state: ClassroomState, check: CheckBrief): ClassroomState {
  if (isStaff(state.me.role)) return state.checks.some(({ checkId, status }) => checkId === check.checkId && status === 'settled') ? state : { ...state, checks: withBrief(state.checks, check) };
  return withAnsweredSignIn(state, check.checkId);
}

/** Those who are checked without a picture and wait for a look by staff, who waits longest first. */
export const waitingForLook = ({ checks, me }: Pick<ClassroomState, 'checks' | 'me'>): CheckBrief[] =>
  checks.filter(({ way, status, look, personId }) => way === 'alternative' && status === 'asked' && !look && personId !== me.personId)
    .sort((a, b) => (a.askedAt ?? '').localeCompare(b.askedAt ?? '') || a.checkId.localeCompare(b.checkId));

/** Of a sign-in that was asked again meanwhile, the earlier attempt changes nothing. */
function signInAfter({ signIn }: ClassroomState, { kind, checkId, verdict }: CheckBrief): ClassroomState['signIn'] {
  return kind === 'sign_in' && (!signIn || signIn.checkId === checkId) ? { checkId, answered: true, verdict } : signIn;
}

function withSettled(state: ClassroomState, check: CheckBrief): ClassroomState {
  const mine = check.personId === state.me.personId;
  const checks = isStaff(state.me.role) ? withBrief(state.checks, check) : state.checks;
  const participants = isStaff(state.me.role) ? state.participants.map((one) => (one.personId === check.personId ? { ...one, verdict: check.verdict } : one)) : state.participants;
  if (!mine) return { ...state, checks, participants };
  return { ...state, checks, participants, settled: check, check: state.check?.checkId === check.checkId ? null : state.check, signIn: signInAfter(state, check) };
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
  'seat:idle': (state) => state,
  'presence:credit': (state, credit) => (state.credit && credit.atMs < state.credit.atMs ? state : { ...state, credit }),
  'presence:asked': (state, { deadlineMs }) => ({ ...state, stillThereUntilMs: deadlineMs }),
  'media:produced': withProducer,
  'media:producerChanged': withProducer,
  'media:producerClosed': (state, { producerId }) => withoutProducer(state, producerId),
  'media:consumerClosed': (state) => state,
  'media:speakerChanged': (state, { personId }) => ({ ...state, speakerId: personId }),
  'media:wanted': (state) => state,
  'media:reset': (state) => ({ ...state, producers: [], goneProducers: [], speakerId: null }),
  'hand:changed': (state, { hands }) => ({ ...state, hands: [...hands].sort(byRaised) }),
  'stage:invited': (state) => ({ ...state, me: { ...state.me, stageInvited: !state.me.onStage } }),
  'stage:changed': (state, { personIds }) => ({ ...withStage(state, personIds), declined: state.declined.filter(({ personId }) => !personIds.includes(personId)) }),
  'stage:declined': (state, one) => ({ ...state, declined: [...state.declined.filter(({ personId }) => personId !== one.personId), one] }),
  'pick:drawn': (state, picked) => (state.picked && state.picked.pickedAt > picked.pickedAt ? state : { ...state, picked }),
  'chat:sent': withMessage,
  'chat:deleted': withDeleted,
  'chat:ruled': withRules,
  'chat:muted': (state, told) => withMuted(state, told, isStaff(state.me.role)),
  'quiz:opened': withOpenQuiz,
  'quiz:counted': withCount,
  'quiz:closed': (state, result) => withResults(state, [result]),
  'check:asked': withAsked,
  'check:waiting': withWaiting,
  'check:answered': withAnswered,
  'check:settled': withSettled,
  'private:sent': (state, message) => withPrivates(state, [message]),
  'qa:changed': (state, { unsolved }) => ({ ...state, qa: { unsolved, turn: state.qa.turn + 1 } }),
  'door:changed': (state, door) => (isStaff(state.me.role) ? { ...state, door } : state),
  'microphone:lockChanged': (state, { locked }) => ({ ...state, microphonesLocked: locked }),
  // Of the line or the devices: connection.ts, LiveClassroom.ts.
  'door:answered': (state) => state,
  'seat:removed': (state) => state,
  'microphone:muted': (state) => state,
  'companion:changed': (state, { companion }) => ({ ...state, companion }),
  'courseware:shown': withShown,
  'courseware:drawn': withDrawn,
  'courseware:erased': withErased,
  'courseware:pointed': withPointed,
  'breakout:changed': (state, { breakout }) => withBreakout(state, breakout),
  'breakout:told': (state, message) => ({ ...withMessage(state, message), toldGroups: message }),
  'breakout:speaking': (state, { groupId, personId }) => ({ ...state, speakingIn: { ...state.speakingIn, [groupId]: personId } }),
};
