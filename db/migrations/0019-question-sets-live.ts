// Questions of the bank asked in class: the asked row points at the wording, in all kinds; what was typed; from which set it was asked.
import { Migration } from '@mikro-orm/migrations';

/** `options` and `right_choices` stand as they were shown: what is to be ordered is mixed by whoever asks. */
const questions = `
alter table question drop constraint question_kind_check;
alter table question add column version_id uuid references question_version, add column accepted jsonb, add column picture_id uuid references question_picture, add column knowledge_point text,
  add constraint question_kind_check check (kind in ('single', 'multiple', 'trueFalse', 'fillIn', 'ordering')),
  add constraint question_accepted_check check ((kind = 'fillIn') = (accepted is not null));
create index question_version_asked on question (version_id) where version_id is not null;
create index question_picture_asked on question (picture_id) where picture_id is not null;
`;

/** A set may be deleted, what was asked stays. */
const asked = `
alter table quiz add column set_id uuid references question_set on delete set null;
create index quiz_set on quiz (set_id) where set_id is not null;
alter table answer add column text text check (char_length(text) between 1 and 200);
`;

export class Migration0019QuestionSetsLive extends Migration {
  override async up(): Promise<void> {
    for (const part of [questions, asked]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('Answers are records: restore a backup instead.');
  }
}
