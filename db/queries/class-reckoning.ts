// What is reckoned of a whole class after it is over, kept as rows: of a large class it takes seconds, so the worker does it, and the pages read it. Rows hold ids and figures, never names.
import { afterClass, type LearnerSum, type Need, type Reckoned, type StripSpan } from '#domain/after-class.ts';
import { ledgerOf } from '#domain/presence/ledger.ts';
import { unitOfWork, type EntityManager, type Orm } from '../orm.ts';
import { countedAnswersOf } from './counted-answers.ts';
import { classMark, overOf, type Over } from './class-over.ts';
import { factsInBatches } from './presence-facts.ts';
import { checksOf, learnersOf } from './report.ts';
import { taughtOf } from './taught.ts';

type ClassFigures = Omit<Reckoned<LearnerSum>, 'learners'>;

async function reckoned(em: EntityManager, { taught, cohortId, held, stretches, fromMs, toMs }: Over, now: Date): Promise<Reckoned<LearnerSum>> {
  const { lessonId, pack } = taught;
  const people = await learnersOf(em, cohortId, new Date(fromMs), new Date(toMs));
  const answers = await countedAnswersOf(em, lessonId, now, pack.replay.answers);
  const checks = new Map((await checksOf(em, lessonId)).map((row) => [row.person_id, row]));
  const learners: { sum: LearnerSum; strip: StripSpan[] }[] = [];
  for await (const batch of factsInBatches(em, lessonId, [...new Set(people.map((one) => one.person_id))], now.getTime())) {
    for (const personId of batch.personIds) {
      const facts = batch.facts(personId);
      const { spans, heldMs, creditedMs } = ledgerOf(facts, held.units, pack, now.getTime());
      const [answered, checked] = [answers.get(personId), checks.get(personId)];
      const sum = { personId, came: facts.seats.length > 0, heldMs, creditedMs, asked: answered?.asked ?? 0, correct: answered?.correct ?? 0 };
      learners.push({ sum: { ...sum, troubled: (checked?.failed ?? 0) + (checked?.missed ?? 0) }, strip: spans });
    }
  }
  return afterClass({ held: stretches, learners, limits: pack.attendance });
}

/** Somebody wants to see this class reckoned. To be followed by the job `class-reckon`, which is given back as long as the row waits. */
export async function askForReckoning(em: EntityManager, lesson: { lessonId: string; institutionId: string }): Promise<void> {
  await em.execute(
    `insert into class_reckoning (lesson_id, institution_id, waits) values (?, ?, true)
     on conflict (lesson_id) do update set waits = true where not class_reckoning.waits`, [lesson.lessonId, lesson.institutionId]);
}

/** False where nobody waits for it. Twice at the same time: the rows are of one of them, whole. */
export async function reckonClass(orm: Orm, lessonId: string, now: Date): Promise<boolean> {
  const em = orm.em.fork();
  const waiting = await em.execute<{ lesson_id: string }[]>('select lesson_id from class_reckoning where lesson_id = ? and waits', [lessonId]);
  const taught = waiting.length > 0 ? (await taughtOf(em, [lessonId])).get(lessonId) : undefined;
  const over = taught ? await overOf(em, taught, now) : null;
  if (!over) return false;
  // Before the facts: what comes while they are read makes it differ.
  const mark = await classMark(em, over);
  const { learners, ...figures } = await reckoned(em, over, now);
  const rows = learners.map(({ personId, need, asked, correct }, index) => ({ place: index + 1, person_id: personId, need, asked, correct }));
  await unitOfWork(orm, { personId: null, institutionId: over.institutionId }, async (work) => {
    await work.execute('update class_reckoning set waits = false, mark = ?, made_at = ?, figures = ?::jsonb where lesson_id = ?', [mark, now, JSON.stringify(figures), lessonId]);
    await work.execute('delete from class_reckoning_learner where lesson_id = ?', [lessonId]);
    await work.execute(
      `insert into class_reckoning_learner (lesson_id, place, person_id, need, asked, correct)
       select ?::uuid, place, person_id, need, asked, correct from jsonb_to_recordset(?::jsonb) as o(place int, person_id uuid, need text, asked int, correct int)`, [lessonId, JSON.stringify(rows)]);
  });
  return true;
}

export interface StoredReckoning { mark: string; madeMs: number; figures: ClassFigures }
/** As it was last made; null: never. */
export async function reckoningOf(em: EntityManager, lessonId: string): Promise<StoredReckoning | null> {
  const [row] = await em.execute<{ mark: string; made: number; figures: ClassFigures }[]>(
    'select mark, (extract(epoch from made_at) * 1000)::float8 as made, figures from class_reckoning where lesson_id = ? and made_at is not null', [lessonId]);
  return row ? { mark: row.mark, madeMs: row.made, figures: row.figures } : null;
}

export interface ReckonedLearner { personId: string; name: string; login: string; need: Need | null; asked: number; correct: number }
/** Learners of a class that was reckoned, who needs attention first, whose name or login has `part`. `found`: over all pages. */
export async function reckonedLearners(em: EntityManager, lessonId: string, part: string, { skip, take }: { skip: number; take: number }): Promise<{ found: number; learners: ReckonedLearner[] }> {
  const fromSql = `from class_reckoning_learner l join person p on p.id = l.person_id left join account a on a.person_id = p.id
    where l.lesson_id = ? and (strpos(lower(p.name), lower(?)) > 0 or strpos(lower(coalesce(a.login, '')), lower(?)) > 0)`;
  const values = [lessonId, part, part];
  const [counted] = await em.execute<{ found: number }[]>(`select count(*)::int as found ${fromSql}`, values);
  const rows = await em.execute<(Omit<ReckonedLearner, 'personId'> & { person_id: string })[]>(
    `select l.person_id, p.name, coalesce(a.login, '') as login, l.need, l.asked, l.correct ${fromSql} order by l.place limit ? offset ?`, [...values, take, skip]);
  return { found: counted?.found ?? 0, learners: rows.map(({ person_id: personId, ...rest }) => ({ personId, ...rest })) };
}
