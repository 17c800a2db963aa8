// Each person's own part of a lesson's picture, in one statement for all who ask in the same moment: everybody who enters does.
import type { AskedCheck, SignIn } from '#contracts/check.ts';
import type { AskedWay, CheckKind, CheckWay, CodeState, Verdict } from '#domain/check.ts';
import { consentVersion } from '#domain/consent.ts';
import { answerOf, type QuestionAnswer } from '#domain/question.ts';
import { countedVerdict, type ReviewOutcome } from '#domain/review.ts';
import type { EntityManager } from '../orm.ts';
import { checkWaySql } from './checks.ts';
import { lastOutcomeSql } from './decisions.ts';
import { arrayOf } from './lesson-access.ts';

export interface OwnPart {
  me: { onStage: boolean; stageInvited: boolean; checkWay: CheckWay; faceEnrolled: boolean; recordingNoticed: boolean };
  /** The person's own answer to the open quiz. */
  answered: QuestionAnswer | null;
  /** Which questions of sets this person has answered in the lesson. */
  answeredOfSets: string[];
  /** The check this person has to answer now. */
  check: AskedCheck | null;
  /** The sign-in this person was asked last in the session, with the verdict that counts. */
  signIn: SignIn | null;
}
/** Whose own part of which session, and with the answer to which quiz. */
export interface WhoseOwn { personId: string; sessionId: string | null; quizId: string | null }
interface Row {
  at: number; on_stage: boolean; invited: boolean; way: CheckWay; face_enrolled: boolean; noticed: boolean; choices: number[] | null; text: string | null; of_sets: string[] | null;
  check_id: string | null; kind: CheckKind; nonce: string; asked_at: string; deadline_at: string; asked_way: AskedWay; attempt: number; because: Verdict | null; code: CodeState | null;
  sign_in_id: string | null; signed_at: string | null; sign_in: Verdict | null; sign_in_outcome: ReviewOutcome | null;
}

const orNull = (ids: readonly (string | null)[]): string => arrayOf(ids.map((id) => id ?? 'null'));

/** In the order of the question. */
export async function ownParts(em: EntityManager, asked: readonly WhoseOwn[], now: Date): Promise<OwnPart[]> {
  const rows = await em.execute<Row[]>(
    `with of_sets as materialized (select z.id from lesson_session s join quiz z on z.lesson_id = s.lesson_id and z.set_id is not null where s.id = any(?::uuid[]))
     select asked.at, coalesce(v.accepted_at is not null, false) as on_stage, coalesce(v.id is not null and v.accepted_at is null, false) as invited,
       ${checkWaySql('asked.person_id')} as way,
       exists (select from face_enrolment f where f.person_id = asked.person_id and f.status = 'active') as face_enrolled,
       coalesce((select c.given and c.version = ? from consent c where c.person_id = asked.person_id and c.purpose = 'recording'
         order by c.at desc, c.id desc limit 1), false) as noticed,
       (select a.choices from answer a where a.quiz_id = asked.quiz_id and a.person_id = asked.person_id) as choices,
       (select a.text from answer a where a.quiz_id = asked.quiz_id and a.person_id = asked.person_id) as text,
       (select jsonb_agg(a.quiz_id) from answer a where a.quiz_id = any((select array_agg(id) from of_sets)::uuid[]) and a.person_id = asked.person_id) as of_sets,
       k.id as check_id, k.kind, k.nonce, k.asked_at, k.deadline_at, k.way as asked_way, k.attempt, k.retry_because as because, k.code,
       g.id as sign_in_id, g.answered_at as signed_at, g.verdict as sign_in, ${lastOutcomeSql('g.id')} as sign_in_outcome
     from unnest(?::int[], ?::uuid[], ?::uuid[], ?::uuid[]) as asked(at, person_id, session_id, quiz_id)
     left join stage_visit v on v.session_id = asked.session_id and v.person_id = asked.person_id and v.left_at is null
     left join lateral (select * from face_check f where f.session_id = asked.session_id and f.person_id = asked.person_id and f.viewing_id is null and f.status = 'asked' and f.deadline_at > ?
       and f.nonce is not null and f.asked_at is not null order by f.asked_at limit 1) k on true
     left join lateral (select * from face_check f where f.session_id = asked.session_id and f.person_id = asked.person_id and f.viewing_id is null and f.kind = 'sign_in'
       and f.status in ('asked', 'verifying', 'settled') order by f.asked_at desc limit 1) g on true`,
    [arrayOf([...new Set(asked.flatMap(({ sessionId }) => sessionId ?? []))]), consentVersion.recording, arrayOf(asked.map((_one, at) => at)), arrayOf(asked.map(({ personId }) => personId)),
      orNull(asked.map(({ sessionId }) => sessionId)), orNull(asked.map(({ quizId }) => quizId)), now]);
  const parts = new Map(rows.map((row) => [row.at, row]));
  return asked.map((_one, at) => partOf(parts.get(at)!));
}

const partOf = (row: Row): OwnPart => ({
  me: { onStage: row.on_stage, stageInvited: row.invited, checkWay: row.way, faceEnrolled: row.face_enrolled, recordingNoticed: row.noticed },
  answered: answerOf(row.choices, row.text),
  answeredOfSets: row.of_sets ?? [],
  check: row.check_id ? {
    checkId: row.check_id, kind: row.kind, way: row.asked_way, nonce: row.nonce, askedAt: new Date(row.asked_at).toISOString(), deadlineAt: new Date(row.deadline_at).toISOString(),
    attempt: row.attempt, because: row.because, code: row.code,
  } : null,
  signIn: row.sign_in_id ? { checkId: row.sign_in_id, answered: row.signed_at !== null, verdict: countedVerdict(row.sign_in, row.sign_in_outcome) } : null,
});
