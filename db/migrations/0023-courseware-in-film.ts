// Where the pointer was on a page, for the film alone; and which files have the pages in their picture.
import { Migration } from '@mikro-orm/migrations';

/** Without a place the pointer was taken away. Only of recorded lessons, and gone with their raw captures. */
const pointer = `
create table courseware_pointer (
  session_id uuid not null, courseware_id uuid not null, institution_id uuid not null references institution, page int not null, at timestamptz not null,
  x int, y int, check ((x is null) = (y is null)), check (x between 0 and 10000 and y between 0 and 10000),
  foreign key (session_id, courseware_id) references courseware_use);
create index courseware_pointer_at on courseware_pointer (session_id, at);
`;

/** Files made before have no pages in them: in their replay the page stands beside the film. */
const films = 'alter table replay add column courseware_in_film boolean not null default false;';

const privileges = 'grant select, insert, delete on courseware_pointer to keshi_app;';

export class Migration0023CoursewareInFilm extends Migration {
  override async up(): Promise<void> {
    for (const part of [pointer, films, privileges]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('What is in which film is a record: restore a backup instead.');
  }
}
