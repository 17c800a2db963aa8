// Checks that are asked once more, and checks of whoever is not known by a face: a phone code and a look by staff, both as facts.
import { Migration } from '@mikro-orm/migrations';

const attempts = `
alter table face_check
  add column drawn boolean not null default false,
  add column attempt int not null default 1 check (attempt >= 1),
  add column first_check_id uuid references face_check,
  add column retry_because text,
  add constraint face_check_first_check check ((attempt = 1) = (first_check_id is null) and (attempt = 1) = (retry_because is null));
create unique index face_check_attempt on face_check (first_check_id, attempt) where first_check_id is not null;
create index face_check_lesson on face_check (lesson_id, person_id);
create index face_check_unanswered on face_check (session_id)
  where status = 'settled' and verdict in ('poor_quality', 'no_face', 'several_faces', 'mismatched', 'not_seen', 'missed');
update face_check set drawn = true where kind = 'spot' and (asked_at is null or due_at <> asked_at);
`;

const otherWay = `
alter table face_check
  add column way text not null default 'face' check (way in ('face', 'alternative')),
  add column code text check (code in ('unsent', 'sent', 'entered', 'no_phone')),
  add column code_tried_at timestamptz,
  add column code_sent_at timestamptz,
  add column seen boolean,
  add column looked_at timestamptz,
  add column looked_by uuid references person,
  add constraint face_check_way_code_check check ((way = 'alternative') = (code is not null)),
  add constraint face_check_look_check check ((seen is null) = (looked_at is null) and (seen is null) = (looked_by is null)),
  drop constraint face_check_verdict_check,
  add constraint face_check_verdict_check check (verdict in ('matched', 'mismatched', 'no_face', 'several_faces', 'poor_quality', 'review', 'missed', 'refused',
    'confirmed_by_person', 'not_seen', 'missed_look')),
  add constraint face_check_confirmed_check check (verdict is distinct from 'confirmed_by_person' or (way = 'alternative' and seen and looked_by <> person_id));
create index face_check_unsent on face_check (asked_at) where status = 'asked' and code = 'unsent';
`;

export class Migration0009CheckAttempts extends Migration {
  override async up(): Promise<void> {
    for (const part of [attempts, otherWay]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('Attempts and looks are a record: restore a backup instead.');
  }
}
