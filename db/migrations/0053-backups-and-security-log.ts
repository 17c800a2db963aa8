// What was backed up and tried, keys that were destroyed, who came in and what was refused (security log), and what the self-test found.
import { Migration } from '@mikro-orm/migrations';

const backups = `
create table backup_run (
  id uuid primary key, kind text not null check (kind in ('base', 'files', 'drill', 'restore')), started_at timestamptz not null, finished_at timestamptz not null, ok boolean not null,
  code text, detail jsonb not null default '{}', check (ok = (code is null)));
create index backup_run_kind on backup_run (kind, finished_at desc);
create table backup_wal (one boolean primary key default true check (one), lsn text not null, caught_up_at timestamptz not null, heard_at timestamptz not null default now());
grant select, insert on backup_run to keshi_platform;
grant select, insert, update on backup_wal to keshi_platform;
grant select on backup_run, backup_wal to keshi_app;
`;
/** Which learner's key was destroyed, and which one of theirs by its age: a restore destroys it again. Told by a trigger, whoever deletes it. */
const forgotten = `
create table forgotten_key (id bigint generated always as identity primary key, person_id uuid not null, key_created_at timestamptz not null, at timestamptz not null default now());
create function note_forgotten_key() returns trigger language plpgsql security definer set search_path = public as $$
begin insert into forgotten_key (person_id, key_created_at) values (old.person_id, old.created_at); return old; end $$;
create trigger learner_key_forgotten after delete on learner_key for each row execute function note_forgotten_key();
create trigger forgotten_key_append_only before update or delete on forgotten_key for each row execute function refuse_change();
create trigger forgotten_key_no_truncate before truncate on forgotten_key for each statement execute function refuse_change();
grant select on forgotten_key to keshi_platform;
`;
/** Months are tables of their own: what is old enough goes with its table, and nothing else goes. */
const securityLog = `
create table security_log (
  id uuid not null, at timestamptz not null default now(), kind text not null, outcome text not null check (outcome in ('done', 'refused', 'failed')),
  person_id uuid, at_institution uuid, subject text, address text, detail jsonb not null default '{}', primary key (id, at)) partition by range (at);
create table security_log_default partition of security_log default;
create index security_log_at on security_log (at desc, id desc);
create index security_log_person on security_log (person_id, at desc);
create trigger security_log_append_only before update or delete on security_log for each row execute function refuse_change();
create trigger security_log_no_truncate before truncate on security_log for each statement execute function refuse_change();
create function ensure_security_log_partition(month date) returns void language plpgsql security definer set search_path = public as $$
declare first date := date_trunc('month', month); name text := 'security_log_' || to_char(first, 'YYYYMM');
begin
  if to_regclass(name) is null then
    execute format('create table %I partition of security_log for values from (%L) to (%L)', name, first::timestamptz, (first + interval '1 month')::timestamptz);
  end if;
end $$;
create function drop_security_log_before(month date) returns int language plpgsql security definer set search_path = public as $$
declare part record; dropped int := 0;
begin
  if month > date_trunc('month', now() - interval '6 months')::date then raise exception 'the security log is kept for six months at least'; end if;
  for part in select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'security_log'::regclass and c.relname ~ '^security_log_[0-9]{6}$'
    and to_date(right(c.relname, 6), 'YYYYMM') < date_trunc('month', month)::date loop
    execute format('drop table %I', part.relname); dropped := dropped + 1;
  end loop;
  return dropped;
end $$;
revoke execute on function ensure_security_log_partition(date), drop_security_log_before(date) from public;
grant execute on function ensure_security_log_partition(date), drop_security_log_before(date) to keshi_platform;
select ensure_security_log_partition(current_date); select ensure_security_log_partition((current_date + interval '1 month')::date);
grant insert on security_log to keshi_app;
grant select on security_log to keshi_platform;
`;
const selfTests = `
create table self_test_run (id uuid primary key, at timestamptz not null, by_person uuid, took_ms int not null, failed int not null, results jsonb not null);
create index self_test_run_at on self_test_run (at desc);
grant select, insert on self_test_run to keshi_platform;
grant select, insert on self_test_run to keshi_app;
`;

export class Migration0053BackupsAndSecurityLog extends Migration {
  override async up(): Promise<void> {
    for (const part of [backups, forgotten, securityLog, selfTests]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('Logs of security and backups are kept: restore a backup instead.');
  }
}
