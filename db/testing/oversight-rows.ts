// Many institutions as rows, for the queries of regulators: classes, learners with ledgers and identities, lessons with films and sums, certificates; made by SQL alone, no fact behind them.
import { Client } from 'pg';

export interface OversightWish { institutions: number; cohortsEach: number; learnersEach: number; lessonsEach: number }
export interface OversightRows { institutionIds: string[]; learners: number }
/** Regions of their seats, one after the other. */
const seats = ['130302', '130304', '130100', '350102', '110105', '320500'];
const surnames = ['王', '李', '张', '刘', '陈', '杨', '赵', '黄', '周', '吴', '欧阳', '上官'];
const given = ['伟', '芳', '娜', '敏', '静', '强', '磊', '洋', '艳', '勇', '建国', '秀英', '志强', '桂兰', '小红'];

const id = (kind: string, ...numbers: string[]): string => `md5('${kind}' || ${numbers.join(` || '-' || `)})::uuid`;
const list = (words: readonly string[], at: string): string => `('{${words.join(',')}}'::text[])[1 + (${at}) % ${words.length}]`;
const ofNumbers = ({ institutions, cohortsEach, learnersEach, lessonsEach }: OversightWish) => ({
  institutions: `generate_series(1, ${institutions}) as i`, cohorts: `generate_series(1, ${institutions}) as i, generate_series(1, ${cohortsEach}) as c`,
  learners: `generate_series(1, ${institutions}) as i, generate_series(1, ${cohortsEach}) as c, generate_series(1, ${learnersEach}) as n`,
  lessons: `generate_series(1, ${institutions}) as i, generate_series(1, ${cohortsEach}) as c, generate_series(1, ${lessonsEach}) as n`,
});
const [institution, cohort, lesson, person] = [id('i', 'i'), id('c', 'i', 'c'), id('l', 'i', 'c', 'n'), id('p', 'i', 'c', 'n')];

/** Lessons lie one to five years back, some of them this month; one learner in seven is below, one in fifty failed a check. */
function statements(wish: OversightWish, now: string): string[] {
  const from = ofNumbers(wish);
  return [
    `insert into person (id, name, created_at) values (${id('p', "'staff'")}, 'staff', ${now})`,
    `insert into institution (id, name, created_at) select ${institution}, '第' || i || '职业培训学校', ${now} from ${from.institutions}`,
    `insert into institution_profile (institution_id, revision, changed_at, changed_by, kinds, credit_code, filing_number, seat_region, training_regions, responsible_person, responsible_post, phone, address, email, website, hotline, hotline_hours, administrator, administrator_phone, platform_provider)
     select ${institution}, 1, ${now}, ${id('p', "'staff'")}, '[]', '', '', ${list(seats, 'i')}, '[]', '', '', '', '', '', '', '', '', '', '', '' from ${from.institutions}`,
    `insert into course (id, institution_id, title, created_at) select ${id('k', 'i')}, ${institution}, '焊工（初级）', ${now} from ${from.institutions}`,
    `insert into cohort (id, institution_id, course_id, title, created_at, opening) select ${cohort}, ${institution}, ${id('k', 'i')}, c || ' 班', ${now}, case when c % 5 = 0 then 'opened' else 'closed' end from ${from.cohorts}`,
    `insert into person (id, name, created_at) select ${person}, ${list(surnames, 'n * 7 + c')} || ${list(given, 'n * 11 + i')}, ${now} from ${from.learners}`,
    `insert into identity (person_id, document_kind, sealed_number, number_hash, number_mask, learner_category, key_version, authority_status, created_at, changed_at)
     select ${person}, 'passport', 'x', decode(md5('number' || i || '-' || c || '-' || n), 'hex'), '*******00', 'other', 'made up', 'not_asked', ${now}, ${now} from ${from.learners}`,
    `insert into enrolment (id, institution_id, cohort_id, person_id, created_at) select ${id('e', 'i', 'c', 'n')}, ${institution}, ${cohort}, ${person}, ${now} from ${from.learners}`,
    `insert into ledger_learner (cohort_id, person_id, institution_id, course_id, name, login, search, enrolled_at, lessons, came, units, held_ms, live_ms, made_up_ms, asked, answered, correct, checks_asked, matched, failed, missed, pending, unsettled,
       attendance, attendance_low, accuracy, accuracy_low, exams, exams_passed, rule_pack, as_of)
     select ${cohort}, ${person}, ${institution}, ${id('k', 'i')}, ${list(surnames, 'n * 7 + c')} || ${list(given, 'n * 11 + i')}, '', '', ${now}, 8, 8, 8, 21600000, 20000000, 0, 24, 24, 20, 24, 24, (n % 50 = 0)::int, 0, 0, 0,
       case when n % 7 = 0 then 500 else 950 end, n % 7 = 0, 833, n % 9 = 0, 0, 0, 'default@1', ${now} from ${from.learners}`,
    `insert into ledger_cohort (cohort_id, institution_id, course_id, attendance_low, accuracy_low, unsettled, learners, held_ms, live_ms, made_up_ms, asked, correct, as_of)
     select cohort_id, institution_id, course_id, attendance_low, accuracy_low, 0, count(*), sum(held_ms), sum(live_ms), 0, sum(asked), sum(correct), min(as_of) from ledger_learner where institution_id in (select ${institution} from ${from.institutions}) group by 1, 2, 3, 4, 5`,
    `insert into lesson (id, institution_id, cohort_id, title, starts_at, planned_minutes, recorded, status, created_at)
     select ${lesson}, ${institution}, ${cohort}, '第 ' || n || ' 课', ${now} - (c % 60) * interval '30 days' - n * interval '1 hour', 45, true, 'ended', ${now} from ${from.lessons}`,
    `insert into ledger_lesson (lesson_id, institution_id, reckoned_at, took_ms, learners, credited_ms, checks_asked, checks_failed, checks_missed) select id, institution_id, ${now}, 1, ${wish.learnersEach}, ${wish.learnersEach} * 2500000.0, ${wish.learnersEach * 3}, 1, 1 from lesson where institution_id in (select ${institution} from ${from.institutions})`,
    `insert into replay (id, institution_id, lesson_id, recording_id, unit_id, status, created_at) select ${id('r', 'i', 'c', 'n')}, ${institution}, ${lesson}, ${id('g', 'i', 'c', 'n')}, ${id('u', 'i', 'c', 'n')}, case when n = 1 and c = 1 then 'held' else 'ready' end, ${now} from ${from.lessons}`,
    `insert into lesson_session (id, institution_id, lesson_id, room_id, check_seed, check_seed_hash, started_at, ended_at) select ${id('z', 'i', 'c', 'n')}, ${institution}, ${lesson}, ${lesson}, 'a', 'b', ${now}, ${now} from ${from.lessons}`,
    `insert into connection (id, institution_id, lesson_id, session_id, person_id, role, device_id, connected_at, last_seen_at, left_at, left_reason)
     select ${id('o', 'i', 'c', 'n')}, ${institution}, ${id('l', 'i', 'c', '1')}, ${id('z', 'i', 'c', '1')}, ${person}, 'student', 'd', ${now} - interval '2 days', ${now} - interval '1 day', ${now} - interval '1 day', 'left' from ${from.learners}`,
    `insert into face_check (id, institution_id, lesson_id, session_id, person_id, kind, status, due_at, window_ms, settled_at, verdict)
     select ${id('f', 'i', 'c', 'n')}, ${institution}, ${id('l', 'i', 'c', '1')}, ${id('z', 'i', 'c', '1')}, ${person}, 'spot', 'settled', ${now}, 60000, ${now}, 'matched' from ${from.learners}`,
    `insert into certificate (id, institution_id, cohort_id, person_id, enrolment_id, serial, printed, sha256, facts, issued_at, issued_by)
     select ${id('t', 'i', 'c', 'n')}, ${institution}, ${cohort}, ${person}, ${id('e', 'i', 'c', 'n')}, '2026-' || lpad(i::text, 4, '0') || '-' || lpad(c::text, 4, '0') || '-' || lpad(n::text, 4, '0') || '-0000', '{}', repeat('0', 64), '{}',
       ${now} - (c % 60) * interval '30 days', ${id('p', "'staff'")} from ${from.learners} where n % 2 = 0`,
    `insert into appeal (id, institution_id, lesson_id, person_id, check_id, text, created_at, decided_at) select ${id('a', 'i', 'c', 'n')}, ${institution}, ${lesson}, ${person}, ${id('h', 'i', 'c', 'n')}, 'a text of ten signs', ${now} - (c % 60) * interval '30 days', ${now} from ${from.lessons}`,
    `insert into signal (id, institution_id, person_id, kind, strength, lesson_id, about, first_seen_at, last_seen_at, status) select ${id('s', 'i', 'c', 'n')}, ${institution}, ${person}, 'same_face', 0.5, ${lesson}, n::text, ${now}, ${now} - (c % 60) * interval '30 days', case when n % 4 = 0 then 'open' else 'settled' end from ${from.lessons}`,
  ];
}

/** As the owner of the database, without triggers and foreign keys; sizes and values are known to the planner afterwards. */
export async function addOversightRows(ownerUrl: string, wish: OversightWish, now: Date): Promise<OversightRows> {
  const owner = new Client({ connectionString: ownerUrl });
  await owner.connect();
  try {
    await owner.query('set session_replication_role = replica');
    for (const sql of statements(wish, `'${now.toISOString()}'::timestamptz`)) await owner.query(sql);
    await owner.query('vacuum analyze');
    const { rows } = await owner.query<{ id: string }>(`select id from institution where id in (select ${institution} from ${ofNumbers(wish).institutions}) order by name`);
    return { institutionIds: rows.map((row) => row.id), learners: wish.institutions * wish.cohortsEach * wish.learnersEach };
  } finally {
    await owner.end();
  }
}
