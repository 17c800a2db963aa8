// Who leads: the person whose camera and screen are the lesson's; another leader takes over while the lead is away.
import { DomainError } from '#domain/errors.ts';
import { Connection, LessonSession } from '#db/entities/lesson.ts';
import { Person } from '#db/entities/people.ts';
import { appendEvent, unitOfWork, type EntityManager } from '#db/orm.ts';
import { endInterruption } from '#db/queries/interruptions.ts';
import { requireLiveSession } from '#db/queries/lesson-state.ts';
import type { Live, Seat } from './context.ts';
import { lessonRoom } from './rooms.ts';

export interface Lead { personId: string; name: string; present: boolean }

export async function leadOf(em: EntityManager, session: LessonSession | null): Promise<Lead | null> {
  if (!session?.leadPersonId || session.endedAt) return null;
  const person = await em.findOneOrFail(Person, { id: session.leadPersonId });
  const seats = await em.count(Connection, { lessonId: session.lessonId, personId: person.id, leftAt: null });
  return { personId: person.id, name: person.name, present: seats > 0 };
}

export async function tellLead(live: Live, lessonId: string): Promise<void> {
  const em = live.deps.orm.em.fork();
  const session = await em.findOne(LessonSession, { lessonId, endedAt: null });
  live.io.to(lessonRoom(lessonId)).emit('lesson:leadChanged', { lead: await leadOf(em, session) });
}

/** Throws lead_present while the lead is there, lesson_not_live, lesson_ended. Taking what one has changes nothing. */
export async function takeOver(live: Live, seat: Seat): Promise<boolean> {
  const { orm, now } = live.deps;
  const actor = { personId: seat.personId, institutionId: seat.institutionId };
  return unitOfWork(orm, actor, async (em) => {
    const at = now();
    const session = await requireLiveSession(em, seat.lessonId, true);
    if (session.leadPersonId === seat.personId) return false;
    if ((await leadOf(em, session))?.present) throw new DomainError('lead_present', 'the lead is present');
    const from = session.leadPersonId;
    await em.nativeUpdate(LessonSession, { id: session.id }, { leadPersonId: seat.personId });
    await appendEvent(em, actor, `lesson:${seat.lessonId}`, 'lead:changed', at, { sessionId: session.id, from, to: seat.personId });
    await endInterruption(em, session, 'lead_gone', at);
    return true;
  });
}
