// Questions in a replay: placed in a film, put to a viewing, answered once per person.
import { Migration } from '@mikro-orm/migrations';

/** `moment`: the instant of the unit it stands at, so that it is found in its film also when the file was made again or in parts. */
const placed = `
create table film_question (
  id uuid primary key, institution_id uuid not null references institution, lesson_id uuid not null references lesson, unit_id uuid not null references unit,
  version_id uuid not null references question_version, moment timestamptz not null, seconds int not null check (seconds between 5 and 1800),
  placed_by uuid not null references person, placed_at timestamptz not null, retired_at timestamptz);
create index film_question_lesson on film_question (lesson_id);
`;

/** Only added to. A viewing may be gone when the file was made again: these rows stay. */
const shown = `
create table film_showing (
  id uuid primary key, institution_id uuid not null references institution, lesson_id uuid not null references lesson, viewing_id uuid not null,
  person_id uuid not null references person, quiz_id uuid references quiz, film_question_id uuid references film_question, made_up boolean not null,
  shown_at timestamptz not null, deadline_at timestamptz not null check (deadline_at > shown_at), check (num_nonnulls(quiz_id, film_question_id) = 1));
create index film_showing_viewing on film_showing (viewing_id);
create index film_showing_person on film_showing (lesson_id, person_id);
create index film_showing_placed on film_showing (film_question_id) where film_question_id is not null;
create table film_answer (
  id uuid primary key, institution_id uuid not null references institution, lesson_id uuid not null references lesson, showing_id uuid not null unique references film_showing,
  person_id uuid not null references person, quiz_id uuid references quiz, film_question_id uuid references film_question, choices jsonb, text text,
  correct boolean not null, made_up boolean not null, after_cut boolean not null, answered_at timestamptz not null,
  check (num_nonnulls(quiz_id, film_question_id) = 1), check (num_nonnulls(choices, text) = 1), unique (person_id, quiz_id), unique (person_id, film_question_id));
create index film_answer_lesson on film_answer (lesson_id, person_id);
create trigger film_showing_append_only before update or delete on film_showing for each row execute function refuse_change();
create trigger film_answer_append_only before update or delete on film_answer for each row execute function refuse_change();
`;

const privileges = `
grant select, insert, update, delete on film_question to keshi_app;
grant select, insert on film_showing, film_answer to keshi_app;
`;

export class Migration0020FilmQuestions extends Migration {
  override async up(): Promise<void> {
    for (const part of [placed, shown, privileges]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('Answers are records: restore a backup instead.');
  }
}
