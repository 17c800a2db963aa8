// A learner signs at the place of a lesson with the code shown there: checked, kept with its event, answered.
import { LockMode } from '@mikro-orm/postgresql';
import type { SiteSignBody, SiteSigns } from '#contracts/site-routes.ts';
import { Lesson } from '#db/entities/lesson.ts';
import { SiteSign } from '#db/entities/offline.ts';
import { Cohort } from '#db/entities/people.ts';
import { appendEvent, unitOfWork, type EntityManager } from '#db/orm.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { packAndIdentity } from '#db/queries/rule-packs.ts';
import { signedByOther, signsOf } from '#db/queries/site-signs.ts';
import { cohortIsOpen } from '#domain/cohort.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { identityLack } from '#domain/identity/standing.ts';
import { mayKeepSheet } from '#domain/offline.ts';
import { goodSteps, isSiteOpen, sameSignMs, wrongCodesMost } from '#domain/site-sign.ts';
import type { Attempts } from '#runtime/attempts.ts';
import type { Deps } from '../deps.ts';
import { codeOf, readOwnSigns, requireLearner, siteOf } from './reading.ts';

export interface Signing { deps: Deps; attempts: Attempts }
interface Asked { personId: string; lessonId: string; deviceId: string }

/** Throws lesson_cancelled, sheet_kept, site_closed. */
function requireOpenSite(lesson: Lesson, now: Date): void {
  if (lesson.status === 'cancelled') throw new DomainError('lesson_cancelled', 'the lesson was cancelled');
  if (!mayKeepSheet(lesson.status)) throw new DomainError('sheet_kept', 'its sheet is kept already');
  if (!isSiteOpen(lesson, now.getTime())) throw new DomainError('site_closed', 'not the time of this lesson');
}

/** As at the door of a lesson online. Throws cohort_not_opened, identity_missing, identity_denied. */
async function requireStanding(em: EntityManager, { cohortId }: Lesson, { personId, lessonId }: Asked): Promise<void> {
  const { opening } = await em.findOneOrFail(Cohort, { id: cohortId });
  if (!cohortIsOpen(opening)) throw new DomainError('cohort_not_opened', `the cohort is ${opening}`);
  const { pack, authority } = await packAndIdentity(em, lessonId, personId);
  const lack = identityLack(pack, authority);
  if (lack) throw new DomainError(lack, 'real names come before learning');
}

/** Throws too_many_attempts, site_code_wrong. */
function requireCode({ deps, attempts }: Signing, { personId, lessonId }: Asked, code: string): void {
  const nowMs = deps.now().getTime();
  const wait = attempts.take([{ key: personId, limit: wrongCodesMost }], nowMs);
  if (wait > 0) throw new DomainError('too_many_attempts', `again in ${wait} s`);
  if (!goodSteps(nowMs).some((step) => codeOf(deps, lessonId, step) === code)) throw new DomainError('site_code_wrong', 'not the code that is shown');
  attempts.giveBack(personId);
}

/** Signs of a lesson are kept one after the other, each against those before it. Throws site_device. */
async function keepSign(em: EntityManager, institutionId: string, asked: Asked, at: Date): Promise<void> {
  const { personId, lessonId, deviceId } = asked;
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`site ${lessonId}`]);
  const last = (await signsOf(em, lessonId, personId)).at(-1);
  if (last !== undefined && at.getTime() - last < sameSignMs) return;
  if (await signedByOther(em, asked)) throw new DomainError('site_device', 'this phone signed for somebody else here');
  const signId = newId(at.getTime());
  await em.insert(SiteSign, { id: signId, institutionId, lessonId, personId, at, deviceId });
  await appendEvent(em, actorFor(personId, institutionId), `lesson:${lessonId}`, 'offline:signed', at, { signId, personId, lessonId });
}

/** Throws what the route says. */
export async function signAtPlace(signing: Signing, personId: string, lessonId: string, { code, deviceId }: SiteSignBody): Promise<SiteSigns> {
  const { deps } = signing;
  const asked = { personId, lessonId, deviceId };
  const first = deps.orm.em.fork();
  const { institutionId } = await siteOf(first, lessonId);
  await requireLearner(first, personId, lessonId);
  await unitOfWork(deps.orm, actorFor(personId, institutionId), async (em) => {
    // Until the end of the transaction nobody keeps the sheet.
    const lesson = await em.findOneOrFail(Lesson, { id: lessonId }, { lockMode: LockMode.PESSIMISTIC_READ });
    const now = deps.now();
    requireOpenSite(lesson, now);
    await requireStanding(em, lesson, asked);
    requireCode(signing, asked, code);
    await keepSign(em, institutionId, asked, now);
  });
  return readOwnSigns(deps, personId, lessonId);
}
