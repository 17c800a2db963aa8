// What the worker reckons of a class after it is over; ways to rows that were found by reading whole tables; pictures nobody used may be removed.
import { Migration } from '@mikro-orm/migrations';

/** Figures made from facts, to be made again at any time. `waits`: somebody wants to see them, and the worker has not made them since. */
const reckoning = `
create table class_reckoning (
  lesson_id uuid primary key references lesson, institution_id uuid not null references institution, waits boolean not null,
  mark text, made_at timestamptz, figures jsonb, check ((made_at is null) = (figures is null)), check ((made_at is null) = (mark is null)));
create index class_reckoning_waiting on class_reckoning (lesson_id) where waits;
create table class_reckoning_learner (
  lesson_id uuid not null references class_reckoning, place int not null, person_id uuid not null references person,
  need text, asked int not null, correct int not null, primary key (lesson_id, place));
`;

/** Asked for by what stands here, every second (interruption) or with every timetable (recording), and until now found by reading all of them. */
const ways = `
create index hand_session on hand (session_id);
create index stage_visit_session on stage_visit (session_id);
create index interruption_session on interruption (session_id);
create index recording_lesson on recording (lesson_id);
create index recording_chunk_recording on recording_chunk (recording_id);
create index replay_lesson on replay (lesson_id);
create index replay_recording on replay (recording_id);
create index login_session_account on login_session (account_id);
create index face_picture_person on face_picture (person_id);
create index question_version_picture on question_version (picture_id) where picture_id is not null;
create index class_reckoning_person on class_reckoning_learner (person_id);
`;

const privileges = `
grant select, insert, update on class_reckoning to keshi_app;
grant select, insert, delete on class_reckoning_learner to keshi_app;
grant delete on question_picture to keshi_app;
`;

export class Migration0024ReckoningAndWays extends Migration {
  override async up(): Promise<void> {
    for (const part of [reckoning, ways, privileges]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('Restore a backup instead.');
  }
}
