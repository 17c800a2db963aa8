// Questions in class: answers that came late after a cut, explanations, and learners drawn by lot.
import { Migration } from '@mikro-orm/migrations';

const questions = `
alter table answer add column after_cut boolean not null default false;
alter table question add column explanation text check (char_length(explanation) between 1 and 2000);
create index quiz_question on quiz (question_id);
`;

/** Only added to. `candidates`: among how many the lot was drawn, of `present`. */
const picks = `
create table picked_learner (
  id uuid primary key, institution_id uuid not null references institution, lesson_id uuid not null references lesson,
  session_id uuid not null references lesson_session, person_id uuid not null references person, picked_by uuid not null references person,
  picked_at timestamptz not null, candidates int not null check (candidates > 0), present int not null check (present >= candidates));
create index picked_learner_session on picked_learner (session_id, picked_at);
create trigger picked_learner_append_only before update or delete on picked_learner for each row execute function refuse_change();
grant select, insert on picked_learner to keshi_app;
`;

export class Migration0013QuizInClass extends Migration {
  override async up(): Promise<void> {
    for (const part of [questions, picks]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('Answers are records: restore a backup instead.');
  }
}
