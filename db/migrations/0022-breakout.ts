// Breakout groups: how a class was divided, who was in which group and when, lines of one group's chat; and media rooms that are not the only one of their lesson.
import { Migration } from '@mikro-orm/migrations';

/** The room of the whole class has the lesson's id, that of a group the group's. */
const rooms = `
alter table media_room add column lesson_id uuid;
update media_room set lesson_id = room_id;
alter table media_room alter column lesson_id set not null;
create index media_room_lesson on media_room (lesson_id);
`;

/** One division of a lesson at a time; each stay of a person in a group is a row of its own, a visit of staff too. */
const breakouts = `
create table breakout (
  id uuid primary key, institution_id uuid not null references institution, lesson_id uuid not null references lesson, session_id uuid not null references lesson_session,
  started_at timestamptz not null, started_by uuid not null references person, ends_at timestamptz not null, ended_at timestamptz,
  end_reason text check (end_reason in ('time', 'teacher', 'lesson_over')),
  check ((ended_at is null) = (end_reason is null)), check (ends_at > started_at));
create unique index breakout_open on breakout (lesson_id) where ended_at is null;
create index breakout_session on breakout (session_id);
create table breakout_group (
  id uuid primary key, breakout_id uuid not null references breakout, ordinal int not null check (ordinal > 0), unique (breakout_id, ordinal));
create table breakout_member (
  id uuid primary key, institution_id uuid not null references institution, lesson_id uuid not null references lesson, breakout_id uuid not null references breakout,
  group_id uuid not null references breakout_group, person_id uuid not null references person, visiting boolean not null, joined_at timestamptz not null, left_at timestamptz,
  check (left_at is null or left_at >= joined_at));
create unique index breakout_member_here on breakout_member (lesson_id, person_id) where left_at is null;
create index breakout_member_breakout on breakout_member (breakout_id, person_id);
`;

/** `group_id`: said in that group alone. `breakout_id`: said to the class and to every group of that division. */
const chat = `
alter table chat_message add column group_id uuid references breakout_group, add column breakout_id uuid references breakout,
  add constraint chat_message_group_check check (group_id is null or breakout_id is null);
create index chat_message_group on chat_message (group_id, sent_at) where group_id is not null;
`;

const privileges = 'grant select, insert, update on breakout, breakout_group, breakout_member to keshi_app;';

export class Migration0022Breakout extends Migration {
  override async up(): Promise<void> {
    for (const part of [rooms, breakouts, chat, privileges]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('Who learned with whom is a record: restore a backup instead.');
  }
}
