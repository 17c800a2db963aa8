// Face checks of a session as learners and staff see them.
import type { AskedCheck, CheckBrief } from '#contracts/check.ts';
import type { CheckKind, CheckStatus, Verdict } from '#domain/check.ts';
import { consentVersion } from '#domain/consent.ts';
import { FaceCheck } from '../entities/check.ts';
import type { EntityManager } from '../orm.ts';

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

/** The view of a check that waits for its learner; null where it does not. */
export function askedView(check: FaceCheck): AskedCheck | null {
  if (check.status !== 'asked' || !check.nonce || !check.askedAt || !check.deadlineAt) return null;
  return { checkId: check.id, kind: check.kind, nonce: check.nonce, askedAt: check.askedAt.toISOString(), deadlineAt: check.deadlineAt.toISOString() };
}

/** The check this learner has to answer now. */
export async function askedCheckOf(em: EntityManager, lessonId: string, personId: string, now: Date): Promise<AskedCheck | null> {
  const check = await em.findOne(FaceCheck, { lessonId, personId, status: 'asked', deadlineAt: { $gt: now } }, { orderBy: { askedAt: 'asc' }, refresh: true });
  return check && askedView(check);
}

interface Row {
  id: string; person_id: string; name: string; kind: CheckKind; status: CheckStatus; asked_at: string | null; answered_at: string | null;
  verdict: Verdict | null; picture_id: string | null;
}
const iso = (at: string | null): string | null => (at ? new Date(at).toISOString() : null);

/** Checks of a lesson that were asked, newest first; one with `checkId`. Drawn moments stay secret. */
export async function checkBriefs(em: EntityManager, lessonId: string, checkId: string | null = null): Promise<CheckBrief[]> {
  const rows = await em.execute<Row[]>(
    `select f.id, f.person_id, p.name, f.kind, f.status, f.asked_at, f.answered_at, f.verdict, f.picture_id
     from face_check f join person p on p.id = f.person_id
     where f.lesson_id = ? and f.asked_at is not null and (?::uuid is null or f.id = ?) order by f.asked_at desc, f.id`,
    [lessonId, checkId, checkId]);
  return rows.map((row) => ({
    checkId: row.id, personId: row.person_id, name: row.name, kind: row.kind, status: row.status,
    askedAt: iso(row.asked_at), answeredAt: iso(row.answered_at), verdict: row.verdict, hasPicture: row.picture_id !== null,
  }));
}
