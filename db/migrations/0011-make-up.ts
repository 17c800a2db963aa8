// Viewings that make up what was missed live, and checks that are asked in them.
import { Migration } from '@mikro-orm/migrations';

const sittings = `
create table make_up (
  viewing_id uuid primary key, institution_id uuid not null references institution, lesson_id uuid not null references lesson,
  session_id uuid not null references lesson_session, unit_id uuid not null references unit, person_id uuid not null references person,
  replay_id uuid not null, film_starts_at timestamptz not null, open jsonb not null, watched jsonb not null default '[]', reach_ms int not null,
  check_seed text not null, check_seed_hash text not null, spots_asked int not null default 0,
  closes_at timestamptz not null, begun_at timestamptz not null, ended_at timestamptz);
create index make_up_lesson on make_up (lesson_id, person_id);
`;

/** A phone code alone is a word of its own: it is taken in the replay only, where nobody is there to look. */
const checks = `
alter table face_check
  add column viewing_id uuid references make_up,
  add column clock_ms int,
  add constraint face_check_viewing_check check ((viewing_id is null) = (clock_ms is null)),
  drop constraint face_check_verdict_check,
  add constraint face_check_verdict_check check (verdict in ('matched', 'mismatched', 'no_face', 'several_faces', 'poor_quality', 'review', 'missed', 'refused',
    'confirmed_by_person', 'not_seen', 'missed_look', 'confirmed_by_code')),
  add constraint face_check_code_alone_check check (verdict is distinct from 'confirmed_by_code' or (viewing_id is not null and way = 'alternative' and code = 'entered'));
create index face_check_viewing on face_check (viewing_id, asked_at) where viewing_id is not null;
`;

const privileges = 'grant select, insert, update on make_up to keshi_app;';

export class Migration0011MakeUp extends Migration {
  override async up(): Promise<void> {
    for (const part of [sittings, checks, privileges]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('What was made up is a record: restore a backup instead.');
  }
}
