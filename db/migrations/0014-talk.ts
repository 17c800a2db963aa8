// Order in the chat: what was deleted and by whom, who is muted, slow mode, the pinned announcement.
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

const privileges = 'grant select, insert, update on chat_rule, chat_mute to keshi_app;';

export class Migration0014Talk extends Migration {
  override async up(): Promise<void> {
    for (const part of [chat, privileges]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('What was said and deleted is a record: restore a backup instead.');
  }
}
