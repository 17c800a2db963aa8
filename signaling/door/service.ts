// The door of a lesson: set by staff, people let in, a learner taken out. Each with its event, in one transaction.
import type { RequestData } from '#contracts/request-table.ts';
import type { doorRequests, DoorView } from '#contracts/door.ts';
import type { DoorState } from '#domain/door.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { mediaRefusal } from '#domain/stage.ts';
import { FaceCheck } from '#db/entities/check.ts';
import { appendEvent, appendEvents, unitOfWork, type EntityManager } from '#db/orm.ts';
import { doorView, letInWaiting } from '#db/queries/door.ts';
import { roleInLesson } from '#db/queries/lesson-access.ts';
import type { SeatContext } from '../classroom/context.ts';

export const viewOf = ({ live, seat }: SeatContext): Promise<DoorView> => doorView(live.deps.orm.em.fork(), seat.lessonId, live.deps.now());

/** Setting what is set already changes nothing. Throws lesson_ended, lesson_cancelled. */
export async function setDoor({ live, seat, actor }: SeatContext, door: DoorState): Promise<void> {
  const { lessonId } = seat;
  await unitOfWork(live.deps.orm, actor, async (em) => {
    const [lesson] = await em.execute<{ door: DoorState; status: Parameters<typeof mediaRefusal>[0] }[]>('select door, status from lesson where id = ? for update', [lessonId]);
    const refused = lesson && mediaRefusal(lesson.status);
    // Before its time a door may be set as well.
    if (refused && refused !== 'lesson_not_open') throw new DomainError(refused, 'there is no door any more');
    if (!lesson || lesson.door === door) return;
    await em.execute('update lesson set door = ? where id = ?', [door, lessonId]);
    await appendEvent(em, actor, `lesson:${lessonId}`, 'door:set', live.deps.now(), { door, before: lesson.door });
  });
}

/** Takes a removal back; answers whether there was one. */
async function readmit(em: EntityManager, { live, seat, actor }: SeatContext, personId: string): Promise<boolean> {
  const at = live.deps.now();
  const [taken] = await em.execute<{ id: string }[]>(
    'update removal set readmitted_at = ?, readmitted_by = ? where lesson_id = ? and person_id = ? and readmitted_at is null returning id', [at, seat.personId, seat.lessonId, personId]);
  if (!taken) return false;
  await appendEvent(em, actor, `lesson:${seat.lessonId}`, 'seat:readmitted', at, { removalId: taken.id, personId });
  return true;
}

/** One who waits or was taken out, or all who wait and were not. Throws not_waiting. */
export async function admit(context: SeatContext, personId: string | null): Promise<void> {
  const { live, seat, actor } = context;
  const at = live.deps.now();
  await unitOfWork(live.deps.orm, actor, async (em) => {
    const letIn = await letInWaiting(em, seat.lessonId, personId, seat.personId, at);
    const back = personId !== null && await readmit(em, context, personId);
    if (personId !== null && letIn.length === 0 && !back) throw new DomainError('not_waiting', 'nobody of that name waits or was taken out');
    await appendEvents(em, letIn.map((one) => ({ actor, stream: `lesson:${seat.lessonId}` as const, type: 'door:admitted', at, payload: { personId: one } })));
  });
}

/** What became of the removed one's seat. */
export interface Removed { personId: string; connectionId: string | null; at: Date }

/** A learner of this lesson who is in, or was: nobody else can be taken out. Throws not_found, forbidden. */
async function requireLearner(em: EntityManager, lessonId: string, personId: string): Promise<void> {
  const role = await roleInLesson(em, personId, lessonId);
  if (!role) throw new DomainError('not_found', 'nobody of this lesson');
  if (role !== 'student') throw new DomainError('forbidden', 'only learners are taken out');
  const [seen] = await em.execute<{ id: string }[]>('select id from connection where lesson_id = ? and person_id = ? limit 1', [lessonId, personId]);
  if (!seen) throw new DomainError('not_found', 'this learner was not in the lesson');
}

/** Nobody is blamed for a spot check they could not answer any more; a sign-in that is still open is asked again when they come back. */
async function voidOpenChecks(em: EntityManager, lessonId: string, personId: string, at: Date): Promise<string[]> {
  const open = { lessonId, personId, kind: 'spot' as const, viewingId: null, status: 'asked' as const, deadlineAt: { $gt: at } };
  const checks = await em.find(FaceCheck, open, { disableIdentityMap: true });
  await em.nativeUpdate(FaceCheck, open, { status: 'void', settledAt: at });
  return checks.map(({ id }) => id);
}

/** Asked again it takes out once; null where the learner is out already. Throws not_found, forbidden, bad_request. */
export async function removeLearner({ live, seat, actor }: SeatContext, { personId, reason, note }: RequestData<typeof doorRequests, 'door:remove'>): Promise<Removed | null> {
  const { lessonId, institutionId } = seat;
  const words = note.trim();
  if (reason === 'other' && words === '') throw new DomainError('bad_request', 'another reason needs words');
  return unitOfWork(live.deps.orm, actor, async (em) => {
    // As whoever enters: what the same person does at the door comes before or after this, never in between.
    await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`seat:${lessonId}:${personId}`]);
    await requireLearner(em, lessonId, personId);
    const at = live.deps.now();
    const [ended] = await em.execute<{ id: string }[]>(
      `update connection set left_at = greatest(?, connected_at), left_reason = 'removed' where lesson_id = ? and person_id = ? and left_at is null returning id`, [at, lessonId, personId]);
    const id = newId();
    const rows = await em.execute<{ id: string }[]>(
      `insert into removal (id, institution_id, lesson_id, person_id, connection_id, reason, note, removed_at, removed_by) values (?, ?, ?, ?, ?, ?, ?, ?, ?)
       on conflict (lesson_id, person_id) where readmitted_at is null do nothing returning id`,
      [id, institutionId, lessonId, personId, ended?.id ?? null, reason, words, at, seat.personId]);
    if (rows.length === 0) return null;
    const voidedCheckIds = await voidOpenChecks(em, lessonId, personId, at);
    await appendEvent(em, actor, `lesson:${lessonId}`, 'seat:removed', at, { removalId: id, personId, connectionId: ended?.id ?? null, reason, voidedCheckIds });
    return { personId, connectionId: ended?.id ?? null, at };
  });
}
