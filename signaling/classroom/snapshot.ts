// All that a client needs to draw the classroom, read from the rows: what everybody sees once for all who ask, one's own part for each.
import type { ChatRules, ChatState } from '#contracts/chat.ts';
import type { LessonSnapshot } from '#contracts/lesson.ts';
import type { ProducerInfo } from '#contracts/media.ts';
import type { Participant } from '#contracts/person.ts';
import { comesInPages } from '#domain/audience.ts';
import { groupRecordingOf } from '#domain/breakout.ts';
import { isStaff, mayLead } from '#domain/roles.ts';
import { mediaRefusal } from '#domain/stage.ts';
import { breakoutFor, groupIn, openBreakout } from '#db/queries/breakouts.ts';
import { chatRulesOf, messagesOf, mutedIn } from '#db/queries/chat.ts';
import { doorView } from '#db/queries/door.ts';
import { stageCourseware } from '#db/queries/courseware-shown.ts';
import { handsOf } from '#db/queries/hands.ts';
import { lessonDetailFor } from '#db/queries/lesson-detail.ts';
import { lessonWithSession, stateOf } from '#db/queries/lesson-state.ts';
import type { MediaRoomId } from '#db/queries/media-rooms.ts';
import { participantsInView, participantsOf, presentCounts, publicView } from '#db/queries/participants.ts';
import { lastPick } from '#db/queries/picks.ts';
import { privateCountOf } from '#db/queries/private.ts';
import { openQuizView, runningQuiz } from '#db/queries/quizzes.ts';
import type { Live, Seat } from './context.ts';
import { leadOf } from './lead.ts';
import { openMediaRoom } from './media-room.ts';
import { classMedia, mediaRoomOf } from './rooms.ts';
import { SharedRead } from './shared-read.ts';

async function mediaOf(live: Live, room: MediaRoomId, flowing: boolean): Promise<{ producers: ProducerInfo[]; mediaAvailable: boolean }> {
  if (!flowing || !live.media.available) return { producers: [], mediaAvailable: live.media.available };
  return openMediaRoom(live, room).then(
    (producers) => ({ producers, mediaAvailable: true }),
    (error: unknown) => {
      live.deps.log.warn({ err: error, ...room }, 'media room could not be opened');
      return { producers: [], mediaAvailable: false };
    });
}

const inTurn = async <A, B, C>(a: () => Promise<A>, b: () => Promise<B>, c: () => Promise<C>): Promise<[A, B, C]> => [await a(), await b(), await c()];

/** What everybody in a lesson sees alike. Whoever enters waits for it: it is read in five rows side by side, which leaves connections of the pool to others. */
async function readPicture(live: Live, lessonId: string) {
  const [first, second, third, fourth] = [live.deps.orm.em.fork(), live.deps.orm.em.fork(), live.deps.orm.em.fork(), live.deps.orm.em.fork()];
  const { lesson, session } = await lessonWithSession(first, lessonId);
  const running = session && !session.endedAt ? session : null;
  const openQuiz = async () => {
    const quiz = running && await runningQuiz(second, running.id);
    return quiz && openQuizView(second, quiz, null);
  };
  const ofRunning = async () => (running ? { breakout: await openBreakout(fourth, lessonId), picked: await lastPick(fourth, running.id) } : { breakout: null, picked: null });
  const [about, asked, people, media, { breakout, picked }] = await Promise.all([
    inTurn(() => lessonDetailFor(first, lessonId, 'observer'), () => messagesOf(first, lessonId), () => stageCourseware(first, running?.id ?? null)),
    inTurn(() => leadOf(second, running), async () => (running ? handsOf(second, running.id) : []), openQuiz),
    inTurn(() => participantsInView(third, lessonId), () => presentCounts(third, [lessonId]), () => chatRulesOf(third, lessonId)),
    mediaOf(live, classMedia(lessonId), mediaRefusal(lesson.status) === null),
    ofRunning(),
  ]);
  const [[detail, messages, courseware], [lead, hands, quiz], [inView, present, chat]] = [about, asked, people];
  return {
    running,
    breakout,
    shown: {
      lesson: detail, lead, hands, quiz, picked, messages, chat, courseware, ...media,
      participants: inView.map(publicView),
      presentCount: present.get(lessonId) ?? 0,
      broadcastOffered: lesson.recorded && live.deps.config.LIVE_STREAMS > 0,
      groupRecording: groupRecordingOf(live.deps.config.GROUP_RECORDING, lesson),
      recordingLayout: running?.layout ?? 'inset' as const,
      selfEndsAt: stateOf(lesson, session).selfEndsAt,
      microphonesLocked: running?.microphonesLocked ?? false,
    },
  };
}
export type Picture = Awaited<ReturnType<typeof readPicture>>;
/** Nobody who enters waits longer for the next picture to be begun, however long one takes. */
const mostRestMs = 300;
export const sharedPictures = (live: () => Live): SharedRead<Picture> => new SharedRead((lessonId) => readPicture(live(), lessonId), mostRestMs);

/** Staff see the whole roster, of a class that comes in pages who is in view, with all that staff may see of them; others see staff, who is on stage, and themselves. */
async function visibleTo(live: Live, seat: Seat, { participants: inView, lesson: { learnerCount } }: Pick<Picture['shown'], 'participants' | 'lesson'>): Promise<Participant[]> {
  if (isStaff(seat.role)) return (comesInPages(learnerCount) ? participantsInView : participantsOf)(live.deps.orm.em.fork(), seat.lessonId);
  if (seat.role === 'observer' || inView.some((one) => one.personId === seat.personId)) return inView;
  const { personId, name, role } = seat;
  return [...inView, { personId, name, role, present: true, visible: seat.reported?.visible ?? true, onStage: false, verdict: null, checkWay: null }];
}

/** One's own part of the chat; staff see who is muted, teachers and assistants that there are private words. */
async function ownChatOf(live: Live, { lessonId, personId, role }: Seat): Promise<Omit<ChatState, keyof ChatRules>> {
  const em = live.deps.orm.em.fork();
  const own = await live.gathered.ownChat({ lessonId, personId });
  return { ...own, mutedPeople: isStaff(role) ? await mutedIn(em, lessonId) : [], ...(mayLead(role) && { privateCount: await privateCountOf(em, lessonId) }) };
}

/** What of the picture is another one within a breakout group. */
async function inGroup(live: Live, lessonId: string, group: { groupId: string; breakoutId: string }) {
  return { messages: await messagesOf(live.deps.orm.em.fork(), lessonId, group), ...await mediaOf(live, { roomId: group.groupId, lessonId }, true) };
}

export async function snapshot(live: Live, seat: Seat): Promise<LessonSnapshot> {
  const { lessonId, personId, role } = seat;
  const { shown, running, breakout } = await live.pictures.get(lessonId);
  const [own, ownChat] = await Promise.all([live.gathered.ownPart({ personId, sessionId: running?.id ?? null, quizId: shown.quiz?.quizId ?? null }), ownChatOf(live, seat)]);
  const groupId = groupIn(breakout, personId);
  return {
    ...shown,
    ...(breakout && groupId && await inGroup(live, lessonId, { groupId, breakoutId: breakout.breakoutId })),
    breakout: breakoutFor(breakout, seat),
    lesson: { ...shown.lesson, role },
    me: { personId, role, ...own.me, leading: shown.lead?.personId === personId },
    quiz: shown.quiz && { ...shown.quiz, answered: own.answered },
    answeredOfSets: own.answeredOfSets,
    participants: await visibleTo(live, seat, shown),
    chat: { ...shown.chat, ...ownChat },
    check: own.check,
    signIn: own.signIn,
    speakerId: live.speakers.get(groupId ?? mediaRoomOf(lessonId)) ?? null,
    recordingTroubles: isStaff(role) ? live.troubles.of(lessonId) : [],
    door: isStaff(role) ? await doorView(live.deps.orm.em.fork(), lessonId, live.deps.now()) : null,
    serverNowMs: live.deps.now().getTime(),
  };
}
