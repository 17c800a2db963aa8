// What went on in a lesson besides presence: questions, hands, stage, checks, chat, screens; what of it can be watched; and each learner's own part.
import type { AfterClass, AfterLearner } from '#contracts/after-class.ts';
import type { Chapter } from '#contracts/recording.ts';
import type { Happening } from '#domain/after-class.ts';
import { answerGraceMs } from '#domain/quiz.ts';
import type { EntityManager } from '#db/orm.ts';
import { arrayOf } from '#db/queries/lesson-access.ts';

const ms = (column: string): string => `(extract(epoch from ${column}) * 1000)::float8`;

export interface QuestionRow { id: string; prompt: string; knowledge_point: string; from_ms: number; to_ms: number; asked: number; answered: number; correct: number }
/** In the order they were asked. One that may still be answered is left out, as in the report. */
export const questionsOf = (em: EntityManager, lessonId: string, now: Date): Promise<QuestionRow[]> => em.execute<QuestionRow[]>(
  `select z.id, q.prompt, coalesce(q.knowledge_point, '') as knowledge_point, ${ms('z.opened_at')} as from_ms, ${ms('coalesce(z.closed_at, z.deadline_at)')} as to_ms,
     count(a.person_id)::int as asked, count(n.id)::int as answered, (count(*) filter (where n.correct))::int as correct
   from quiz z join question q on q.id = z.question_id left join quiz_asked a on a.quiz_id = z.id left join answer n on n.quiz_id = z.id and n.person_id = a.person_id
   where z.lesson_id = ? and (z.closed_at is not null or z.deadline_at < ?) group by z.id, q.id order by z.opened_at, z.id`,
  [lessonId, new Date(now.getTime() - answerGraceMs)]);

interface HappeningRow { kind: Happening['kind']; from_ms: number; to_ms: number; label: string; count: number }
/** Hands, checks in class and words in the chat, those of one step counted together; and each visit on stage. */
export async function happeningsOf(em: EntityManager, lessonId: string, stepMs: number): Promise<Happening[]> {
  const rows = await em.execute<HappeningRow[]>(
    `select kind, min(at) as from_ms, max(at) as to_ms, '' as label, count(*)::int as count from (
       select 'check' as kind, ${ms('asked_at')} as at from face_check
         where session_id in (select id from lesson_session where lesson_id = ?) and viewing_id is null and asked_at is not null and status in ('asked', 'verifying', 'settled')
       union all select 'chat', ${ms('sent_at')} from chat_message where lesson_id = ?
       union all select 'hand', ${ms('h.raised_at')} from lesson_session s join hand h on h.session_id = s.id where s.lesson_id = ?) happened
     group by kind, floor(at / ?)
     union all
     select 'stage', ${ms('v.accepted_at')}, ${ms('coalesce(v.left_at, v.accepted_at)')}, p.name, 1 from lesson_session s join stage_visit v on v.session_id = s.id join person p on p.id = v.person_id
       where s.lesson_id = ? and v.accepted_at is not null
     order by 2`, [lessonId, lessonId, lessonId, stepMs, lessonId]);
  return rows.map(({ kind, from_ms: fromMs, to_ms: toMs, label, count }) => ({ kind, fromMs, toMs, label, count }));
}

interface FilmRow { ordinal: number; part: number; parts: number; status: 'processing' | 'ready' | 'held' | 'failed'; starts: number | null; duration_ms: number | null; chapters: Chapter[] }
export interface Films { films: AfterClass['films']; replay: AfterClass['replay']; screens: Happening[] }

function standOf(rows: readonly FilmRow[], { recorded, recording }: { recorded: boolean; recording: 'processing' | 'ready' | 'failed' | null }): AfterClass['replay'] {
  const some = (status: FilmRow['status']): boolean => rows.some((row) => row.status === status);
  if (some('processing') || (recorded && recording === 'processing')) return 'processing';
  if (some('held')) return 'held';
  if (some('failed') || recording === 'failed') return 'failed';
  return rows.length > 0 ? 'ready' : recorded ? 'processing' : 'unrecorded';
}

/** Times in epoch ms, as of all the others. Screens are known once a file was made, and when they came on. */
export async function filmsOf(em: EntityManager, lessonId: string, lesson: { recorded: boolean; recording: 'processing' | 'ready' | 'failed' | null }): Promise<Films> {
  const rows = await em.execute<FilmRow[]>(
    `select u.ordinal, r.part, r.parts, r.status, ${ms('r.starts_at')} as starts, r.duration_ms, r.chapters from replay r join unit u on u.id = r.unit_id
     where r.lesson_id = ? order by u.ordinal, r.part`, [lessonId]);
  return {
    replay: standOf(rows, lesson),
    films: rows.flatMap(({ ordinal, part, parts, status, starts, duration_ms: durationMs }) =>
      (status === 'ready' && starts !== null && durationMs !== null ? [{ ordinal, part, parts, fromMs: starts, toMs: starts + durationMs }] : [])),
    screens: rows.flatMap(({ starts, chapters }) => (starts === null ? [] : chapters.filter(({ kind }) => kind === 'screen'))
      .map(({ atMs }): Happening => ({ kind: 'screen', fromMs: starts! + atMs, toMs: starts! + atMs, label: '', count: 1 }))),
  };
}

type OwnParts = Map<string, Pick<AfterLearner, 'answers' | 'hands'>>;
/** Answers and hands of these learners, times in epoch ms. `questions` in order: an answer names its question by the place. */
export async function ownParts(em: EntityManager, lessonId: string, personIds: readonly string[], questions: readonly QuestionRow[]): Promise<OwnParts> {
  const own: OwnParts = new Map(personIds.map((personId) => [personId, { answers: [], hands: [] }]));
  const people = arrayOf(personIds);
  const answers = await em.execute<{ person_id: string; quiz_id: string; at: number; correct: boolean | null }[]>(
    `select a.person_id, a.quiz_id, ${ms('coalesce(n.answered_at, a.asked_at)')} as at, n.correct from quiz_asked a left join answer n on n.quiz_id = a.quiz_id and n.person_id = a.person_id
     where a.quiz_id = any(?::uuid[]) and a.person_id = any(?::uuid[]) order by 3`, [arrayOf(questions.map(({ id }) => id)), people]);
  const places = new Map(questions.map(({ id }, index) => [id, index + 1]));
  for (const { person_id: personId, quiz_id: quizId, at, correct } of answers) {
    own.get(personId)?.answers.push({ atMs: at, question: places.get(quizId)!, result: correct === null ? 'none' : correct ? 'right' : 'wrong' });
  }
  const hands = await em.execute<{ person_id: string; at: number }[]>(
    `select h.person_id, ${ms('h.raised_at')} as at from lesson_session s join hand h on h.session_id = s.id where s.lesson_id = ? and h.person_id = any(?::uuid[]) order by 2`, [lessonId, people]);
  for (const { person_id: personId, at } of hands) own.get(personId)?.hands.push(at);
  return own;
}
