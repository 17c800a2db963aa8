// A look by staff: whether they saw the learner who is checked on the other way. With the code, or alone where no phone is on file, it is the verdict.
import { LockMode } from '@mikro-orm/postgresql';
import { alternativeVerdict, type CheckStatus } from '#domain/check.ts';
import { DomainError } from '#domain/errors.ts';
import { FaceCheck } from '#db/entities/check.ts';
import { appendEvent, unitOfWork } from '#db/orm.ts';
import { requireLiveSession } from '#db/queries/lesson-state.ts';
import { settleCheck } from '#db/queries/settled-checks.ts';
import type { SeatContext } from '../classroom/context.ts';

/** Throws check_not_asked, check_settled, check_late where this check takes no look. */
function requireOpen(check: FaceCheck, at: Date): void {
  if (check.way !== 'alternative' || !check.deadlineAt || check.status === 'drawn' || check.status === 'void') throw new DomainError('check_not_asked', 'nobody waits for a look here');
  if (check.status !== 'asked' || check.seen !== null) throw new DomainError('check_settled', 'somebody looked already');
  if (at.getTime() > check.deadlineAt.getTime()) throw new DomainError('check_late', 'the time for this check is over');
}

/** The first look counts. Throws not_found for a check of another lesson, forbidden for one's own, lesson_not_live, lesson_ended, and as above. */
export async function look({ live, seat, actor }: SeatContext, { checkId, seen }: { checkId: string; seen: boolean }): Promise<{ status: CheckStatus; waiting: FaceCheck | null }> {
  const { orm, now } = live.deps;
  return unitOfWork(orm, actor, async (em) => {
    await requireLiveSession(em, seat.lessonId);
    const check = await em.findOne(FaceCheck, { id: checkId, lessonId: seat.lessonId, viewingId: null }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
    if (!check) throw new DomainError('not_found', 'no such check in this lesson');
    if (check.personId === seat.personId) throw new DomainError('forbidden', 'nobody confirms themselves');
    const at = now();
    requireOpen(check, at);
    Object.assign(check, { seen, lookedAt: at, lookedBy: seat.personId });
    await em.flush();
    await appendEvent(em, actor, `lesson:${seat.lessonId}`, 'check:looked', at, { checkId, personId: check.personId, seen, code: check.code });
    const verdict = alternativeVerdict({ code: check.code ?? 'unsent', seen, over: false });
    if (verdict && (await settleCheck(em, actor, check, verdict, at))) return { status: 'settled' as const, waiting: null };
    return { status: 'asked' as const, waiting: check };
  });
}
