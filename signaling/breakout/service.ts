// What a leader does with breakout groups: divides the class, moves a learner, looks in, gives more time, ends it. Each with its event, in one transaction.
import type { breakoutRequests } from '#contracts/breakout.ts';
import type { ChatMessage } from '#contracts/chat.ts';
import type { RequestData } from '#contracts/request-table.ts';
import { divisionRefusal, extendedEnd, groupRecordingOf, groupsRecorded } from '#domain/breakout.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { Breakout, BreakoutGroup } from '#db/entities/breakout.ts';
import { ChatMessage as ChatRow } from '#db/entities/classroom.ts';
import { Lesson } from '#db/entities/lesson.ts';
import { Recording } from '#db/entities/recording.ts';
import { appendEvent, tellFact, unitOfWork, type EntityManager } from '#db/orm.ts';
import { isFull, learnersAmong, requireGroup, stay } from '#db/queries/breakout-stays.ts';
import { endBreakout, holdBreakout, type HeldBreakout } from '#db/queries/breakouts.ts';
import { messageOf } from '#db/queries/chat.ts';
import { lowerHands } from '#db/queries/hands.ts';
import { requireLiveSession } from '#db/queries/lesson-state.ts';
import { leaveStage } from '#db/queries/stage.ts';
import type { SeatContext } from '../classroom/context.ts';

type Data<K extends keyof typeof breakoutRequests> = RequestData<typeof breakoutRequests, K>;

/** Throws breakout_over where the class is together. */
async function requireBreakout(em: EntityManager, lessonId: string): Promise<HeldBreakout> {
  const breakout = await holdBreakout(em, lessonId);
  if (!breakout) throw new DomainError('breakout_over', 'the class is not divided');
  return breakout;
}

/** Throws not_found where somebody is no learner of this lesson. */
async function requireLearners(em: EntityManager, lessonId: string, personIds: readonly string[]): Promise<void> {
  const learners = await learnersAmong(em, lessonId, personIds);
  if (personIds.some((personId) => !learners.has(personId))) throw new DomainError('not_found', 'only learners of this lesson are divided');
}

/** A recording for the worker; the media node captures once somebody is in the room. */
const groupRecording = ({ institutionId, lessonId, sessionId, startedAt }: HeldBreakout, groupId: string) => ({
  id: newId(startedAt.getTime()), institutionId, lessonId, sessionId, groupId, status: 'recording' as const,
  progress: null, secondsLeft: null, failReason: null, createdAt: startedAt, settledAt: null,
});

/** Answers who left the stage for it, and whose hands went down. Throws what breakout:start says. */
export async function startBreakout({ live, seat, actor }: SeatContext, { groups, minutes, recorded: wished }: Data<'breakout:start'>): Promise<{ stage: boolean; hands: boolean }> {
  const refused = divisionRefusal(groups);
  if (refused) throw new DomainError(refused, 'a class cannot be divided like this');
  const { lessonId, institutionId } = seat;
  return unitOfWork(live.deps.orm, actor, async (em) => {
    const session = await requireLiveSession(em, lessonId, true);
    if (await holdBreakout(em, lessonId)) throw new DomainError('breakout_running', 'the class is divided already');
    await requireLearners(em, lessonId, groups.flat());
    const at = live.deps.now();
    const recorded = groupsRecorded(groupRecordingOf(live.deps.config.GROUP_RECORDING, await em.findOneOrFail(Lesson, { id: lessonId })), wished);
    const breakout: HeldBreakout = { id: newId(at.getTime()), lessonId, institutionId, sessionId: session.id, startedAt: at, endsAt: new Date(at.getTime() + minutes * 60_000) };
    await em.insert(Breakout, { ...breakout, startedBy: seat.personId, recorded, endedAt: null, endReason: null });
    const rows = groups.map((personIds, index) => ({ id: newId(at.getTime()), ordinal: index + 1, personIds }));
    await em.insertMany(BreakoutGroup, rows.map(({ id, ordinal }) => ({ id, breakoutId: breakout.id, ordinal })));
    if (recorded) await em.insertMany(Recording, rows.map(({ id }) => groupRecording(breakout, id)));
    await appendEvent(em, actor, `lesson:${lessonId}`, 'breakout:started', at, {
      breakoutId: breakout.id, sessionId: session.id, recorded, endsAt: breakout.endsAt.toISOString(), groups: rows.map(({ id, ordinal }) => ({ groupId: id, ordinal })),
    });
    await stay(em, actor, breakout, rows.flatMap(({ id, personIds }) => personIds.map((personId) => ({ personId, groupId: id }))), 'divided', at);
    await tellFact(em, { type: 'breakout:changed', lessonId });
    const left = await leaveStage(em, actor, session, null, at);
    return { stage: left.length > 0, hands: (await lowerHands(em, actor, session, null, at)).length > 0 };
  });
}

/** Throws breakout_over, not_found, group_full. Being there already changes nothing. */
export async function moveLearner({ live, seat, actor }: SeatContext, { personId, groupId }: Data<'breakout:move'>): Promise<void> {
  await unitOfWork(live.deps.orm, actor, async (em) => {
    const breakout = await requireBreakout(em, seat.lessonId);
    await requireLearners(em, seat.lessonId, [personId]);
    const group = groupId === null ? null : await requireGroup(em, breakout, groupId);
    const [there] = await em.execute<object[]>('select 1 from breakout_member where breakout_id = ? and person_id = ? and group_id = ? and left_at is null', [breakout.id, personId, groupId]);
    if (there) return;
    if (group && isFull(group)) throw new DomainError('group_full', 'this group has as many as fit');
    await stay(em, actor, breakout, [{ personId, groupId }], 'moved', live.deps.now());
  });
}

/** The asker's media go into the group, or back; answers whether hands of the group went down. Throws breakout_over, not_found. */
export async function visitGroup({ live, seat, actor }: SeatContext, groupId: string | null): Promise<boolean> {
  return unitOfWork(live.deps.orm, actor, async (em) => {
    const breakout = await requireBreakout(em, seat.lessonId);
    if (groupId !== null) await requireGroup(em, breakout, groupId);
    const at = live.deps.now();
    await stay(em, actor, breakout, [{ personId: seat.personId, groupId }], 'visit', at);
    const callers = await em.execute<{ person_id: string }[]>(
      `select h.person_id from hand h join breakout_member m on m.person_id = h.person_id and m.group_id = ? and m.left_at is null where h.session_id = ? and h.lowered_at is null`,
      [groupId, breakout.sessionId]);
    // Whoever called sees that somebody came.
    for (const { person_id: personId } of callers) await lowerHands(em, actor, { id: breakout.sessionId, lessonId: seat.lessonId }, personId, at);
    return callers.length > 0;
  });
}

/** Throws breakout_over, bad_request. */
export async function extendBreakout({ live, seat, actor }: SeatContext, minutes: number): Promise<void> {
  await unitOfWork(live.deps.orm, actor, async (em) => {
    const breakout = await requireBreakout(em, seat.lessonId);
    const endsAt = extendedEnd(breakout, minutes);
    if (!endsAt) throw new DomainError('bad_request', 'groups do not last that long');
    await em.nativeUpdate(Breakout, { id: breakout.id }, { endsAt });
    await appendEvent(em, actor, `lesson:${seat.lessonId}`, 'breakout:extended', live.deps.now(), { breakoutId: breakout.id, sessionId: breakout.sessionId, endsAt: endsAt.toISOString() });
    await tellFact(em, { type: 'breakout:changed', lessonId: seat.lessonId });
  });
}

/** Throws breakout_over. */
export async function callBack({ live, seat, actor }: SeatContext): Promise<void> {
  await unitOfWork(live.deps.orm, actor, async (em) => endBreakout(em, actor, await requireBreakout(em, seat.lessonId), 'teacher', live.deps.now()));
}

/** One line for all groups and the class; a retry answers the stored one, `sent` false. Throws breakout_over, bad_request, word_refused. */
export async function tellGroups({ live, seat, actor }: SeatContext, { messageId, text }: Data<'breakout:tell'>): Promise<{ message: ChatMessage; sent: boolean }> {
  const { lessonId, personId, institutionId, name } = seat;
  if (text.trim() === '') throw new DomainError('bad_request', 'a line has words');
  await live.deps.words.requireClean(text);
  return unitOfWork(live.deps.orm, actor, async (em) => {
    const breakout = await requireBreakout(em, lessonId);
    const known = await em.findOne(ChatRow, { id: messageId });
    if (known) {
      const stored = await messageOf(em, lessonId, messageId);
      if (!stored || known.personId !== personId || known.text !== text) throw new DomainError('bad_request', 'this message id is used');
      return { message: stored, sent: false };
    }
    const at = live.deps.now();
    await em.insert(ChatRow, { id: messageId, institutionId, lessonId, personId, text, sentAt: at, deletedAt: null, deletedBy: null, groupId: null, breakoutId: breakout.id });
    return { message: { messageId, personId, name, text, sentAt: at.toISOString(), deletedBy: null }, sent: true };
  });
}
