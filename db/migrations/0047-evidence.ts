// One ever-growing log (RFC 6962) over the heads of all streams and the hashes of all files, its signed heads, and what waits to become a leaf of it.
import { Migration } from '@mikro-orm/migrations';

/** Hashes and ids alone. `amount`: events of a stream, entries of a directory; `tree_node` holds full subtrees above the leaves, so that a proof reads some dozens of rows however many leaves there are. */
const log = `
create table tree_leaf (
  position bigint primary key check (position >= 0), kind text not null check (kind in ('stream', 'file', 'directory')), what text not null, subject text not null, amount bigint, sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  hash bytea not null check (length(hash) = 32), added_at timestamptz not null, check ((kind = 'file') = (amount is null)));
create unique index tree_leaf_stream on tree_leaf (subject, amount) where kind = 'stream';
create unique index tree_leaf_file on tree_leaf (subject, what, sha256) where kind = 'file';
create table tree_node (level int not null check (level >= 1), position bigint not null, hash bytea not null check (length(hash) = 32), primary key (level, position));
create table evidence_key (
  key_id text primary key check (key_id ~ '^[0-9a-f]{64}$'), public_key text not null unique, since timestamptz not null, endorsed_by text unique references evidence_key, endorsement text,
  check ((endorsed_by is null) = (endorsement is null)));
create unique index evidence_key_first on evidence_key ((true)) where endorsed_by is null;
create table tree_head (
  size bigint primary key check (size > 0), root text not null check (root ~ '^[0-9a-f]{64}$'), at timestamptz not null, key_id text not null references evidence_key, signature text not null, proof jsonb not null);
`;

const guards = ['tree_leaf', 'tree_node', 'evidence_key', 'tree_head'].map((table) => `
create trigger ${table}_append_only before update or delete on ${table} for each row execute function refuse_change();
create trigger ${table}_no_truncate before truncate on ${table} for each statement execute function refuse_change();`).join('');

/** Each fact that is linked and each file that is hashed marks itself in its own transaction; the log takes the marks away as it grows. */
const due = `
create table tree_due (kind text not null check (kind in ('stream', 'file')), what text not null, subject text not null, sha256 text not null, primary key (kind, what, subject, sha256));
create function tree_due_of_links() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$ begin
  insert into tree_due (kind, what, subject, sha256) select distinct 'stream', 'stream', stream, '' from added order by stream on conflict do nothing;
  return null; end $$;
create trigger tree_due_links after insert on event_link referencing new table as added for each statement execute function tree_due_of_links();
create function tree_due_of_file() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare subject text := coalesce(to_jsonb(new) ->> tg_argv[1], new.id::text); hash text := to_jsonb(new) ->> tg_argv[2]; begin
  if hash is not null and (tg_op = 'INSERT' or to_jsonb(old) ->> tg_argv[2] is distinct from hash) then
    insert into tree_due (kind, what, subject, sha256) values ('file', tg_argv[0], subject, hash) on conflict do nothing;
  end if;
  return null; end $$;
`;
/** Table, what it is in the log, the column that names it, the column of its hash. */
const files = [
  ['capture_segment', 'capture', 'id', 'sha256'], ['replay', 'unit', 'id', 'sha256'], ['face_picture', 'picture', 'id', 'sha256'], ['certificate', 'certificate', 'serial', 'sha256'],
  ['course_dossier', 'dossier', 'id', 'sha256'], ['attachment', 'sheet', 'id', 'sha256'], ['film_file', 'film', 'id', 'sha256'],
] as const;
const watched = files.map(([table, what, subject, hash]) => `
create trigger tree_due_${table}_insert after insert on ${table} for each row execute function tree_due_of_file('${what}', '${subject}', '${hash}');
create trigger tree_due_${table}_update after update of ${hash} on ${table} for each row execute function tree_due_of_file('${what}', '${subject}', '${hash}');
insert into tree_due (kind, what, subject, sha256) select 'file', '${what}', ${subject}::text, ${hash} from ${table} where ${hash} is not null on conflict do nothing;`).join('');
const before = `insert into tree_due (kind, what, subject, sha256) select distinct 'stream', 'stream', stream, '' from event_link;`;

const picture = `alter table face_picture add column sha256 text check (sha256 ~ '^[0-9a-f]{64}$');`;
const privileges = `
grant select, insert on tree_leaf, tree_node, evidence_key, tree_head to keshi_app;
grant select, insert, delete on tree_due to keshi_app;
grant update (sha256) on tree_due to keshi_app;
`;

export class Migration0047Evidence extends Migration {
  override async up(): Promise<void> {
    for (const part of [picture, log, guards, due, watched, before, privileges]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('What was signed is not taken back: restore a backup instead.');
  }
}
