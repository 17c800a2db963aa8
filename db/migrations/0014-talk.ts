// Order in the chat (what was deleted and by whom, who is muted, slow mode, the pinned announcement), private words with teachers, and questions that are kept after class.
import { Migration } from '@mikro-orm/migrations';

const chat = `
alter table chat_message
  add column deleted_at timestamptz, add column deleted_by uuid references person,
  add constraint chat_message_deleted_check check ((deleted_at is null) = (deleted_by is null));
create index chat_message_person on chat_message (lesson_id, person_id, sent_at desc);
create table chat_rule (
  lesson_id uuid primary key references lesson, institution_id uuid not null references institution,
  muted_all boolean not null default false, slow_seconds int not null default 0 check (slow_seconds between 0 and 600),
  pinned_id uuid references chat_message, version int not null, changed_at timestamptz not null, changed_by uuid not null references person);
create table chat_mute (
  id uuid primary key, institution_id uuid not null references institution, lesson_id uuid not null references lesson, person_id uuid not null references person,
  muted_at timestamptz not null, muted_by uuid not null references person, lifted_at timestamptz, lifted_by uuid references person,
  check ((lifted_at is null) = (lifted_by is null)));
create unique index chat_mute_current on chat_mute (lesson_id, person_id) where lifted_at is null;
`;

const privately = `
create table private_message (
  id uuid primary key, institution_id uuid not null references institution, lesson_id uuid not null references lesson, learner_id uuid not null references person,
  person_id uuid not null references person, text text not null, sent_at timestamptz not null);
create index private_message_learner on private_message (lesson_id, learner_id, sent_at);
create index private_message_lesson on private_message (lesson_id, sent_at);
create index private_message_person on private_message (lesson_id, person_id, sent_at desc);
`;

const qa = `
create table qa_thread (
  id uuid primary key, institution_id uuid not null references institution, lesson_id uuid not null references lesson, person_id uuid not null references person,
  asked_at timestamptz not null, last_at timestamptz not null, last_by_staff boolean not null, solved_at timestamptz, solved_by uuid references person,
  check ((solved_at is null) = (solved_by is null)));
create index qa_thread_lesson on qa_thread (lesson_id, last_at desc);
create table qa_post (
  id uuid primary key, institution_id uuid not null references institution, lesson_id uuid not null references lesson, thread_id uuid not null references qa_thread,
  person_id uuid not null references person, by_staff boolean not null, text text not null check (char_length(btrim(text)) between 1 and 2000), at timestamptz not null);
create index qa_post_thread on qa_post (thread_id, at);
create index qa_post_person on qa_post (lesson_id, person_id, at desc);
create trigger qa_post_append_only before update or delete on qa_post for each row execute function refuse_change();
`;

const privileges = `
grant select, insert, update on chat_rule, chat_mute, qa_thread to keshi_app;
grant select, insert on qa_post, private_message to keshi_app;
`;

export class Migration0014Talk extends Migration {
  override async up(): Promise<void> {
    for (const part of [chat, privately, qa, privileges]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('What was said and deleted is a record: restore a backup instead.');
  }
}
