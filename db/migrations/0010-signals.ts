// Signals against fakes, fingerprints of snapshots, what people decided about checks, and learners' appeals.
import { Migration } from '@mikro-orm/migrations';

const signals = `
create table signal (
  id uuid primary key, institution_id uuid references institution, person_id uuid not null references person,
  kind text not null check (kind in ('virtual_camera', 'repeated_picture', 'frozen_picture', 'same_face', 'shared_device', 'nonce_mismatch', 'low_liveness')),
  strength double precision not null check (strength between 0 and 1), lesson_id uuid references lesson, check_id uuid references face_check,
  other_person_ids jsonb not null default '[]', facts jsonb not null default '{}', about text not null,
  first_seen_at timestamptz not null, last_seen_at timestamptz not null, count int not null default 1,
  status text not null default 'open' check (status in ('open', 'settled')), unique (person_id, kind, about));
create index signal_lesson on signal (lesson_id, person_id);
create index signal_institution on signal (institution_id, status, last_seen_at desc);
create index signal_check on signal (check_id) where check_id is not null;
`;

/** Bands: four quarters of the hash, each with its number in front, so that prints which differ in at most three bits share one. */
const prints = `
create table snapshot_print (
  picture_id uuid primary key, institution_id uuid not null references institution, lesson_id uuid not null references lesson,
  check_id uuid not null references face_check, person_id uuid not null references person, taken_at timestamptz not null,
  hash bit(64), bands int[], digest text, camera jsonb);
create index snapshot_print_person on snapshot_print (person_id, taken_at desc);
create index snapshot_print_bands on snapshot_print using gin (bands);
create index snapshot_print_digest on snapshot_print (digest) where digest is not null;
create index snapshot_print_taken on snapshot_print (taken_at);
create index snapshot_print_check on snapshot_print (check_id);
`;

/** Browsers carry a mark of 14 signs before the tab's own id. */
const devices = `
create index connection_browser on connection (left(device_id, 14), last_seen_at) where role = 'student';
create index connection_seen on connection (last_seen_at) where role = 'student';
`;

const appeals = `
create table appeal (
  id uuid primary key, institution_id uuid not null references institution, lesson_id uuid not null references lesson,
  person_id uuid not null references person, check_id uuid references face_check, unit_id uuid references unit, from_at timestamptz, to_at timestamptz,
  text text not null check (char_length(text) between 10 and 1000), created_at timestamptz not null, decided_at timestamptz,
  check ((check_id is null) = (unit_id is not null and from_at is not null and to_at is not null and to_at > from_at)));
create unique index appeal_open_check on appeal (check_id) where decided_at is null and check_id is not null;
create unique index appeal_open_span on appeal (person_id, unit_id, from_at, to_at) where decided_at is null and check_id is null;
create index appeal_lesson on appeal (lesson_id, person_id);
create index appeal_waiting on appeal (institution_id, created_at) where decided_at is null;
`;

/** Checks that wait for a person. */
const waiting = `
create index face_check_review on face_check (lesson_id) where status = 'settled' and verdict in ('review', 'missed_look', 'mismatched');
`;

/** Only added to: a second decision stands beside the first. */
const decisions = `
create table review_decision (
  id uuid primary key, institution_id uuid not null references institution, lesson_id uuid not null references lesson,
  person_id uuid not null references person, subject text not null check (subject in ('check', 'signals', 'span')),
  check_id uuid references face_check, appeal_id uuid references appeal,
  outcome text not null check (outcome in ('upheld', 'overturned', 'no_finding')), reason text not null check (char_length(btrim(reason)) between 1 and 500),
  replaces_id uuid unique references review_decision, decided_by uuid not null references person, decided_at timestamptz not null,
  check (decided_by <> person_id), check ((subject = 'check') = (check_id is not null)));
create index review_decision_lesson on review_decision (lesson_id, person_id);
create index review_decision_check on review_decision (check_id) where check_id is not null;
create index review_decision_appeal on review_decision (appeal_id) where appeal_id is not null;
create trigger review_decision_append_only before update or delete on review_decision for each row execute function refuse_change();
`;

const privileges = `
grant select, insert, update, delete on signal, snapshot_print to keshi_app;
grant select, insert, update on appeal to keshi_app;
grant select, insert on review_decision to keshi_app;
`;

export class Migration0010Signals extends Migration {
  override async up(): Promise<void> {
    for (const part of [signals, prints, devices, appeals, waiting, decisions, privileges]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('Decisions on checks are a record: restore a backup instead.');
  }
}
