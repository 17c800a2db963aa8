// What retention did not delete yet: questions, films, attachments, people of whom nothing is left, and rows that only serve for a while. Which table goes with which class is in functions a test reads.
import { Migration } from '@mikro-orm/migrations';

/** `before_at`: of class `log`, which has no subject; rows older than that went. */
const certificates = `
alter table deletion_certificate drop constraint deletion_certificate_class_check, alter column subject_id drop not null, add column before_at timestamptz,
  add constraint deletion_certificate_class_check check (class in ('fact', 'talk', 'recording', 'exam', 'ledger', 'courseware', 'film', 'question', 'face', 'person', 'log')),
  add constraint deletion_certificate_log_check check ((class = 'log') = (subject_id is null) and (class = 'log') = (before_at is not null));
create index deletion_certificate_at on deletion_certificate (deleted_at);`;

const appendOnly = ['question_version', 'identity_view'].map((table) => `drop trigger ${table}_append_only on ${table}; create trigger ${table}_append_only before update or delete on ${table} for each row execute function refuse_change_but_due();`).join('\n');

const ofSession = 'session_id in (select s.id from lesson_session s where s.lesson_id = $1)';
const ofAttempt = 'attempt_id in (select a.id from exam_attempt a where a.cohort_id = $1)';
const ofCheck = (which: string): string => `check_id in (select c.id from face_check c where c.${which})`;
const ofQuiz = 'quiz_id in (select z.id from quiz z where z.lesson_id = $1)';
const unused = 'not exists (select from correction c where c.attachment_id = t.id) and not exists (select from offline_sheet o where o.attachment_id = t.id)';
/** Asked in a lesson and in none that is kept; written before it, so that what is prepared for the next one stays. */
const askedNoMore = `course_id = (select k.course_id from lesson l join cohort k on k.id = l.cohort_id where l.id = $1) and created_at <= (select coalesce(max(s.ended_at), l.starts_at + l.planned_minutes * interval '1 minute') from lesson l left join lesson_session s on s.lesson_id = l.id where l.id = $1 group by l.id)
  and not exists (select from quiz z where z.question_id = t.id)`;
/** Class, table, which rows, and what is blanked in rows that stay as ids for others to point at (null: the row goes); in the order in which rows may go. $1: the subject. */
type Part = readonly [string, string, string, (string | null)?];
const mine = 'person_id = $1';
const parts: readonly Part[] = [
  ...['review_decision', 'appeal', 'signal', 'snapshot_print'].map((table): Part => ['fact', table, `lesson_id = $1 or ${ofCheck('lesson_id = $1')}`]), ['fact', 'face_check', 'lesson_id = $1'],
  ['fact', 'correction_decision', 'correction_id in (select c.id from correction c where c.lesson_id = $1)'],
  ...['correction', 'film_answer', 'film_showing', 'make_up', 'observation', 'removal', 'connection', 'picked_learner', 'breakout_member', 'door_wait', 'class_reckoning_learner', 'class_reckoning', 'offline_presence', 'offline_sheet', 'site_sign', 'ledger_row'].map((table): Part => ['fact', table, 'lesson_id = $1']),
  ['fact', 'hand', ofSession], ['fact', 'stage_visit', ofSession], ['fact', 'answer', ofQuiz], ['fact', 'quiz_asked', ofQuiz], ['fact', 'quiz', 'lesson_id = $1'], ['fact', 'film_question', 'lesson_id = $1'], ['fact', 'question', askedNoMore],
  ['fact', 'attachment', `subject_type = 'lesson' and subject_id = $1 and ${unused}`],
  ...['chat_rule', 'chat_mute', 'chat_message', 'private_message', 'qa_post', 'qa_thread'].map((table): Part => ['talk', table, 'lesson_id = $1']),
  ...['caption', 'viewing', 'replay_position'].map((table): Part => ['recording', table, 'replay_id in (select r.id from replay r where r.lesson_id = $1)']), ['recording', 'replay', 'lesson_id = $1'],
  ...['recording_chunk', 'capture_segment'].map((table): Part => ['recording', table, 'recording_id in (select r.id from recording r where r.lesson_id = $1)']),
  ['recording', 'recording', 'lesson_id = $1'], ['recording', 'live_stream', ofSession],
  ['exam', 'exam_mark', ofAttempt], ['exam', 'exam_item', ofAttempt], ['exam', 'exam_contact', ofAttempt], ['exam', 'review_decision', ofAttempt], ['exam', 'exam_decision', ofAttempt], ['exam', 'appeal', ofAttempt],
  ['exam', 'signal', ofCheck(ofAttempt)], ['exam', 'snapshot_print', ofCheck(ofAttempt)], ['exam', 'face_check', ofAttempt], ['exam', 'exam_attempt', 'cohort_id = $1'],
  ['ledger', 'ledger_learner', 'cohort_id = $1'], ['ledger', 'ledger_cohort', 'cohort_id = $1'], ['ledger', 'ledger_due', 'cohort_id = $1'], ['ledger', 'attachment', `subject_type = 'cohort' and subject_id = $1 and ${unused}`],
  ['courseware', 'courseware_pointer', 'courseware_id = $1'], ['courseware', 'courseware_stroke', 'courseware_id = $1'], ['courseware', 'courseware_use', 'courseware_id = $1'],
  ['film', 'film_piece', 'film_id = $1'], ['film', 'film_file', 'film_id = $1'],
  ['question', 'question_set_item', 'question_id = $1'], ['question', 'question_version', 'question_id = $1'], ['question', 'bank_question', 'id = $1'],
  ...['identity', 'calendar_feed', 'notice', 'phone_code', 'check_way', 'recovery_code', 'second_factor', 'client_member', 'cohort_joining', 'invitation_message', 'companion', 'viewing', 'replay_position', 'snapshot_print', 'signal', 'face_enrolment', 'consent', 'membership', 'former_membership'].map((table): Part => ['person', table, mine]),
  ['person', 'login_session', 'account_id in (select a.id from account a where a.person_id = $1)'], ['person', 'account', mine],
  ['person', 'enrolment', mine, 'note = null, employer = null, learner_category = null'], ['person', 'deletion_request', mine, `words = '—', decision_words = case when decided_at is null then null else '—' end`],
  ['person', 'person', 'id = $1', `name = '—'`], ['person', 'ledger_due', mine],
];

/** Rows that serve for a while: table, from when they count, which of them, and the figure of the rule packs. */
const sweeps: readonly (readonly [string, string, string, 'securityLogDays' | 'factYears' | 'talkYears'])[] = [
  ['notice', 'created_at', 'true', 'securityLogDays'], ['phone_code', 'expires_at', 'true', 'securityLogDays'], ['login_session', 'expires_at', 'true', 'securityLogDays'], ['companion', 'coalesce(ended_at, expires_at)', 'true', 'securityLogDays'],
  ['calendar_feed', 'revoked_at', 'true', 'securityLogDays'], ['api_nonce', 'at', 'true', 'securityLogDays'], ['self_test_run', 'at', 'true', 'securityLogDays'], ['invitation_message', 'sent_at', 'true', 'securityLogDays'],
  ['help_post', 'at', `exists (select from help_ticket k where k.id = t.ticket_id and k.state = 'solved')`, 'talkYears'], ['help_ticket', 'asked_at', `t.state = 'solved' and not exists (select from help_post p where p.ticket_id = t.id)`, 'talkYears'],
  ['roster_import', 'settled_at', 'true', 'factYears'], ['identity_view', 'at', 'true', 'factYears'], ['look', 'at', 'true', 'factYears'], ['outbox', 'at', `t.state in ('sent', 'dead')`, 'factYears'],
];
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const rowsOf = (rows: readonly string[]): string => rows.map((row) => `(${row})`).join(',\n    ');

const tables = `
create function retention_parts() returns table (at int, class text, name text, condition text, blank text) language sql immutable as $$ values
    ${rowsOf(parts.map(([name, table, condition, blank = null], at) => `${at}, ${quoted(name)}, ${quoted(table)}, ${quoted(condition)}, ${blank === null ? 'null' : quoted(blank)}`))} $$;
create function retention_sweeps() returns table (name text, since text, condition text, figure text) language sql immutable as $$ values
    ${rowsOf(sweeps.map((row) => row.map(quoted).join(', ')))} $$;`;

/** The first takes whatever it is told to and is given to nobody: a restore calls it as the owner, as holds of an older state are of another day. Whoever deletes by time is asked for holds by the others. */
const deletion = `
create function take_due_rows(of_class text, subject uuid) returns jsonb language plpgsql security definer set search_path = public as $$
declare part record; gone bigint; hash text; counts jsonb := '{}'; hashes text := '';
begin
  perform set_config('keshi.due', 'yes', true);
  for part in select * from retention_parts() p where p.class = of_class order by p.at loop
    execute format('with gone as (%s where %s returning t.*) select count(*), encode(sha256(convert_to(coalesce(string_agg(h, '''' order by h), ''''), ''UTF8'')), ''hex'') from (select encode(sha256(convert_to(to_jsonb(gone)::text, ''UTF8'')), ''hex'') as h from gone) g',
        case when part.blank is null then format('delete from %I t', part.name) else format('update %I t set %s', part.name, part.blank) end, part.condition)
      into gone, hash using subject;
    if gone > 0 then counts := counts || jsonb_build_object(part.name, gone); hashes := hashes || part.name || ':' || hash || E'\\n'; end if;
  end loop;
  perform set_config('keshi.due', '', true);
  return jsonb_build_object('counts', counts, 'hash', encode(sha256(convert_to(hashes, 'UTF8')), 'hex'));
end $$;
create or replace function delete_due_rows(of_class text, subject uuid) returns jsonb language plpgsql security definer set search_path = public as $$
begin
  if cardinality(held_by(of_class, subject)) > 0 then raise exception 'held: % %', of_class, subject; end if;
  return take_due_rows(of_class, subject);
end $$;
create function delete_old_rows(of_table text, before timestamptz, most int) returns jsonb language plpgsql security definer set search_path = public as $$
declare sweep record; gone bigint; hash text; held text;
begin
  select * into sweep from retention_sweeps() s where s.name = of_table;
  if sweep.name is null then raise exception 'rows of % do not go by age', of_table; end if;
  select string_agg(format('not exists (select from legal_hold h where h.ended_at is null and h.scope = %L and h.subject_id = t.%I)', c.scope, c.name), ' and ') into held
    from (values ('institution', 'institution_id'), ('person', 'person_id'), ('lesson', 'lesson_id'), ('cohort', 'cohort_id')) as c(scope, name)
    where exists (select from pg_attribute a where a.attrelid = of_table::regclass and a.attname = c.name and not a.attisdropped) and of_table not in ('phone_code', 'login_session', 'api_nonce');
  perform set_config('keshi.due', 'yes', true);
  execute format('with old as (select t.ctid as place from %1$I t where %2$s < $1 and %3$s and %4$s limit $2), gone as (delete from %1$I t using old where t.ctid = old.place returning t.*)
      select count(*), encode(sha256(convert_to(coalesce(string_agg(h, '''' order by h), ''''), ''UTF8'')), ''hex'') from (select encode(sha256(convert_to(to_jsonb(gone)::text, ''UTF8'')), ''hex'') as h from gone) g',
      sweep.name, sweep.since, sweep.condition, coalesce(held, 'true')) into gone, hash using before, most;
  perform set_config('keshi.due', '', true);
  return jsonb_build_object('counts', case when gone > 0 then jsonb_build_object(of_table, gone) else '{}' end, 'hash', hash);
end $$;
revoke execute on function take_due_rows(text, uuid), delete_old_rows(text, timestamptz, int) from public;
grant execute on function delete_old_rows(text, timestamptz, int) to keshi_platform;`;

/** As before (0054), and what holds a person's name and number, a film and a question. */
const holds = `
create or replace function held_by(class text, subject uuid) returns uuid[] language sql stable security definer set search_path = public as $$
  with lessons as (select l.id, l.cohort_id, l.institution_id from lesson l where (class in ('fact', 'talk', 'recording') and l.id = subject) or (class in ('exam', 'ledger') and l.cohort_id = subject)
      or (class = 'courseware' and l.id in (select u.lesson_id from courseware_use u where u.courseware_id = subject)))
  select coalesce(array_agg(h.id order by h.id), '{}') || array(select i.id from inspection i where i.status <> 'closed' and exists (select from inspection_unit u where u.inspection_id = i.id and u.lesson_id in (select id from lessons)) order by i.id)
    from legal_hold h where h.ended_at is null and case h.scope
    when 'lesson' then h.subject_id in (select id from lessons) or class in ('face', 'person') and exists (select from enrolment e join lesson l on l.cohort_id = e.cohort_id where e.person_id = subject and l.id = h.subject_id)
    when 'cohort' then h.subject_id = subject or h.subject_id in (select cohort_id from lessons) or class in ('face', 'person') and exists (select from enrolment e where e.person_id = subject and e.cohort_id = h.subject_id)
    when 'institution' then h.subject_id in (select institution_id from lessons) or h.subject_id in (select w.institution_id from courseware w where class = 'courseware' and w.id = subject)
      or h.subject_id in (select f.institution_id from film f where class = 'film' and f.id = subject) or h.subject_id in (select q.institution_id from bank_question q where class = 'question' and q.id = subject)
      or class in ('face', 'person') and exists (select from enrolment e where e.person_id = subject and e.institution_id = h.subject_id)
    when 'person' then h.subject_id = subject or exists (select from enrolment e join lessons l on l.cohort_id = e.cohort_id where e.person_id = h.subject_id and e.institution_id = h.institution_id) end $$;`;

export class Migration0060RetentionOfTheRest extends Migration {
  override async up(): Promise<void> {
    for (const part of [certificates, appendOnly, holds, tables, deletion]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('What was deleted is a record: restore a backup instead.');
  }
}
