// An institution of many learners as rows: cohorts of fifty, each with its lessons, and what a ledger keeps of every learner in every lesson; made by SQL, sums by the product's own function.
import { createHash, randomBytes } from 'node:crypto';
import { addMadeUpIdentities } from '#db/testing/identity.ts';
import { addSchool } from '#db/testing/school.ts';
import { unitOfWork, type Orm } from '#db/orm.ts';
import { refreshDue } from '#db/queries/ledger-sums.ts';
import { newId } from '#domain/id.ts';
import { defaultPack } from '#domain/rules/packs.ts';
import { packName } from '#domain/rules/rule-pack.ts';

export interface MadeLedger { institutionId: string; cookie: string; cohortIds: string[]; sumsPerSecond: number; rows: number }
const perCohort = 50;
const atOnce = 2_000;
const surnames = ['王', '李', '张', '刘', '陈', '杨', '赵', '黄', '周', '吴', '欧阳', '上官'];
const given = ['伟', '芳', '娜', '敏', '静', '强', '磊', '洋', '艳', '勇', '建国', '秀英', '志强', '桂兰', '小红'];

async function office(orm: Orm, institutionId: string, now: Date): Promise<string> {
  const [personId, token] = [newId(), randomBytes(32).toString('base64url')];
  const em = orm.em.fork();
  await em.execute('insert into person (id, name, created_at) values (?, ?, ?)', [personId, '教务', now]);
  await em.execute(`insert into account (id, person_id, login, password_hash, locale, created_at) values (?, ?, ?, '-', 'zh', ?)`, [personId, personId, `office-${personId}`, now]);
  await em.execute(`insert into membership (id, person_id, institution_id, role, created_at) values (?, ?, ?, 'institution', ?)`, [newId(), personId, institutionId, now]);
  await em.execute(`insert into login_session (id, token_hash, account_id, created_at, expires_at, last_used_at) values (?, decode(?, 'hex'), ?, now(), now() + interval '12 hours', now())`,
    [newId(), createHash('sha256').update(token).digest('hex'), personId]);
  return `keshi_session=${token}`;
}

const id = (kind: string, number: string): string => `md5(? || '-${kind}-' || ${number})::uuid`;

async function addPeople(orm: Orm, institutionId: string, learners: number, now: Date): Promise<void> {
  for (let from = 1; from <= learners; from += atOnce) {
    const to = Math.min(learners, from + atOnce - 1);
    const em = orm.em.fork();
    const of = (sql: string, ...values: unknown[]): Promise<unknown> => em.execute(`${sql} from generate_series(?::int, ?::int) as n`, [...values, from, to]);
    await of(`insert into person (id, name, created_at) select ${id('p', 'n')}, (?::text[])[1 + n * 7 % ${surnames.length}] || (?::text[])[1 + n * 11 % ${given.length}], ?::timestamptz`,
      institutionId, `{${surnames.join(',')}}`, `{${given.join(',')}}`, now);
    await of(`insert into account (id, person_id, login, password_hash, locale, created_at) select ${id('p', 'n')}, ${id('p', 'n')}, ? || '-' || (13900000000 + n), '-', 'zh', ?::timestamptz`, institutionId, institutionId, institutionId.slice(-6), now);
    await of(`insert into membership (id, person_id, institution_id, role, created_at) select ${id('m', 'n')}, ${id('p', 'n')}, ?::uuid, 'student', ?::timestamptz`, institutionId, institutionId, institutionId, now);
    await of(`insert into enrolment (id, institution_id, cohort_id, person_id, created_at) select ${id('e', 'n')}, ?::uuid, ${id('c', `((n - 1) / ${perCohort})`)}, ${id('p', 'n')}, ?::timestamptz`,
      institutionId, institutionId, institutionId, institutionId, now);
    const people = await em.execute<{ id: string }[]>(`select ${id('p', 'n')} as id from generate_series(?::int, ?::int) as n`, [institutionId, from, to]);
    await addMadeUpIdentities(em, people.map((one) => one.id), now);
  }
}

/** Of each learner and lesson: one unit, a sign-in and two checks, three questions; one in seven is seldom there, one in five seldom right. */
async function addRows(orm: Orm, institutionId: string, learners: number, lessons: number): Promise<void> {
  for (let from = 1; from <= learners; from += atOnce) {
    await orm.em.fork().execute(
      `insert into ledger_row (lesson_id, person_id, institution_id, cohort_id, held_ms, live_ms, made_up_ms, units, joined_at, left_at, asked, answered, correct, checks_asked, matched, failed, missed, pending, unsettled, rule_pack, reckoned_at)
       select ${id('l', `((n - 1) / ${perCohort}) || '-' || u`)}, ${id('p', 'n')}, ?::uuid, ${id('c', `((n - 1) / ${perCohort})`)}, 2700000, live, 0,
         jsonb_build_array(jsonb_build_object('unitId', ${id('u', `((n - 1) / ${perCohort}) || '-' || u`)}, 'ordinal', 1, 'startedAt', '2026-03-02T01:00:00.000Z', 'heldMs', 2700000, 'liveMs', live, 'madeUpMs', 0)),
         now() - interval '2 hours', now() - interval '1 hour', 3, 3, case when n % 5 = 0 then 1 else 3 end, 3, 3 - (u = 1 and n % 50 = 0)::int, 0, 0, (u = 1 and n % 50 = 0)::int, (u = 1 and n % 50 = 0)::int, ?, now()
       from generate_series(?::int, ?::int) as n, generate_series(1, ?::int) as u, lateral (select case when n % 7 = 0 then 1500000 else 2700000 - (n * 31 + u * 17) % 400000 end as live) l`,
      [institutionId, institutionId, institutionId, institutionId, institutionId, packName(defaultPack), from, Math.min(learners, from + atOnce - 1), lessons]);
  }
}

export async function makeLedger(orm: Orm, learners: number, lessons: number): Promise<MadeLedger> {
  const now = new Date();
  const { institutionId, courseId } = await addSchool(orm, 0, now);
  const cohorts = Math.ceil(learners / perCohort);
  const em = orm.em.fork();
  await em.execute(`insert into cohort (id, institution_id, course_id, title, created_at) select ${id('c', 'n')}, ?::uuid, ?::uuid, (n + 1) || ' 班', ?::timestamptz from generate_series(0, ?::int) as n`, [institutionId, institutionId, courseId, now, cohorts - 1]);
  await addPeople(orm, institutionId, learners, now);
  // After who learns in them: else every learner of every lesson would be due.
  await em.execute(
    `insert into lesson (id, institution_id, cohort_id, title, starts_at, planned_minutes, recorded, status, created_at)
     select ${id('l', "n || '-' || u")}, ?::uuid, ${id('c', 'n')}, '第 ' || u || ' 课', ?::timestamptz - u * interval '1 day', 45, true, 'ended', ?::timestamptz from generate_series(0, ?::int) as n, generate_series(1, ?::int) as u`,
    [institutionId, institutionId, institutionId, now, now, cohorts - 1, lessons]);
  await em.execute(`insert into ledger_lesson (lesson_id, institution_id, reckoned_at, took_ms) select id, institution_id, now(), 10 from lesson where institution_id = ? on conflict do nothing`, [institutionId]);
  await addRows(orm, institutionId, learners, lessons);
  const found = await em.execute<{ id: string }[]>('select id from cohort where institution_id = ? and id in (select cohort_id from enrolment) order by id', [institutionId]);
  const cohortIds = found.map((one) => one.id);
  const began = performance.now();
  let summed = 0;
  await em.execute('insert into ledger_due (institution_id, cohort_id, person_id) select institution_id, cohort_id, person_id from enrolment where institution_id = ?', [institutionId]);
  for (const cohortId of cohortIds) summed += await unitOfWork(orm, { personId: null, institutionId }, (work) => refreshDue(work, cohortId, now));
  const sumsPerSecond = Math.round(summed / ((performance.now() - began) / 1000));
  const [{ rows }] = await em.execute<[{ rows: number }]>('select count(*)::int as rows from ledger_learner where institution_id = ?', [institutionId]);
  return { institutionId, cookie: await office(orm, institutionId, now), cohortIds, sumsPerSecond, rows };
}
