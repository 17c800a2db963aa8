// The events and rows that prove a lesson's draw of spot checks. What is secret during the lesson is left out until the seed was told.
import type { CheckEvidence } from '#contracts/check-evidence.ts';
import type { EntityManager } from '../orm.ts';

export type SessionEvidence = Omit<CheckEvidence['sessions'][number], 'proven'>;
type Draw = SessionEvidence['draw'];
interface Told<T> { id: string; type: string; at: string; payload: { sessionId: string } & T }
type Event = Told<{ seedHash: string; rulePack: string; seed: string; personIds: string[] } & Omit<Draw, 'personIds' | 'eventId' | 'at'>>;

const toldBy = ({ id, at }: Pick<Event, 'id' | 'at'>): { eventId: string; at: string } => ({ eventId: id, at: new Date(at).toISOString() });

/** Sessions of the lesson whose draw is on record, oldest first. */
export async function checkEvidence(em: EntityManager, lessonId: string): Promise<SessionEvidence[]> {
  const events = await em.execute<Event[]>(
    `select id, type, at, payload from event where stream = ? and type in ('check:sealed', 'check:drawn', 'check:drawnLate', 'check:revealed') order by at, id`, [`lesson:${lessonId}`]);
  const rows = await em.execute<{ session_id: string; person_id: string; unit_id: string; due: number }[]>(
    `select session_id, person_id, unit_id, (extract(epoch from due_at) * 1000)::float8 as due from face_check where lesson_id = ? and drawn order by due_at, person_id`, [lessonId]);
  const find = (type: string, sessionId: string): Event | undefined => events.find((event) => event.type === type && event.payload.sessionId === sessionId);
  return events.filter(({ type }) => type === 'check:sealed').flatMap((sealed): SessionEvidence[] => {
    const { sessionId, seedHash, rulePack } = sealed.payload;
    const drawn = find('check:drawn', sessionId);
    if (!drawn) return [];
    const revealed = find('check:revealed', sessionId);
    const moments = revealed ? rows.filter((row) => row.session_id === sessionId).map((row) => ({ personId: row.person_id, unitId: row.unit_id, dueMs: row.due })) : [];
    const { units, perUnit, windowMs, perSecond, drawn: count, drawHash } = drawn.payload;
    const late = events.filter(({ type, payload }) => type === 'check:drawnLate' && payload.sessionId === sessionId)
      .map((event) => ({ ...toldBy(event), personIds: event.payload.personIds, drawn: event.payload.drawn, drawHash: event.payload.drawHash }));
    const lateIds = new Set(late.flatMap(({ personIds }) => personIds));
    return [{
      sessionId, rulePack, seedHash, sealed: toldBy(sealed), seed: revealed?.payload.seed ?? null, revealed: revealed ? toldBy(revealed) : null, moments, late,
      draw: { ...toldBy(drawn), units, personIds: [...new Set(moments.map(({ personId }) => personId))].filter((personId) => !lateIds.has(personId)).sort(), perUnit, windowMs, perSecond, drawn: count, drawHash },
    }];
  });
}
