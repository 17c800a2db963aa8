// Years of many institutions as rows, made by SQL: cohorts of fifty, and of every learner 40 units, each with a sign-in and two checks, four spans and three answers; numbers and certificates that can be looked for.
import { randomBytes } from 'node:crypto';
import type { Client } from 'pg';
import { serialBytes, serialOf } from '#domain/certificate-serial.ts';
import { newId } from '#domain/id.ts';
import { checkDigitOf, maskedNumber } from '#domain/identity/document.ts';
import { defaultPack } from '#domain/rules/packs.ts';
import { packName } from '#domain/rules/rule-pack.ts';
import { unitOfWork, type Orm } from '#db/orm.ts';
import { numberHashOf } from '#db/queries/identities.ts';
import { refreshDue } from '#db/queries/ledger-sums.ts';
import type { Vault } from '#db/vault.ts';

export const unitsOfLearner = 40;
const perCohort = 50;
const perInstitution = 5_000;
const cohortsAtOnce = 20;
const surnames = ['王', '李', '张', '刘', '陈', '杨', '赵', '黄', '周', '吴', '欧阳', '上官'];
const given = ['伟', '芳', '娜', '敏', '静', '强', '磊', '洋', '艳', '勇', '建国', '秀英', '志强', '桂兰', '小红'];
export interface ArchivePlan { learners: number; years: number }
export interface MadeArchive { institutionIds: string[]; cohortIds: string[]; serials: string[]; numbers: string[]; names: string[]; rows: number }

/** Ids as the product makes them, in the order of time, so that indexes grow as they do there. */
const functions = `
create function pg_temp.made(at timestamptz, key text) returns uuid language sql immutable parallel safe as
  $$ select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || substr(md5(key), 1, 3) || '8' || substr(md5(key), 4, 15))::uuid $$;
create function pg_temp.person(n int) returns uuid language sql immutable as $$ select md5('p' || n)::uuid $$;
create function pg_temp.cohort(c int) returns uuid language sql immutable as $$ select md5('c' || c)::uuid $$;
create function pg_temp.institution(c int) returns uuid language sql immutable as $$ select md5('i' || (c % $institutions))::uuid $$;
create function pg_temp.course(c int) returns uuid language sql immutable as $$ select md5('k' || (c % $institutions))::uuid $$;
create function pg_temp.lesson(c int, u int) returns uuid language sql immutable as $$ select md5('l' || c || '-' || u)::uuid $$;
create function pg_temp.unit(c int, u int) returns uuid language sql immutable as $$ select md5('u' || c || '-' || u)::uuid $$;
create function pg_temp.session(c int, u int) returns uuid language sql immutable as $$ select md5('s' || c || '-' || u)::uuid $$;
create function pg_temp.quiz(c int, u int, q int) returns uuid language sql immutable as $$ select md5('q' || c || '-' || u || '-' || q)::uuid $$;
create temporary table class as select c, $now::timestamptz - interval '60 days' - ($cohorts - c) * ($years * interval '360 days' / $cohorts) as begins from generate_series(0, $cohorts - 1) as c;
create unique index on class (c); analyze class;`;

/** Without triggers and keys to other tables: thousands of rows in a second become a hundred thousand, and what is made is what the product would have written. */
async function prepare(client: Client, { learners, years }: ArchivePlan, now: Date): Promise<{ cohorts: number; institutions: number }> {
  const [cohorts, institutions] = [Math.ceil(learners / perCohort), Math.ceil(learners / perInstitution)];
  await client.query(`set session_replication_role = replica; set synchronous_commit = off; set maintenance_work_mem = '1GB'`);
  await client.query(functions.replaceAll('$now', `'${now.toISOString()}'`).replaceAll('$years', String(years)).replaceAll('$cohorts', String(cohorts)).replaceAll('$institutions', String(institutions)));
  return { cohorts, institutions };
}

/** Institutions, cohorts and who teaches in them. */
async function addClasses(client: Client, institutions: number): Promise<void> {
  await client.query(`
    insert into institution (id, name, created_at) select distinct on (1) pg_temp.institution(c), '培训学校 ' || (c % ${institutions} + 1), min(begins) over () from class;
    insert into course (id, institution_id, title, created_at) select distinct on (1) pg_temp.course(c), pg_temp.institution(c), '安全生产', min(begins) over () from class;
    insert into person (id, name, created_at) select md5('o' || id)::uuid, '教务', created_at from institution;
    insert into cohort (id, institution_id, course_id, title, created_at) select pg_temp.cohort(c), pg_temp.institution(c), pg_temp.course(c), (c + 1) || ' 班', begins from class;
    insert into question (id, institution_id, course_id, kind, prompt, options, right_choices, created_by, created_at)
      select md5('question' || id)::uuid, institution_id, id, 'single', '哪一项是对的？', '["甲","乙","丙"]', '[0]', md5('o' || institution_id)::uuid, created_at from course;
    insert into lesson (id, institution_id, cohort_id, title, starts_at, planned_minutes, recorded, status, created_at)
      select pg_temp.lesson(c, u), pg_temp.institution(c), pg_temp.cohort(c), '第 ' || u || ' 课', begins + u * interval '1 day', 45, false, 'ended', begins from class, generate_series(1, ${unitsOfLearner}) u;
    insert into unit (id, institution_id, lesson_id, ordinal, planned_start_at, planned_minutes, started_at, ended_at)
      select pg_temp.unit(c, u), pg_temp.institution(c), pg_temp.lesson(c, u), 1, at, 45, at, at + interval '45 minutes' from class, generate_series(1, ${unitsOfLearner}) u, lateral (select begins + u * interval '1 day' as at) t;
    insert into lesson_session (id, institution_id, lesson_id, room_id, check_seed, check_seed_hash, started_at, ended_at, end_reason)
      select pg_temp.session(c, u), pg_temp.institution(c), pg_temp.lesson(c, u), pg_temp.lesson(c, u), '-', '-', at, at + interval '45 minutes', 'teacher' from class, generate_series(1, ${unitsOfLearner}) u, lateral (select begins + u * interval '1 day' as at) t;
    insert into quiz (id, institution_id, lesson_id, session_id, question_id, opened_at, deadline_at, closed_at)
      select pg_temp.quiz(c, u, q), pg_temp.institution(c), pg_temp.lesson(c, u), pg_temp.session(c, u), md5('question' || pg_temp.course(c))::uuid, at, at + interval '1 minute', at + interval '1 minute'
      from class, generate_series(1, ${unitsOfLearner}) u, generate_series(1, 3) q, lateral (select begins + u * interval '1 day' + q * interval '10 minutes' as at) t;`);
}

/** A number no two people share, with a check digit that is right. */
function numberOf(n: number): string {
  const born = new Date(Date.UTC(1960, 0, 1) + Math.floor(n / 1000) * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');
  const body = `130302${born}${String(n % 1000).padStart(3, '0')}`;
  return body + checkDigitOf(body);
}

/** Names, accounts, enrolments; numbers sealed and hashed with the platform's own key. */
async function addPeople(client: Client, vault: Vault, learners: number): Promise<string[]> {
  await client.query(`
    create temporary table learner as select n, c, begins, pg_temp.person(n) as person, pg_temp.institution(c) as institution, pg_temp.cohort(c) as cohort from generate_series(1, ${learners}) n join class on c = (n - 1) / ${perCohort};
    create index on learner (c);
    create temporary table held as select c, u, pg_temp.lesson(c, u) as lesson, pg_temp.unit(c, u) as unit, pg_temp.session(c, u) as session, array[pg_temp.quiz(c, u, 1), pg_temp.quiz(c, u, 2), pg_temp.quiz(c, u, 3)] as quizzes, begins + u * interval '1 day' as at
      from class, generate_series(1, ${unitsOfLearner}) u;
    create index on held (c);
    insert into person (id, name, created_at) select pg_temp.person(n), (array['${surnames.join("','")}'])[1 + n * 7 % ${surnames.length}] || (array['${given.join("','")}'])[1 + n * 11 % ${given.length}] || chr(19968 + n * 13 % 5000), begins from learner;
    insert into account (id, person_id, login, password_hash, locale, created_at) select pg_temp.person(n), pg_temp.person(n), (13900000000 + n)::text, '-', 'zh', begins from learner;
    insert into membership (id, person_id, institution_id, role, created_at) select md5('m' || n)::uuid, pg_temp.person(n), pg_temp.institution(c), 'student', begins from learner;
    insert into enrolment (id, institution_id, cohort_id, person_id, created_at) select md5('e' || n)::uuid, pg_temp.institution(c), pg_temp.cohort(c), pg_temp.person(n), begins from learner;`);
  const sample: string[] = [];
  for (let from = 1; from <= learners; from += 5_000) {
    const people = Array.from({ length: Math.min(5_000, learners - from + 1) }, (_, index) => ({ n: from + index, number: numberOf(from + index) }));
    const rows = people.map(({ n, number }) => ({ n, mask: maskedNumber(number), hash: numberHashOf(vault, 'id_card', number).toString('hex'), sealed: vault.sealField({ personId: `${n}`, field: 'number' }, number).toString('hex') }));
    await client.query(`insert into identity (person_id, document_kind, sealed_number, number_hash, number_mask, learner_category, key_version, authority_status, created_at, changed_at)
      select pg_temp.person(r.n), 'id_card', decode(r.sealed, 'hex'), decode(r.hash, 'hex'), r.mask, 'other', $2, 'not_asked', l.begins, l.begins from jsonb_to_recordset($1) as r(n int, mask text, hash text, sealed text) join learner l on l.n = r.n`, [JSON.stringify(rows), vault.keyVersion]);
    sample.push(...people.filter((_, index) => index % 50 === 0).map(({ number }) => number));
  }
  return sample;
}

/** Whoever has an even number has a certificate. */
async function addCertificates(client: Client, learners: number): Promise<string[]> {
  const sample: string[] = [];
  for (let from = 2; from <= learners; from += 10_000) {
    const rows = Array.from({ length: Math.ceil(Math.min(10_000, learners - from + 1) / 2) }, (_, index) => ({ id: newId(), n: from + 2 * index, serial: serialOf(2026, randomBytes(serialBytes)) }));
    await client.query(`insert into certificate (id, institution_id, cohort_id, person_id, enrolment_id, serial, printed, sha256, facts, issued_at, issued_by)
      select r.id, pg_temp.institution(l.c), pg_temp.cohort(l.c), pg_temp.person(l.n), md5('e' || l.n)::uuid, r.serial, '{}', repeat('0', 64), '{}', l.begins + interval '50 days', md5('o' || pg_temp.institution(l.c))::uuid
      from jsonb_to_recordset($1) as r(id uuid, n int, serial text) join learner l on l.n = r.n`, [JSON.stringify(rows)]);
    sample.push(...rows.filter((_, index) => index % 50 === 0).map(({ serial }) => serial));
  }
  return sample;
}

const filled = ['face_check', 'connection', 'quiz_asked', 'answer', 'ledger_row'];
const of = 'from learner l join held t using (c)';
const within = 'where l.c between $1 and $2';
/** Each of these is run for some cohorts at a time, in the order of time. */
const facts: readonly string[] = [
  `insert into face_check (id, institution_id, lesson_id, session_id, unit_id, person_id, kind, status, due_at, window_ms, asked_at, deadline_at, answered_at, settled_at, verdict, model_id, refusals, drawn, attempt, way)
   select pg_temp.made(due, 'f' || n || '-' || u || '-' || k), institution, lesson, session, unit, person, case when k = 0 then 'sign_in' else 'spot' end, 'settled', due, 60000, due, due + interval '1 minute', due + interval '9 seconds', due + interval '11 seconds', 'matched', 'bench', 0, k > 0, 1, 'face'
   ${of} cross join generate_series(0, 2) k, lateral (select t.at + (k * 14 + n % 7) * interval '1 minute' as due) d ${within}`,
  `insert into connection (id, institution_id, lesson_id, session_id, person_id, role, device_id, connected_at, last_seen_at, left_at, left_reason, visible)
   select pg_temp.made(came, 'x' || n || '-' || u || '-' || k), institution, lesson, session, person, 'student', 'd' || n, came, came + interval '11 minutes', came + interval '11 minutes', case when k = 3 then 'lesson_ended' else 'cut' end, true
   ${of} cross join generate_series(0, 3) k, lateral (select t.at + k * interval '11 minutes' + (n % 20) * interval '1 second' as came) d ${within}`,
  `insert into quiz_asked (quiz_id, person_id, asked_at, institution_id) select quizzes[q], person, t.at + q * interval '10 minutes', institution ${of} cross join generate_series(1, 3) q ${within}`,
  `insert into answer (id, institution_id, quiz_id, person_id, choices, correct, answered_at)
   select pg_temp.made(t.at + q * interval '10 minutes', 'a' || n || '-' || u || '-' || q), institution, quizzes[q], person, '[0]', n % 5 > 0, t.at + q * interval '10 minutes' + interval '20 seconds' ${of} cross join generate_series(1, 3) q ${within}`,
  `insert into ledger_row (lesson_id, person_id, institution_id, cohort_id, held_ms, live_ms, made_up_ms, units, joined_at, left_at, asked, answered, correct, checks_asked, matched, failed, missed, pending, unsettled, rule_pack, reckoned_at)
   select lesson, person, institution, cohort, 2700000, live, 0, jsonb_build_array(jsonb_build_object('unitId', unit, 'ordinal', 1, 'startedAt', t.at, 'heldMs', 2700000, 'liveMs', live, 'madeUpMs', 0)),
     t.at, t.at + interval '45 minutes', 3, 3, case when n % 5 = 0 then 0 else 3 end, 3, 3, 0, 0, 0, 0, '${packName(defaultPack)}', t.at + interval '1 hour'
   ${of}, lateral (select case when n % 7 = 0 then 1500000 else 2700000 - (n * 31 + u * 17) % 400000 end as live) v ${within}`,
];

/** Indexes beside the keys of the tables that are filled: built once over all rows instead of row by row. Those of some rows only stay: few rows are in them, and the running product looks there each second. Answers what builds them. */
async function dropIndexes(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; definition: string }>(`select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition from pg_index i
    where i.indrelid = any($1::regclass[]) and not i.indisprimary and i.indpred is null and not exists (select from pg_constraint k where k.conindid = i.indexrelid)`, [filled]);
  for (const { name } of rows) await client.query(`drop index ${name}`);
  return rows.map(({ definition }) => definition);
}

async function addFacts(client: Client, cohorts: number): Promise<void> {
  const indexes = await dropIndexes(client);
  // Cohorts are numbered in the order in which they began.
  for (let from = 0; from < cohorts; from += cohortsAtOnce) {
    for (const sql of facts) await client.query(sql, [from, Math.min(cohorts, from + cohortsAtOnce) - 1]);
  }
  for (const index of indexes) await client.query(index);
  await client.query(`insert into ledger_lesson (lesson_id, institution_id, reckoned_at, took_ms) select id, institution_id, starts_at + interval '1 hour', 10 from lesson`);
}

/** The sums of the ledger, by the product's own function. */
async function sum(orm: Orm, client: Client, now: Date): Promise<string[]> {
  await client.query('insert into ledger_due (institution_id, cohort_id, person_id) select institution_id, cohort_id, person_id from enrolment');
  const { rows } = await client.query<{ id: string; institution_id: string }>('select id, institution_id from cohort order by id');
  for (const { id, institution_id: institutionId } of rows) await unitOfWork(orm, { personId: null, institutionId }, (em) => refreshDue(em, id, now));
  return rows.map(({ id }) => id);
}

const counted = ['person', 'enrolment', 'identity', 'certificate', 'lesson', 'unit', 'face_check', 'connection', 'quiz_asked', 'answer', 'ledger_row', 'ledger_learner'];
/** `client`: as the owner. What is made is analysed and written out; how long it takes is the caller's to measure. */
export async function makeArchive(orm: Orm, client: Client, vault: Vault, plan: ArchivePlan, now: Date): Promise<MadeArchive> {
  const { cohorts, institutions } = await prepare(client, plan, now);
  await addClasses(client, institutions);
  const numbers = await addPeople(client, vault, plan.learners);
  const serials = await addCertificates(client, plan.learners);
  await client.query('analyze learner, held');
  await addFacts(client, cohorts);
  const cohortIds = await sum(orm, client, now);
  await client.query('vacuum (analyze)');
  await client.query('checkpoint');
  const { rows: [sums] } = await client.query<{ rows: string }>(`select ${counted.map((table) => `(select count(*) from ${table})`).join(' + ')} as rows`);
  const { rows: schools } = await client.query<{ id: string }>('select id from institution order by id');
  const { rows: people } = await client.query<{ name: string }>(`select name from person where id = any(select pg_temp.person(n) from generate_series(1, $1, 37) n)`, [plan.learners]);
  return { institutionIds: schools.map(({ id }) => id), cohortIds, serials, numbers, names: people.map(({ name }) => name), rows: Number(sums!.rows) };
}
