// Appeals against checks of exams, and decisions about them: in the same tables as those of lessons, with an attempt for a place.
import { Migration } from '@mikro-orm/migrations';

const places = `
alter table appeal alter column lesson_id drop not null, add column attempt_id uuid references exam_attempt,
  add constraint appeal_place_check check ((attempt_id is null) = (lesson_id is not null) and (attempt_id is null or check_id is not null));
alter table review_decision alter column lesson_id drop not null, add column attempt_id uuid references exam_attempt,
  add constraint review_decision_place_check check ((attempt_id is null) = (lesson_id is not null) and (attempt_id is null or subject = 'check'));
create index appeal_attempt on appeal (attempt_id) where attempt_id is not null;
create index review_decision_attempt on review_decision (attempt_id) where attempt_id is not null;
`;

export class Migration0027ExamAppeals extends Migration {
  override async up(): Promise<void> {
    this.addSql(places);
  }

  override async down(): Promise<void> {
    throw new Error('Appeals are records: restore a backup instead.');
  }
}
