// What the worker reckons of a class after it is over.
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

const privileges = `
grant select, insert, update on class_reckoning to keshi_app;
grant select, insert, delete on class_reckoning_learner to keshi_app;
`;

export class Migration0024ClassReckoning extends Migration {
  override async up(): Promise<void> {
    for (const part of [reckoning, privileges]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('Restore a backup instead.');
  }
}
