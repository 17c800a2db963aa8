// What time does to face checks: sign-ins of a unit, drawn moments that come, deadlines that pass.
import { FaceCheck } from '#db/entities/check.ts';
import { appendEvent, platform, tellFact, unitOfWork, type EntityManager } from '#db/orm.ts';
import { faceReadySql } from '#db/queries/checks.ts';
import type { Live } from '../classroom/context.ts';
import { askDrawn, askNew } from './asking.ts';
import { tellAsked } from './telling.ts';

/** A snapshot on its way at the deadline is let in by the upload's own clock; only then it is missed. */
const missedAfterMs = 2_000;
const checkLock = 'keshi:check-clock';

interface SignIn { session_id: string; lesson_id: string; institution_id: string; unit_id: string; person_id: string }
interface Drawn { id: string; institution_id: string; window_ms: number }

/** Learners present in a running unit who have not been asked to sign in to it. */
const signInsDue = (em: EntityManager) => em.execute<SignIn[]>(
  `select s.id as session_id, s.lesson_id, s.institution_id, u.id as unit_id, c.person_id
   from lesson_session s join unit u on u.lesson_id = s.lesson_id and u.started_at is not null and u.ended_at is null
   join connection c on c.lesson_id = s.lesson_id and c.left_at is null and c.role = 'student'
   where s.ended_at is null and ${faceReadySql('c.person_id')}
     and not exists (select from face_check f where f.session_id = s.id and f.person_id = c.person_id
       and ((f.unit_id = u.id and f.kind = 'sign_in') or f.status = 'asked'))`);

/** The earliest drawn check that is due of each learner who is here and has nothing else to answer, nor had a moment ago. */
const drawnDue = (em: EntityManager, at: Date) => em.execute<Drawn[]>(
  `select distinct on (f.session_id, f.person_id) f.id, f.institution_id, f.window_ms
   from face_check f join lesson_session s on s.id = f.session_id and s.ended_at is null
   join connection c on c.lesson_id = f.lesson_id and c.person_id = f.person_id and c.left_at is null
   where f.status = 'drawn' and f.due_at <= ? and ${faceReadySql('f.person_id')}
     and not exists (select from face_check o where o.session_id = f.session_id and o.person_id = f.person_id
       and (o.status = 'asked' or o.asked_at > ?::timestamptz - f.window_ms * interval '1 millisecond'))
   order by f.session_id, f.person_id, f.due_at, f.id`, [at, at]);

/** Asks what is due; one process at a time, so that nobody is asked twice. */
export async function askDueChecks(live: Live): Promise<void> {
  const { orm, now, config } = live.deps;
  const asked = await unitOfWork(orm, platform, async (em) => {
    const [lock] = await em.execute<{ mine: boolean }[]>('select pg_try_advisory_xact_lock(hashtextextended(?, 0)) as mine', [checkLock]);
    if (!lock?.mine) return [];
    const at = now();
    const checks: (FaceCheck | null)[] = [];
    for (const due of await signInsDue(em)) {
      checks.push(await askNew(em, { ...platform, institutionId: due.institution_id }, {
        institutionId: due.institution_id, lessonId: due.lesson_id, sessionId: due.session_id, unitId: due.unit_id, personId: due.person_id,
        kind: 'sign_in', windowMs: config.FACE_CHECK_WINDOW_SECONDS * 1000,
      }, at));
    }
    for (const due of await drawnDue(em, at)) {
      checks.push(await askDrawn(em, { ...platform, institutionId: due.institution_id }, { id: due.id, windowMs: due.window_ms }, at));
    }
    return checks.filter((check) => check !== null);
  });
  tellAsked(live, asked);
}

/** Settles as missed what was not answered in time; told through the fact, like every verdict. */
export async function missLateChecks(live: Live): Promise<void> {
  const { orm, now } = live.deps;
  const late = await orm.em.fork().find(FaceCheck, { status: 'asked', deadlineAt: { $lt: new Date(now().getTime() - missedAfterMs) } });
  for (const { id: checkId, lessonId, personId, institutionId } of late) {
    const actor = { ...platform, institutionId };
    await unitOfWork(orm, actor, async (em) => {
      const at = now();
      const changed = await em.nativeUpdate(FaceCheck, { id: checkId, status: 'asked' }, { status: 'settled', verdict: 'missed', settledAt: at });
      if (changed === 0) return;
      await appendEvent(em, actor, `lesson:${lessonId}`, 'check:missed', at, { checkId, personId });
      await tellFact(em, { type: 'check:settled', lessonId, checkId });
    });
  }
}
