// All that a client needs to draw the classroom, read from the rows.
import type { ChatMessage } from '#contracts/chat.ts';
import type { LessonSnapshot } from '#contracts/lesson.ts';
import type { ProducerInfo } from '#contracts/media.ts';
import type { Participant } from '#contracts/person.ts';
import { isStaff } from '#domain/roles.ts';
import { mediaRefusal } from '#domain/stage.ts';
import type { LessonSession } from '#db/entities/lesson.ts';
import type { EntityManager } from '#db/orm.ts';
import { checkWayOf } from '#db/queries/check-way.ts';
import { askedCheckOf } from '#db/queries/checks.ts';
import { handsOf } from '#db/queries/hands.ts';
import { lessonDetail } from '#db/queries/lesson-detail.ts';
import { lessonWithSession, stateOf } from '#db/queries/lesson-state.ts';
import { participantsOf, presentCounts, publicView } from '#db/queries/participants.ts';
import { openQuizView, runningQuiz } from '#db/queries/quizzes.ts';
import { currentVisit } from '#db/queries/stage.ts';
import type { Live, Seat } from './context.ts';
import { leadOf } from './lead.ts';
import { openMediaRoom } from './media-room.ts';

const messagesShown = 100;

async function messagesOf(em: EntityManager, lessonId: string): Promise<ChatMessage[]> {
  const rows = await em.execute<{ id: string; person_id: string; name: string; text: string; sent_at: string }[]>(
    `select m.id, m.person_id, p.name, m.text, m.sent_at from chat_message m join person p on p.id = m.person_id
     where m.lesson_id = ? order by m.sent_at desc, m.id desc limit ?`, [lessonId, messagesShown]);
  return rows.reverse().map((row) => ({
    messageId: row.id, personId: row.person_id, name: row.name, text: row.text, sentAt: new Date(row.sent_at).toISOString(),
  }));
}

/** Staff see the whole roster; others see staff, who is on stage, and themselves. */
function visibleTo(seat: Seat, all: Participant[]): Participant[] {
  if (isStaff(seat.role)) return all;
  return all.filter((one) => isStaff(one.role) || one.onStage || one.personId === seat.personId).map(publicView);
}

async function mediaOf(live: Live, lessonId: string, flowing: boolean): Promise<{ producers: ProducerInfo[]; mediaAvailable: boolean }> {
  if (!flowing || !live.media.available) return { producers: [], mediaAvailable: live.media.available };
  return openMediaRoom(live, lessonId).then(
    (producers) => ({ producers, mediaAvailable: true }),
    (error: unknown) => {
      live.deps.log.warn({ err: error, lessonId }, 'media room could not be opened');
      return { producers: [], mediaAvailable: false };
    });
}

async function ofSession(em: EntityManager, session: LessonSession | null, seat: Seat) {
  const running = session && !session.endedAt ? session : null;
  const quiz = running && (await runningQuiz(em, running.id));
  return {
    lead: await leadOf(em, running),
    hands: running ? await handsOf(em, running.id) : [],
    quiz: quiz ? await openQuizView(em, quiz, seat.personId) : null,
    visit: running ? await currentVisit(em, running.id, seat.personId) : null,
  };
}

export async function snapshot(live: Live, seat: Seat): Promise<LessonSnapshot> {
  const em = live.deps.orm.em.fork();
  const { lessonId, personId, role } = seat;
  const now = live.deps.now();
  const { lesson, session } = await lessonWithSession(em, lessonId);
  const { lead, hands, quiz, visit } = await ofSession(em, session, seat);
  const way = await checkWayOf(em, personId);
  return {
    lesson: await lessonDetail(em, lessonId, personId),
    me: {
      personId, role, onStage: Boolean(visit?.acceptedAt), stageInvited: visit !== null && !visit.acceptedAt,
      checkWay: way.way, faceEnrolled: way.faceEnrolled, recordingNoticed: way.recordingNoticed, leading: lead?.personId === personId,
    },
    lead, hands, quiz,
    participants: visibleTo(seat, await participantsOf(em, lessonId)),
    presentCount: (await presentCounts(em, [lessonId])).get(lessonId) ?? 0,
    messages: await messagesOf(em, lessonId),
    check: await askedCheckOf(em, lessonId, personId, now),
    ...(await mediaOf(live, lessonId, mediaRefusal(lesson.status) === null)),
    speakerId: live.speakers.get(lessonId) ?? null,
    recordingLayout: session && !session.endedAt ? session.layout : 'inset',
    recordingTroubles: isStaff(role) ? live.troubles.get(lessonId) ?? [] : [],
    selfEndsAt: stateOf(lesson, session).selfEndsAt,
    serverNowMs: live.deps.now().getTime(),
  };
}
