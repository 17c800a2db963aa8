// One person's own part of a lesson's picture, in one statement: everybody who enters asks for it.
import type { AskedCheck } from '#contracts/check.ts';
import type { CheckKind, CheckWay } from '#domain/check.ts';
import { consentVersion } from '#domain/consent.ts';
import type { EntityManager } from '../orm.ts';
import { checkWaySql } from './checks.ts';

export interface OwnPart {
  me: { onStage: boolean; stageInvited: boolean; checkWay: CheckWay; faceEnrolled: boolean; recordingNoticed: boolean };
  /** The person's own answer to the open quiz. */
  answered: number[] | null;
  /** The check this person has to answer now. */
  check: AskedCheck | null;
}
interface Row {
  on_stage: boolean; invited: boolean; way: CheckWay; face_enrolled: boolean; noticed: boolean; choices: number[] | null;
  check_id: string | null; kind: CheckKind; nonce: string; asked_at: string; deadline_at: string;
}

export async function ownPart(
  em: EntityManager, who: { personId: string; sessionId: string | null; quizId: string | null }, now: Date,
): Promise<OwnPart> {
  const [row] = await em.execute<Row[]>(
    `select coalesce(v.accepted_at is not null, false) as on_stage, coalesce(v.id is not null and v.accepted_at is null, false) as invited,
       ${checkWaySql('me.id')} as way,
       exists (select from face_enrolment f where f.person_id = me.id and f.status = 'active') as face_enrolled,
       coalesce((select c.given and c.version = ? from consent c where c.person_id = me.id and c.purpose = 'recording'
         order by c.at desc, c.id desc limit 1), false) as noticed,
       (select a.choices from answer a where a.quiz_id = ? and a.person_id = me.id) as choices,
       k.id as check_id, k.kind, k.nonce, k.asked_at, k.deadline_at
     from person me
     left join stage_visit v on v.session_id = ? and v.person_id = me.id and v.left_at is null
     left join lateral (select * from face_check f where f.session_id = ? and f.person_id = me.id and f.status = 'asked' and f.deadline_at > ?
       and f.nonce is not null and f.asked_at is not null order by f.asked_at limit 1) k on true
     where me.id = ?`, [consentVersion.recording, who.quizId, who.sessionId, who.sessionId, now, who.personId]);
  if (!row) throw new TypeError('this person is not there any more');
  return {
    me: { onStage: row.on_stage, stageInvited: row.invited, checkWay: row.way, faceEnrolled: row.face_enrolled, recordingNoticed: row.noticed },
    answered: row.choices,
    check: row.check_id ? {
      checkId: row.check_id, kind: row.kind, nonce: row.nonce, askedAt: new Date(row.asked_at).toISOString(), deadlineAt: new Date(row.deadline_at).toISOString(),
    } : null,
  };
}
