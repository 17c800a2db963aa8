// Viewings that make up, as the domain wants them: what was watched in each, and its checks with what counts of them.
import { FaceCheck } from '../entities/check.ts';
import { MakeUp } from '../entities/make-up.ts';
import type { EntityManager } from '../orm.ts';
import type { CheckKind, CheckStatus, Verdict } from '#domain/check.ts';
import type { Sitting, SittingCheck, WatchedPiece } from '#domain/presence/sitting.ts';
import { countedVerdict, type ReviewOutcome } from '#domain/review.ts';
import { lastOutcomeSql } from './decisions.ts';
import { arrayOf } from './lesson-access.ts';

interface CheckRow {
  viewing_id: string; id: string; kind: CheckKind; status: CheckStatus; clock_ms: number; asked: number; verdict: Verdict | null; outcome: ReviewOutcome | null; retry_of: string | null;
}
const checkColumns = `f.viewing_id, f.id, f.kind, f.status, f.clock_ms, (extract(epoch from f.asked_at) * 1000)::float8 as asked, f.verdict,
  ${lastOutcomeSql('f.id')} as outcome, f.first_check_id as retry_of`;
const checkOf = (row: CheckRow): SittingCheck => ({
  checkId: row.id, kind: row.kind, status: row.status, clockMs: row.clock_ms, askedMs: row.asked, verdict: countedVerdict(row.verdict, row.outcome), retryOf: row.retry_of,
});

export interface OwnSitting extends Sitting { lessonId: string; personId: string; unitId: string }

/** Of lessons: everybody's, or one person's; those in which nothing was watched are left out. */
export async function sittingsOf(em: EntityManager, lessonIds: readonly string[], personId: string | null): Promise<OwnSitting[]> {
  const of = [arrayOf(lessonIds), personId, personId];
  const rows = await em.execute<{ viewing_id: string; lesson_id: string; person_id: string; unit_id: string; watched: WatchedPiece[] }[]>(
    `select viewing_id, lesson_id, person_id, unit_id, watched from make_up where lesson_id = any(?::uuid[]) and (?::uuid is null or person_id = ?) and watched <> '[]' order by begun_at, viewing_id`, of);
  if (rows.length === 0) return [];
  const checks = await em.execute<CheckRow[]>(
    `select ${checkColumns} from make_up m join face_check f on f.viewing_id = m.viewing_id where m.lesson_id = any(?::uuid[]) and (?::uuid is null or m.person_id = ?)`, of);
  const byViewing = Map.groupBy(checks, (row) => row.viewing_id);
  return rows.map((row) => ({ viewingId: row.viewing_id, lessonId: row.lesson_id, personId: row.person_id, unitId: row.unit_id, watched: row.watched, checks: (byViewing.get(row.viewing_id) ?? []).map(checkOf) }));
}

export interface OpenSitting { row: MakeUp; checks: SittingCheck[]; /** Waits for its answer. */ asked: FaceCheck | null }

/** The sitting of one viewing as it is now; null where the viewing makes nothing up. */
export async function sittingOfViewing(em: EntityManager, viewingId: string): Promise<OpenSitting | null> {
  const row = await em.findOne(MakeUp, { viewingId }, { disableIdentityMap: true });
  if (!row) return null;
  const checks = await em.execute<CheckRow[]>(`select ${checkColumns} from face_check f where f.viewing_id = ? order by f.asked_at, f.id`, [viewingId]);
  return { row, checks: checks.map(checkOf), asked: await em.findOne(FaceCheck, { viewingId, status: 'asked' }, { disableIdentityMap: true }) };
}
