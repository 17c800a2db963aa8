// The supervision connector: platforms that are sent facts, and the outbox, which gets a fact in the transaction of the fact itself.
import { Migration } from '@mikro-orm/migrations';

/**
 * Without an institution it sends what all of them have. `takes`: kinds its mapping names; `*` for all. `refill_from` up to `refill_to`: a stretch that is still to be looked through for facts
 * the outbox does not have. `lease`: one worker sends at a time.
 */
const connectors = `
create table connector (
  id uuid primary key, institution_id uuid references institution, name text not null, address text not null, mapping text not null, takes text[] not null, sealed_secret bytea not null, key_version text not null,
  created_at timestamptz not null, created_by uuid references person, paused_at timestamptz, last_sequence bigint not null default 0, sent bigint not null default 0, lease uuid, leased_until timestamptz,
  failures int not null default 0, next_at timestamptz, trouble text, trouble_at timestamptz, answered_at timestamptz, swept_at timestamptz, refill_from timestamptz, refill_to timestamptz,
  replay_from date, replay_at timestamptz, replay_facts bigint not null default 0, check ((refill_from is null) = (refill_to is null)));
`;

/**
 * One row for each fact and connector. What an event says is read from the event, which never changes; a derived result is kept as it was ('payload'). 'day': when it was recorded, in Shanghai.
 * 'sequence' is given by whoever sends, once the row is there: without gaps, whatever the order of commits. 'hash': SHA-256 of what was sent last.
 */
const outbox = `
create table outbox (
  connector_id uuid not null, institution_id uuid, fact_id uuid not null, queued bigint generated always as identity, kind text not null, subject_id text not null, at timestamptz not null, day date not null,
  payload jsonb, sequence bigint, state text not null default 'waiting' check (state in ('waiting', 'sent', 'dead')), attempts int not null default 0, refusals int not null default 0, next_at timestamptz,
  replay boolean not null default false, sent_at timestamptz, receipt text, code text, hash bytea, primary key (connector_id, fact_id));
create unique index outbox_sequence on outbox (connector_id, sequence);
create index outbox_unnumbered on outbox (connector_id, queued) where sequence is null;
create index outbox_waiting on outbox (connector_id, sequence) where state = 'waiting';
create index outbox_dead on outbox (connector_id, sequence) where state = 'dead';
create index outbox_replay on outbox (connector_id) where replay and state = 'waiting';
create index outbox_day on outbox (connector_id, day, kind);
create index outbox_subject on outbox (connector_id, subject_id, queued desc) where payload is not null;
create table connector_reconciliation (
  id uuid primary key, connector_id uuid not null references connector, institution_id uuid, day date not null, asked_at timestamptz not null, asked_by uuid references person, settled_at timestamptz,
  outcome text not null check (outcome in ('asked', 'same', 'differs', 'failed')), code text, kinds jsonb not null default '[]', differences jsonb not null default '[]', difference_count int not null default 0);
create index connector_reconciliation_day on connector_reconciliation (connector_id, day, asked_at desc);
create index connector_reconciliation_asked on connector_reconciliation (connector_id) where outcome = 'asked';
`;

/** When a fact was recorded: its id says so (UUIDv7), whatever moment the fact is about. */
const days = `
create function outbox_recorded(id uuid, at timestamptz) returns timestamptz language sql immutable as $$
  select case when substr(id::text, 15, 1) = '7' then to_timestamp(('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint / 1000.0) else at end $$;
create function outbox_floor(at timestamptz) returns uuid language sql immutable as $$
  select (left(h, 8) || '-' || right(h, 4) || '-0000-0000-000000000000')::uuid from (select lpad(to_hex(greatest(0, floor(extract(epoch from at) * 1000))::bigint), 12, '0') as h) x $$;
create function outbox_day(at timestamptz) returns date language sql immutable as $$ select (at at time zone 'Asia/Shanghai')::date $$;
`;

/** What the ledger says of a learner in a lesson that is over, as one fact: another figure is another fact with another id. */
const ledgerFact = `
create view ledger_fact as
  select r.lesson_id, r.person_id, r.institution_id, md5('ledger:' || r.lesson_id || ':' || r.person_id || ':' || to_char(r.reckoned_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'))::uuid as fact_id,
    r.lesson_id || ':' || r.person_id as subject_id, r.reckoned_at as at,
    jsonb_build_object('lessonId', r.lesson_id, 'personId', r.person_id, 'cohortId', r.cohort_id, 'heldMs', r.held_ms, 'liveMs', r.live_ms, 'madeUpMs', r.made_up_ms, 'correctedMs', r.corrected_ms,
      'takenBackMs', r.taken_back_ms, 'offlineMs', r.offline_ms, 'units', jsonb_array_length(r.units), 'joinedAt', r.joined_at, 'leftAt', r.left_at, 'asked', r.asked, 'answered', r.answered, 'correct', r.correct,
      'checksAsked', r.checks_asked, 'matched', r.matched, 'failed', r.failed, 'missed', r.missed, 'pending', r.pending, 'unsettled', r.unsettled, 'rulePack', r.rule_pack) as payload
  from ledger_row r join lesson l on l.id = r.lesson_id and l.status = 'ended';
`;

const columns = 'connector_id, institution_id, fact_id, kind, subject_id, at, day';
const takes = (kind: string, institution: string): string => `(${kind} = any(c.takes) or '*' = any(c.takes)) and (c.institution_id is null or c.institution_id = ${institution})`;
/** A row of the ledger that says what the last one of it said is no new fact. */
const ledgerNews = `f.payload is distinct from (select o.payload from outbox o where o.connector_id = c.id and o.subject_id = f.subject_id and o.payload is not null order by o.queued desc limit 1)`;
/** Signed heads of the evidence log are for everybody who is sent anything of it: hashes alone. */
const headFact = `md5('tree_head:' || n.size || ':' || n.root)::uuid, 'tree_head', 'tree:' || n.size, n.at, outbox_day(n.at),
    jsonb_build_object('size', n.size, 'root', n.root, 'keyId', n.key_id, 'signature', n.signature, 'proof', n.proof)`;
const takesHeads = `('tree_head' = any(c.takes) or '*' = any(c.takes))`;
const definer = 'language plpgsql security definer set search_path = public, pg_temp as';

/** Once for each statement. 'refill_outbox' finds what was recorded within [since, until) and is not in the outbox of that connector; it answers how many facts came in. */
const functions = `
create function outbox_of_event() returns trigger ${definer} $$ begin
  insert into outbox (${columns}) select c.id, c.institution_id, n.id, n.type, n.stream, n.at, outbox_day(outbox_recorded(n.id, n.at))
    from added n join connector c on ${takes('n.type', 'n.institution_id')} order by n.id on conflict do nothing;
  return null; end $$;
create function outbox_of_ledger() returns trigger ${definer} $$ begin
  insert into outbox (${columns}, payload) select c.id, c.institution_id, f.fact_id, 'ledger', f.subject_id, f.at, outbox_day(f.at), f.payload
    from added n join ledger_fact f on f.lesson_id = n.lesson_id and f.person_id = n.person_id join connector c on ${takes(`'ledger'`, 'f.institution_id')} where ${ledgerNews} on conflict do nothing;
  return null; end $$;
create function outbox_of_head() returns trigger ${definer} $$ begin
  insert into outbox (${columns}, payload) select c.id, c.institution_id, ${headFact} from added n join connector c on ${takesHeads} on conflict do nothing;
  return null; end $$;
create function refill_outbox(wanted uuid, since timestamptz, until timestamptz default 'infinity', again boolean default false) returns int ${definer} $$
declare added int; more int; begin
  insert into outbox (${columns}, replay) select c.id, c.institution_id, e.id, e.type, e.stream, e.at, outbox_day(outbox_recorded(e.id, e.at)), again
    from connector c join event e on e.id >= outbox_floor(since) and e.id < outbox_floor(least(until, timestamptz '3000-01-01')) and ${takes('e.type', 'e.institution_id')}
    where c.id = wanted and not exists (select from outbox o where o.connector_id = c.id and o.fact_id = e.id) order by e.id on conflict do nothing;
  get diagnostics added = row_count;
  insert into outbox (${columns}, payload, replay) select c.id, c.institution_id, f.fact_id, 'ledger', f.subject_id, f.at, outbox_day(f.at), f.payload, again
    from connector c join ledger_lesson k on k.reckoned_at >= since and k.reckoned_at < until join ledger_fact f on f.lesson_id = k.lesson_id
    where c.id = wanted and ${takes(`'ledger'`, 'f.institution_id')} and ${ledgerNews} order by f.at, f.fact_id on conflict do nothing;
  get diagnostics more = row_count;
  added := added + more;
  insert into outbox (${columns}, payload, replay) select c.id, c.institution_id, ${headFact}, again from connector c join tree_head n on n.at >= since and n.at < until and ${takesHeads} where c.id = wanted order by n.size on conflict do nothing;
  get diagnostics more = row_count;
  return added + more; end $$;
`;

/** They are switched on with the first connector: while there is none, a fact costs what it cost before. */
const triggers = `
create trigger outbox_of_event after insert on event referencing new table as added for each statement execute function outbox_of_event();
alter table event disable trigger outbox_of_event;
create trigger outbox_of_ledger after insert on ledger_row referencing new table as added for each statement execute function outbox_of_ledger();
alter table ledger_row disable trigger outbox_of_ledger;
create trigger outbox_of_head after insert on tree_head referencing new table as added for each statement execute function outbox_of_head();
alter table tree_head disable trigger outbox_of_head;
create function connector_listens() returns trigger language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '10s' as $$ begin
  if exists (select from pg_trigger where tgname in ('outbox_of_event', 'outbox_of_ledger') and tgenabled = 'D' and tgparentid = 0) then
    alter table event enable trigger outbox_of_event;
    alter table ledger_row enable trigger outbox_of_ledger;
    alter table tree_head enable trigger outbox_of_head;
  end if;
  return null; end $$;
create trigger connector_listens after insert on connector for each statement execute function connector_listens();
`;

const privileges = `
grant select, insert, update on connector, outbox, connector_reconciliation to keshi_app;
revoke all on function refill_outbox(uuid, timestamptz, timestamptz, boolean) from public;
grant execute on function refill_outbox(uuid, timestamptz, timestamptz, boolean) to keshi_platform;
`;

export class Migration0052Connector extends Migration {
  override async up(): Promise<void> {
    for (const part of [connectors, outbox, days, ledgerFact, functions, triggers, privileges]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('What was sent to whom is a record: restore a backup instead.');
  }
}
