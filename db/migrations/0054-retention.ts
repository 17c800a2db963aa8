// What is kept beyond its time, what was deleted and by which rule; and the one way in which rows of a class that are due go.
import { Migration } from '@mikro-orm/migrations';

/** A hold stands while it has no end. It holds in its institution; one on a person keeps that person's face whoever set it. */
const holds = `
create table legal_hold (
  id uuid primary key, institution_id uuid not null references institution, scope text not null check (scope in ('person', 'cohort', 'lesson', 'institution')), subject_id uuid not null,
  reason text not null, set_by uuid not null references person, from_at timestamptz not null, ended_at timestamptz, ended_by uuid references person, end_reason text,
  check ((ended_at is null) = (ended_by is null) and (ended_at is null) = (end_reason is null)), check (scope <> 'institution' or subject_id = institution_id));
create index legal_hold_subject on legal_hold (subject_id) where ended_at is null;
create index legal_hold_institution on legal_hold (institution_id, from_at desc);
create function legal_hold_kept() returns trigger language plpgsql as $$
declare ending constant text[] := array['ended_at', 'ended_by', 'end_reason'];
begin
  if tg_op = 'DELETE' or old.ended_at is not null or new.ended_at is null or to_jsonb(old) - ending <> to_jsonb(new) - ending then raise exception 'a hold is ended once, and otherwise not changed'; end if;
  return new;
end $$;
create trigger legal_hold_kept before update or delete on legal_hold for each row execute function legal_hold_kept();
`;

/** \`counts\`: rows by table and files; \`ids_hash\`: SHA-256 over what identified them, so that whoever holds a list can tell whether it is the one. Of a person: of no institution. */
const certificates = `
create table deletion_certificate (
  id uuid primary key, institution_id uuid references institution, class text not null check (class in ('fact', 'talk', 'recording', 'exam', 'ledger', 'courseware', 'face')), subject_id uuid not null,
  counts jsonb not null, ids_hash text not null check (ids_hash ~ '^[0-9a-f]{64}$'), rule text not null, due_at timestamptz not null, deleted_at timestamptz not null, asked_by uuid references person);
create index deletion_certificate_subject on deletion_certificate (subject_id, class);
create index deletion_certificate_institution on deletion_certificate (institution_id, deleted_at desc);
create trigger deletion_certificate_append_only before update or delete on deletion_certificate for each row execute function refuse_change();
`;

/** Tables nobody may take rows out of, but what is due: by the function below alone, which runs as the owner. */
const appendOnly = ['review_decision', 'picked_learner', 'qa_post', 'film_showing', 'film_answer', 'exam_mark', 'exam_decision'];
const due = `
create function refuse_change_but_due() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and current_setting('keshi.due', true) = 'yes' and current_user = (select tableowner from pg_tables where schemaname = 'public' and tablename = tg_table_name) then return old; end if;
  raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;
${appendOnly.map((table) => `drop trigger ${table}_append_only on ${table}; create trigger ${table}_append_only before update or delete on ${table} for each row execute function refuse_change_but_due();`).join('\n')}`;

/** In the order in which rows may go: what points at others first. $1: the lesson, of exams and ledgers the class (cohort), of courseware its id. */
const ofSession = 'session_id in (select s.id from lesson_session s where s.lesson_id = $1)';
const ofAttempt = 'attempt_id in (select a.id from exam_attempt a where a.cohort_id = $1)';
const ofCheck = (which: string): string => `check_id in (select c.id from face_check c where c.${which})`;
const ofQuiz = 'quiz_id in (select z.id from quiz z where z.lesson_id = $1)';
const parts: readonly (readonly [string, string, string])[] = [
  ...['review_decision', 'appeal', 'signal', 'snapshot_print'].map((table) => ['fact', table, `lesson_id = $1 or ${ofCheck('lesson_id = $1')}`] as const), ['fact', 'face_check', 'lesson_id = $1'],
  ['fact', 'correction_decision', 'correction_id in (select c.id from correction c where c.lesson_id = $1)'],
  ...['correction', 'film_answer', 'film_showing', 'make_up', 'observation', 'removal', 'connection', 'picked_learner', 'breakout_member', 'door_wait', 'class_reckoning_learner', 'offline_presence', 'site_sign', 'ledger_row'].map((table) => ['fact', table, 'lesson_id = $1'] as const),
  ['fact', 'hand', ofSession], ['fact', 'stage_visit', ofSession], ['fact', 'answer', ofQuiz], ['fact', 'quiz_asked', ofQuiz],
  ...['chat_rule', 'chat_mute', 'chat_message', 'private_message', 'qa_post', 'qa_thread'].map((table) => ['talk', table, 'lesson_id = $1'] as const),
  ['recording', 'replay', 'lesson_id = $1'],
  ...['recording_chunk', 'capture_segment'].map((table) => ['recording', table, 'recording_id in (select r.id from recording r where r.lesson_id = $1)'] as const),
  ['recording', 'recording', 'lesson_id = $1'],
  ['exam', 'exam_mark', ofAttempt], ['exam', 'exam_item', ofAttempt], ['exam', 'exam_contact', ofAttempt], ['exam', 'review_decision', ofAttempt], ['exam', 'exam_decision', ofAttempt], ['exam', 'appeal', ofAttempt],
  ['exam', 'signal', ofCheck(ofAttempt)], ['exam', 'snapshot_print', ofCheck(ofAttempt)], ['exam', 'face_check', ofAttempt], ['exam', 'exam_attempt', 'cohort_id = $1'],
  ['ledger', 'ledger_learner', 'cohort_id = $1'], ['ledger', 'ledger_cohort', 'cohort_id = $1'], ['ledger', 'ledger_due', 'cohort_id = $1'],
  ['courseware', 'courseware_pointer', 'courseware_id = $1'], ['courseware', 'courseware_stroke', 'courseware_id = $1'], ['courseware', 'courseware_use', 'courseware_id = $1'],
];
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** What an inspection that is not closed has drawn is held like what somebody put a hold on. The second function takes the rows of one thing and answers how many of which table and their hash; refuses what is held, whatever the caller thinks of it. */
const deletion = `
create function held_by(class text, subject uuid) returns uuid[] language sql stable security definer set search_path = public as $$
  with lessons as (select l.id, l.cohort_id, l.institution_id from lesson l where (class in ('fact', 'talk', 'recording') and l.id = subject) or (class in ('exam', 'ledger') and l.cohort_id = subject)
      or (class = 'courseware' and l.id in (select u.lesson_id from courseware_use u where u.courseware_id = subject)))
  select coalesce(array_agg(h.id order by h.id), '{}') || array(select i.id from inspection i where i.status <> 'closed' and exists (select from inspection_unit u where u.inspection_id = i.id and u.lesson_id in (select id from lessons)) order by i.id)
    from legal_hold h where h.ended_at is null and case h.scope
    when 'lesson' then h.subject_id in (select id from lessons) or class = 'face' and exists (select from enrolment e join lesson l on l.cohort_id = e.cohort_id where e.person_id = subject and l.id = h.subject_id)
    when 'cohort' then h.subject_id = subject or h.subject_id in (select cohort_id from lessons) or class = 'face' and exists (select from enrolment e where e.person_id = subject and e.cohort_id = h.subject_id)
    when 'institution' then h.subject_id in (select institution_id from lessons) or h.subject_id in (select w.institution_id from courseware w where class = 'courseware' and w.id = subject)
      or class = 'face' and exists (select from enrolment e where e.person_id = subject and e.institution_id = h.subject_id)
    when 'person' then h.subject_id = subject or exists (select from enrolment e join lessons l on l.cohort_id = e.cohort_id where e.person_id = h.subject_id and e.institution_id = h.institution_id) end $$;
create function delete_due_rows(of_class text, subject uuid) returns jsonb language plpgsql security definer set search_path = public as $$
declare part record; gone bigint; hash text; counts jsonb := '{}'; hashes text := '';
begin
  if cardinality(held_by(of_class, subject)) > 0 then raise exception 'held: % %', of_class, subject; end if;
  perform set_config('keshi.due', 'yes', true);
  for part in select * from (values ${parts.map(([name, table, condition], at) => `(${at}, ${quoted(name)}, ${quoted(table)}, ${quoted(condition)})`).join(',\n    ')}) as p(at, class, name, condition) where p.class = of_class order by p.at loop
    execute format('with gone as (delete from %I t where %s returning t.*) select count(*), encode(sha256(convert_to(coalesce(string_agg(h, '''' order by h), ''''), ''UTF8'')), ''hex'') from (select encode(sha256(convert_to(to_jsonb(gone)::text, ''UTF8'')), ''hex'') as h from gone) g', part.name, part.condition)
      into gone, hash using subject;
    if gone > 0 then counts := counts || jsonb_build_object(part.name, gone); hashes := hashes || part.name || ':' || hash || E'\\n'; end if;
  end loop;
  perform set_config('keshi.due', '', true);
  return jsonb_build_object('counts', counts, 'hash', encode(sha256(convert_to(hashes, 'UTF8')), 'hex'));
end $$;
revoke execute on function delete_due_rows(text, uuid) from public;
grant execute on function delete_due_rows(text, uuid) to keshi_platform;
`;

const privileges = `
grant select, insert, update on legal_hold to keshi_app;
grant select on deletion_certificate to keshi_app;
grant insert on deletion_certificate to keshi_platform;
`;

export class Migration0054Retention extends Migration {
  override async up(): Promise<void> {
    for (const part of [holds, certificates, due, deletion, privileges]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('What was deleted and what is held is a record: restore a backup instead.');
  }
}
