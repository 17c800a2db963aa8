// Lessons of a kind: beside live ones those that are studied from films within a period; and replays that are lent from a film.
import { Migration } from '@mikro-orm/migrations';

const lessons = `
alter table lesson add column closes_at timestamptz;
alter table lesson add constraint lesson_period_check check ((kind = 'recorded') = (closes_at is not null) and (closes_at is null or closes_at > starts_at));
create index lesson_period on lesson (cohort_id, closes_at) where closes_at is not null;
`;

/** The files are the film's: one film serves every cohort of its course. */
const replays = `
alter table replay add column film_id uuid references film, add column film_ordinal int,
  add constraint replay_film foreign key (film_id, film_ordinal) references film_file (film_id, ordinal), add constraint replay_film_whole check ((film_id is null) = (film_ordinal is null));
create index replay_of_film on replay (film_id) where film_id is not null;
`;

export class Migration0043RecordedLessons extends Migration {
  override async up(): Promise<void> {
    for (const part of [lessons, replays]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('What was studied is a record: restore a backup instead.');
  }
}
