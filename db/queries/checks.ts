// Face checks of a session as learners and staff see them.
import type { AskedCheck, CheckBrief } from '#contracts/check.ts';
import type { AskedWay, CheckKind, CheckStatus, CodeState, Verdict } from '#domain/check.ts';
import { consentVersion } from '#domain/consent.ts';
import { countedVerdict, type ReviewOutcome } from '#domain/review.ts';
import type { FaceCheck } from '../entities/check.ts';
import { tellFacts, type EntityManager, type Stream } from '../orm.ts';
import { lastOutcomeSql } from './decisions.ts';
import { arrayOf } from './lesson-access.ts';

/** SQL for the way of the person in column `person` (alias and column; no alias here begins with `way_`): the rule of `checkWayOf` for many at once. */
export const checkWaySql = (person: string): string => `(
  select case when way_chosen.way = 'alternative' or (way_consent.version = ${consentVersion.face} and not way_consent.given) then 'alternative'
    when way_consent.version = ${consentVersion.face} and way_consent.given then 'face' else 'undecided' end
  from (select 1) way_one left join check_way way_chosen on way_chosen.person_id = ${person}
  left join lateral (select way_latest.version, way_latest.given from consent way_latest
    where way_latest.person_id = ${person} and way_latest.purpose = 'face' order by way_latest.at desc, way_latest.id desc limit 1) way_consent on true)`;

/** SQL: true where the person in column `person` can be asked for a face: way `face` and a verified face to compare with. */
export const faceReadySql = (person: string): string => `(${checkWaySql(person)} = 'face'
  and exists (select from face_enrolment way_face where way_face.person_id = ${person} and way_face.status = 'active'))`;

/** SQL: true where a phone of the person in column `person` is on file, so that a code can be sent. */
export const phoneOnFileSql = (person: string): string => `(exists (select from identity phone_of where phone_of.person_id = ${person} and phone_of.sealed_phone is not null))`;

/** Where facts of a check stand: in its lesson, or, of one in an exam, with its person. */
export const checkStream = ({ attemptId, lessonId, personId }: Pick<FaceCheck, 'attemptId' | 'personId'> & { lessonId: string | null }): Stream => (attemptId ? `person:${personId}` : `lesson:${lessonId}`);

/** Told to the classroom; whoever takes an exam asks. */
export const tellCheck = (em: EntityManager, type: 'check:answered' | 'check:settled', checks: readonly Pick<FaceCheck, 'attemptId' | 'lessonId' | 'id'>[]): Promise<void> =>
  tellFacts(em, checks.filter(({ attemptId }) => !attemptId).map(({ id: checkId, lessonId }) => ({ type, lessonId, checkId })));

/** The view of a check that waits for its learner; null where it does not. */
export function askedView(check: FaceCheck): AskedCheck | null {
  const { id: checkId, status, kind, nonce, askedAt, deadlineAt, way, attempt } = check;
  if (status !== 'asked' || !nonce || !askedAt || !deadlineAt) return null;
  return {
    checkId, kind, way, nonce, askedAt: askedAt.toISOString(), deadlineAt: deadlineAt.toISOString(),
    attempt, because: check.retryBecause ?? null, code: check.code ?? null,
  };
}

interface Row {
  id: string; person_id: string; name: string; kind: CheckKind; status: CheckStatus; asked_at: string | null; deadline_at: string | null; answered_at: string | null;
  verdict: Verdict | null; picture_id: string | null; way: AskedWay; attempt: number; code: CodeState | null; seen: boolean | null; looked_at: string | null; looker: string | null;
  outcome: ReviewOutcome | null;
}
const iso = (at: string | null): string | null => (at ? new Date(at).toISOString() : null);

/** Checks of a lesson that were asked in class, newest first; these with `checkIds`. Drawn moments stay secret. */
export async function checkBriefs(em: EntityManager, lessonId: string, checkIds: readonly string[] | null = null): Promise<CheckBrief[]> {
  const rows = await em.execute<Row[]>(
    `select f.id, f.person_id, p.name, f.kind, f.status, f.asked_at, f.deadline_at, f.answered_at, f.verdict, f.picture_id, f.way, f.attempt, f.code, f.seen, f.looked_at, w.name as looker,
       ${lastOutcomeSql('f.id')} as outcome
     from face_check f join person p on p.id = f.person_id left join person w on w.id = f.looked_by
     where f.lesson_id = ? and f.viewing_id is null and f.asked_at is not null and (?::uuid[] is null or f.id = any(?::uuid[])) order by f.asked_at desc, f.id`,
    [lessonId, checkIds && arrayOf(checkIds), checkIds && arrayOf(checkIds)]);
  return rows.map((row) => ({
    checkId: row.id, personId: row.person_id, name: row.name, kind: row.kind, status: row.status,
    askedAt: iso(row.asked_at), deadlineAt: iso(row.deadline_at), answeredAt: iso(row.answered_at), verdict: countedVerdict(row.verdict, row.outcome), hasPicture: row.picture_id !== null,
    way: row.way, attempt: row.attempt, code: row.code,
    look: row.seen === null || !row.looked_at ? null : { seen: row.seen, by: row.looker ?? '', at: iso(row.looked_at)! },
  }));
}
