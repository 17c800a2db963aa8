// The question bank of a course: questions in versions that are never changed, their pictures, and ordered sets of them.
import { Migration } from '@mikro-orm/migrations';

const questions = `
create table question_picture (
  id uuid primary key, institution_id uuid not null references institution, course_id uuid not null references course,
  storage_key text not null, content_type text not null check (content_type in ('image/jpeg', 'image/png', 'image/webp')), size_bytes int not null,
  created_by uuid not null references person, created_at timestamptz not null);
create table bank_question (
  id uuid primary key, institution_id uuid not null references institution, course_id uuid not null references course,
  version int not null check (version >= 1), created_by uuid not null references person, created_at timestamptz not null, retired_at timestamptz);
create index bank_question_course on bank_question (course_id, id desc);
`;

/** Only added to: what was asked and what was right then can be read for as long as an answer points at it. */
const versions = `
create table question_version (
  id uuid primary key, institution_id uuid not null references institution, question_id uuid not null references bank_question,
  version int not null check (version >= 1), kind text not null check (kind in ('single', 'multiple', 'trueFalse', 'fillIn', 'ordering')),
  stem text not null check (char_length(stem) between 1 and 1000), picture_id uuid references question_picture,
  options jsonb not null, right_choices jsonb not null, accepted jsonb not null, knowledge_point text not null, difficulty int not null check (difficulty between 1 and 5),
  explanation text not null, fingerprint text not null, created_by uuid not null references person, created_at timestamptz not null, unique (question_id, version),
  check (case when kind = 'fillIn' then jsonb_array_length(accepted) > 0 else jsonb_array_length(right_choices) > 0 end));
create index question_version_fingerprint on question_version (fingerprint);
create trigger question_version_append_only before update or delete on question_version for each row execute function refuse_change();
alter table bank_question add constraint bank_question_version_fkey foreign key (id, version) references question_version (question_id, version) deferrable initially deferred;
`;

const sets = `
create table question_set (
  id uuid primary key, institution_id uuid not null references institution, course_id uuid not null references course, name text not null,
  seconds_each int not null check (seconds_each between 5 and 1800), changed_by uuid not null references person, changed_at timestamptz not null, created_at timestamptz not null);
create index question_set_course on question_set (course_id, created_at desc);
create table question_set_item (
  set_id uuid not null references question_set on delete cascade, ordinal int not null, institution_id uuid not null references institution,
  question_id uuid not null references bank_question, primary key (set_id, ordinal), unique (set_id, question_id));
`;

const privileges = `
grant select, insert on question_version, question_picture to keshi_app;
grant select, insert, update on bank_question to keshi_app;
grant select, insert, update, delete on question_set, question_set_item to keshi_app;
`;

export class Migration0012QuestionBank extends Migration {
  override async up(): Promise<void> {
    for (const part of [questions, versions, sets, privileges]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('What was asked is a record: restore a backup instead.');
  }
}
