// The public corner: posts that a second person lets through, and the ten places of the authority's own resources.
import { Migration } from '@mikro-orm/migrations';

const posts = `
create table corner_post (
  id uuid primary key, institution_id uuid not null references institution, kind text not null check (kind in ('news', 'job')), by_authority boolean not null, content jsonb not null, last_day date, ends_at timestamptz,
  written_at timestamptz not null, written_by uuid not null references person, state text not null check (state in ('waiting', 'published', 'refused', 'taken_down')),
  decided_at timestamptz, decided_by uuid references person, decision_reason text, taken_down_at timestamptz, taken_down_by uuid references person, taken_down_reason text,
  check (kind <> 'job' or ends_at is not null), check ((last_day is null) = (ends_at is null)),
  check (decided_by <> written_by), check ((decided_at is null) = (decided_by is null) and (decided_at is null) = (decision_reason is null)),
  check (case state when 'waiting' then decided_at is null when 'published' then decided_at is not null when 'refused' then decision_reason <> '' else true end),
  check ((state = 'taken_down') = (taken_down_at is not null) and (taken_down_at is null) = (taken_down_by is null) and (taken_down_at is null) = (taken_down_reason is null)));
create index corner_post_shown on corner_post (kind, decided_at desc, id) where state = 'published';
create index corner_post_desk on corner_post (institution_id, written_at desc);
`;

/** What was let through is what stays: only what became of it changes. */
const kept = `
create function keep_corner_post() returns trigger language plpgsql as $$
declare moving constant text[] := array['state', 'decided_at', 'decided_by', 'decision_reason', 'taken_down_at', 'taken_down_by', 'taken_down_reason'];
begin
  if tg_op = 'DELETE' or old.state in ('refused', 'taken_down') or (old.state = 'published' and new.state <> 'taken_down') or to_jsonb(old) - moving <> to_jsonb(new) - moving then
    raise exception 'a post is decided once and taken down once, and otherwise not changed';
  end if;
  return new;
end $$;
create trigger corner_post_kept before update or delete on corner_post for each row execute function keep_corner_post();
create trigger corner_post_no_truncate before truncate on corner_post for each statement execute function refuse_change();
`;

/** Nobody's institution: of the authority, for everybody. Ten places, each taken by one that stands: no more can there be, whoever writes at once. */
const resources = `
create table corner_resource (
  id uuid primary key, place smallint not null check (place between 1 and 10), title text not null, words text not null, file_name text not null, content_type text not null, size_bytes int not null check (size_bytes > 0),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'), added_at timestamptz not null, added_by uuid not null references person, withdrawn_at timestamptz, withdrawn_by uuid references person, withdraw_reason text,
  check ((withdrawn_at is null) = (withdrawn_by is null) and (withdrawn_at is null) = (withdraw_reason is null)));
create unique index corner_resource_place on corner_resource (place) where withdrawn_at is null;
create unique index corner_resource_file on corner_resource (sha256) where withdrawn_at is null;
`;

const privileges = 'grant select, insert, update on corner_post, corner_resource to keshi_app;';

export class Migration0042Corner extends Migration {
  override async up(): Promise<void> {
    for (const part of [posts, kept, resources, privileges]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('What stood in public, and who let it through, is evidence: restore a backup instead.');
  }
}
