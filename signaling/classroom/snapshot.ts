// All that a client needs to draw the classroom, read from the rows: what everybody sees once for all who ask, one's own part for each.
import type { ChatRules, ChatState } from '#contracts/chat.ts';
import type { LessonSnapshot } from '#contracts/lesson.ts';
import type { ProducerInfo } from '#contracts/media.ts';
import type { Participant } from '#contracts/person.ts';
import { isStaff, mayLead } from '#domain/roles.ts';
import { mediaRefusal } from '#domain/stage.ts';
import { chatRulesOf, messagesOf, mutedIn } from '#db/queries/chat.ts';
import { doorView } from '#db/queries/door.ts';
import { stageCourseware } from '#db/queries/courseware-shown.ts';
import { handsOf } from '#db/queries/hands.ts';
import { lessonDetailFor } from '#db/queries/lesson-detail.ts';
import { lessonWithSession, stateOf } from '#db/queries/lesson-state.ts';
import { participantsInView, participantsOf, presentCounts, publicView } from '#db/queries/participants.ts';
import { lastPick } from '#db/queries/picks.ts';
import { privateCountOf } from '#db/queries/private.ts';
import { openQuizView, runningQuiz } from '#db/queries/quizzes.ts';
import type { Live, Seat } from './context.ts';
import { leadOf } from './lead.ts';
import { openMediaRoom } from './media-room.ts';
import { SharedRead } from './shared-read.ts';

async function mediaOf(live: Live, lessonId: string, flowing: boolean): Promise<{ producers: ProducerInfo[]; mediaAvailable: boolean }> {
  if (!flowing || !live.media.available) return { producers: [], mediaAvailable: live.media.available };
  return openMediaRoom(live, lessonId).then(
    (producers) => ({ producers, mediaAvailable: true }),
    (error: unknown) => {
      live.deps.log.warn({ err: error, lessonId }, 'media room could not be opened');
      return { producers: [], mediaAvailable: false };
    });
}

/** What everybody in a lesson sees alike. */
async function readPicture(live: Live, lessonId: string) {
  const em = live.deps.orm.em.fork();
  const { lesson, session } = await lessonWithSession(em, lessonId);
  const running = session && !session.endedAt ? session : null;
  const quiz = running && (await runningQuiz(em, running.id));
  return {
    running,
    shown: {
      lesson: await lessonDetailFor(em, lessonId, 'observer'),
      lead: await leadOf(em, running),
      hands: running ? await handsOf(em, running.id) : [],
      quiz: quiz ? await openQuizView(em, quiz, null) : null,
      picked: running ? await lastPick(em, running.id) : null,
      participants: (await participantsInView(em, lessonId)).map(publicView),
      presentCount: (await presentCounts(em, [lessonId])).get(lessonId) ?? 0,
      messages: await messagesOf(em, lessonId),
      chat: await chatRulesOf(em, lessonId),
      ...(await mediaOf(live, lessonId, mediaRefusal(lesson.status) === null)),
      broadcastOffered: lesson.recorded && live.deps.config.LIVE_STREAMS > 0,
      recordingLayout: running?.layout ?? 'inset' as const,
      courseware: await stageCourseware(em, running?.id ?? null),
      selfEndsAt: stateOf(lesson, session).selfEndsAt,
      microphonesLocked: running?.microphonesLocked ?? false,
    },
  };
}
export type Picture = Awaited<ReturnType<typeof readPicture>>;
export const sharedPictures = (live: () => Live): SharedRead<Picture> => new SharedRead((lessonId) => readPicture(live(), lessonId));

/** Staff see the whole roster; others see staff, who is on stage, and themselves. */
async function visibleTo(live: Live, seat: Seat, inView: Participant[]): Promise<Participant[]> {
  if (isStaff(seat.role)) return participantsOf(live.deps.orm.em.fork(), seat.lessonId);
  if (seat.role === 'observer' || inView.some((one) => one.personId === seat.personId)) return inView;
  const { personId, name, role } = seat;
  return [...inView, { personId, name, role, present: true, visible: seat.reported?.visible ?? true, onStage: false, verdict: null, checkWay: null }];
}

/** One's own part of the chat; staff see who is muted, teachers and assistants that there are private words. */
async function ownChatOf(live: Live, { lessonId, personId, role }: Seat): Promise<Omit<ChatState, keyof ChatRules>> {
  const em = live.deps.orm.em.fork();
  const own = await live.gathered.ownChat({ lessonId, personId });
  return { ...own, mutedIds: isStaff(role) ? await mutedIn(em, lessonId) : [], ...(mayLead(role) && { privateCount: await privateCountOf(em, lessonId) }) };
}

export async function snapshot(live: Live, seat: Seat): Promise<LessonSnapshot> {
  const { lessonId, personId, role } = seat;
  const { shown, running } = await live.pictures.get(lessonId);
  const [own, ownChat] = await Promise.all([live.gathered.ownPart({ personId, sessionId: running?.id ?? null, quizId: shown.quiz?.quizId ?? null }), ownChatOf(live, seat)]);
  return {
    ...shown,
    lesson: { ...shown.lesson, role },
    me: { personId, role, ...own.me, leading: shown.lead?.personId === personId },
    quiz: shown.quiz && { ...shown.quiz, answered: own.answered },
    participants: await visibleTo(live, seat, shown.participants),
    chat: { ...shown.chat, ...ownChat },
    check: own.check,
    signIn: own.signIn,
    speakerId: live.speakers.get(lessonId) ?? null,
    recordingTroubles: isStaff(role) ? live.troubles.get(lessonId) ?? [] : [],
    door: isStaff(role) ? await doorView(live.deps.orm.em.fork(), lessonId, live.deps.now()) : null,
    serverNowMs: live.deps.now().getTime(),
  };
}
