// Drawing the moments of spot checks from a session's sealed seed: of everybody at its start, and of whoever is enrolled while it runs (R61, R117, docs/decisions/044).
import { drawMoments, type Moment } from '#domain/check-schedule.ts';
import { newId } from '#domain/id.ts';
import { unitOffsets } from '#domain/unit-clock.ts';
import { hashDraw } from '#runtime/check-evidence.ts';
import { seededRandom } from '#runtime/seeded-random.ts';
import type { FaceCheck } from '#db/entities/check.ts';
import { LessonSession, Unit } from '#db/entities/lesson.ts';
import { appendEvent, platform, type Actor, type EntityManager } from '#db/orm.ts';
import type { Live } from '../classroom/context.ts';
import { checkRules } from './check-rules.ts';

const inOneStatement = 5_000;

interface DrawFor { actor: Actor; personIds: readonly string[]; at: Date; late: boolean }

type OfDraw = Pick<FaceCheck, 'institutionId' | 'lessonId' | 'sessionId' | 'windowMs'>;
/** As one statement for thousands: a class of ten thousand has tens of thousands of moments, and nobody else is answered while rows are put together. */
async function insertDrawn(em: EntityManager, { institutionId, lessonId, sessionId, windowMs }: OfDraw, moments: readonly Moment[]): Promise<void> {
  await em.execute(
    `insert into face_check (id, institution_id, lesson_id, session_id, unit_id, person_id, kind, drawn, status, due_at, window_ms, refusals)
     select id, ?::uuid, ?::uuid, ?::uuid, unit_id, person_id, 'spot', true, 'drawn', due_at, ?::int, 0
     from jsonb_to_recordset(?::jsonb) as m(id uuid, unit_id uuid, person_id uuid, due_at timestamptz)`,
    [institutionId, lessonId, sessionId, windowMs, JSON.stringify(moments.map(({ unitId, personId, dueMs }) => ({ id: newId(), unit_id: unitId, person_id: personId, due_at: new Date(dueMs) })))]);
}

/**
 * Writes the moments of these learners, and pins them by an event without telling them. `late`: the event names the learners, for the draw of the others stands. Nothing is
 * written where there is nothing to draw, but for the first draw its event.
 */
export async function drawFor(em: EntityManager, live: Live, session: LessonSession, { actor, personIds, at, late }: DrawFor): Promise<void> {
  const { spotPerUnit: perUnit, windowMs, perSecond } = checkRules(live, session);
  const { id: sessionId, lessonId, institutionId, startedAt, checkSeed, checkSeedHash: seedHash, rulePack } = session;
  const startMs = startedAt.getTime();
  const units = unitOffsets(await em.find(Unit, { lessonId })).map((span) => ({ unitId: span.unitId, startMs: startMs + span.startMs, endMs: startMs + span.endMs }));
  const moments = drawMoments({ units, personIds, perUnit, windowMs, perSecond, randomFor: (label) => seededRandom(checkSeed, label) });
  if (late && moments.length === 0) return;
  for (let from = 0; from < moments.length; from += inOneStatement) await insertDrawn(em, { institutionId, lessonId, sessionId, windowMs }, moments.slice(from, from + inOneStatement));
  const figures = { units, perUnit, windowMs, perSecond, drawn: moments.length };
  const drawHash = hashDraw({ sessionId, rulePack, seedHash, draw: { at: at.toISOString(), ...figures }, moments });
  const told = late ? { sessionId, seedHash, personIds, drawn: moments.length, drawHash } : { sessionId, seedHash, ...figures, drawHash };
  await appendEvent(em, actor, `lesson:${lessonId}`, late ? 'check:drawnLate' : 'check:drawn', at, told);
}

/** Who has been here longer was seen to have moments, or was drawn for. */
const cameLatelyMs = 10 * 60_000;

/** Learners who are here and have no moments, because they were enrolled when the others had been drawn: from the same seed, so that nobody chose theirs either. */
export async function drawLate(em: EntityManager, live: Live, at: Date): Promise<void> {
  const rows = await em.execute<{ session_id: string; people: string[] }[]>(
    `select s.id as session_id, array_agg(distinct c.person_id order by c.person_id) as people from lesson_session s
     join connection c on c.lesson_id = s.lesson_id and c.left_at is null and c.role = 'student' and c.connected_at > ?
     where s.ended_at is null and not exists (select from face_check f where f.session_id = s.id and f.person_id = c.person_id and f.drawn) group by s.id`, [new Date(at.getTime() - cameLatelyMs)]);
  for (const { session_id: id, people } of rows) {
    const session = await em.findOneOrFail(LessonSession, { id });
    if (checkRules(live, session).spotPerUnit > 0) await drawFor(em, live, session, { actor: { ...platform, institutionId: session.institutionId }, personIds: people, at, late: true });
  }
}
