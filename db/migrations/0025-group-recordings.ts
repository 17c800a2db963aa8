// Recordings of breakout groups: each group of a recorded division has a recording and a film of its own beside those of the class.
import { Migration } from '@mikro-orm/migrations';

const divisions = 'alter table breakout add column recorded boolean not null default false;';

/** Of a group: the group's. Of the class: none. A session has one of the class, a group one. */
const recordings = `
alter table recording add column group_id uuid references breakout_group, drop constraint recording_session_id_key;
create unique index recording_of_class on recording (session_id) where group_id is null;
create unique index recording_of_group on recording (group_id) where group_id is not null;
`;

/** A file is of a unit or of a group. In chunks the group's id stands where the unit's does: the film of a group is one unit. */
const films = `
alter table recording_chunk drop constraint recording_chunk_unit_id_fkey;
alter table replay add column group_id uuid references breakout_group, alter column unit_id drop not null,
  add constraint replay_of_check check ((unit_id is null) <> (group_id is null));
create unique index replay_group_part on replay (group_id, part) where group_id is not null;
`;

export class Migration0025GroupRecordings extends Migration {
  override async up(): Promise<void> {
    for (const part of [divisions, recordings, films]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('Recordings of groups would stand among those of the class: restore a backup instead.');
  }
}
