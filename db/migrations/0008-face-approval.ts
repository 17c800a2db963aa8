// A new face in place of an active one waits for a person; what was measured stays with the enrolment; each is compared with other people's once.
import { Migration } from '@mikro-orm/migrations';

const words = `
alter table face_enrolment drop constraint face_enrolment_status_check;
alter table face_enrolment add constraint face_enrolment_status_check
  check (status in ('verifying', 'awaiting_approval', 'active', 'rejected', 'refused', 'replaced'));
`;

const columns = `
alter table face_enrolment add column measures jsonb;
alter table face_enrolment add column request_reason text check (request_reason in ('looks_changed', 'pictures_poor', 'model_changed', 'other'));
alter table face_enrolment add column former_distance double precision;
alter table face_enrolment add column decided_by uuid references person;
alter table face_enrolment add column decided_at timestamptz;
alter table face_enrolment add column decision_reason text;
alter table face_enrolment add column compared_at timestamptz;
alter table face_enrolment add constraint face_enrolment_decided
  check ((decided_at is null) = (decided_by is null) and (status <> 'refused' or (decided_at is not null and decision_reason is not null)));
`;

const indexes = `
create unique index face_enrolment_active on face_enrolment (person_id) where status = 'active';
create unique index face_enrolment_awaiting on face_enrolment (person_id) where status = 'awaiting_approval';
create index face_enrolment_uncompared on face_enrolment (id) where compared_at is null and status in ('active', 'awaiting_approval');
`;

export class Migration0008FaceApproval extends Migration {
  override async up(): Promise<void> {
    for (const part of [words, columns, indexes]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('Who approved a face is a record: restore a backup instead.');
  }
}
