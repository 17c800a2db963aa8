// Rows that only serve for a while go when they are old enough, and the security log by its months: each batch with a certificate and an event (R28, R154).
import { appendEvent, platform, unitOfWork } from '#db/orm.ts';
import { addCertificate } from '#db/queries/repeat-deletion.ts';
import { newId } from '#domain/id.ts';
import { logBefore, logRule, type RetentionFigure, type RetentionRule } from '#domain/retention.ts';
import type { RetentionDeps } from './delete-thing.ts';

const batch = 10_000;
const stream = 'platform:log';
interface Old { counts: Record<string, number>; hash: string; before: Date; rule: RetentionRule }

async function told({ now }: RetentionDeps, em: Parameters<typeof addCertificate>[0], { counts, hash, before, rule }: Old): Promise<void> {
  const at = now();
  const certificateId = newId(at.getTime());
  await addCertificate(em, { id: certificateId, class: 'log', subjectId: null, institutionId: null, beforeAt: before.toISOString(), counts, idsHash: hash, rule: rule.named, dueAt: at.toISOString(), deletedAt: at.toISOString(), askedBy: null });
  await appendEvent(em, platform, stream, 'retention:deleted', at, { certificateId, class: 'log', before: before.toISOString(), counts, idsHash: hash, rule: rule.named });
}

/** Answers how many rows went. `most` at a time, each a transaction of its own; what a hold keeps stays. */
export async function deleteOldRows(deps: RetentionDeps, goOn: () => boolean = () => true, most = batch): Promise<number> {
  const tables = await deps.orm.em.fork().execute<{ name: string; figure: RetentionFigure }[]>('select name, figure from retention_sweeps()');
  let all = 0;
  for (const { name, figure } of tables) {
    const rule = logRule(figure);
    const before = logBefore(rule, deps.now());
    for (let gone = most; gone === most && goOn();) {
      gone = await unitOfWork(deps.orm, platform, async (em) => {
        const [row] = await em.execute<{ gone: Pick<Old, 'counts' | 'hash'> }[]>('select delete_old_rows(?, ?, ?) as gone', [name, before, most]);
        const count = row!.gone.counts[name] ?? 0;
        if (count > 0) await told(deps, em, { ...row!.gone, before, rule });
        return count;
      });
      all += gone;
    }
  }
  return all;
}

/** Whole months older than the rule, but not from the month on in which a row speaks of a person or an institution under a hold. Answers how many months went. */
export async function dropOldSecurityLog(deps: RetentionDeps): Promise<number> {
  const rule = logRule('securityLogDays');
  const before = logBefore(rule, deps.now());
  return unitOfWork(deps.orm, platform, async (em) => {
    const [held] = await em.execute<{ at: string | null }[]>(
      `select min(s.at) as at from security_log s where s.at < ? and exists (select from legal_hold h where h.ended_at is null and (h.scope = 'person' and h.subject_id = s.person_id or h.scope = 'institution' and h.subject_id = s.at_institution))`, [before]);
    const last = held?.at ? new Date(held.at) : before;
    const until = new Date(Date.UTC(last.getUTCFullYear(), last.getUTCMonth(), 1));
    const [row] = await em.execute<{ months: number }[]>('select drop_security_log_before(?::date) as months', [until.toISOString().slice(0, 10)]);
    if (row!.months > 0) await told(deps, em, { counts: { security_log: row!.months }, hash: emptyHash, before: until, rule });
    return row!.months;
  });
}
/** Of a month nothing is read before it goes: SHA-256 of nothing. */
const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
