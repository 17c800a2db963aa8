// Inspections: what was sealed before the draw, what was drawn, what was found, what institutions answered, and who looked at a picture why.
import { Migration } from '@mikro-orm/migrations';

/** An inspection may concern several institutions; what each of them sees stands in rows of its own. `scope` as the draw was asked for; `population` is the list the draw was made of, line by line. Films and checks are named without a foreign key: when they are deleted in their time, the inspection stays. */
const inspections = `
create table inspection (
  id uuid primary key, institution_ids uuid[] not null check (cardinality(institution_ids) > 0), title text not null, announced boolean not null, scope jsonb not null, size int not null check (size > 0),
  status text not null check (status in ('sealed', 'drawn', 'handed', 'closed')), seed text not null, seed_hash text not null, made_by uuid not null references person, made_at timestamptz not null,
  own_words text, population text, population_hash text, population_count int, without_film int, drawn_by uuid references person, drawn_at timestamptz,
  handed_by uuid references person, handed_at timestamptz, due_at timestamptz, closed_by uuid references person, closed_at timestamptz, closing_words text,
  check (status in ('sealed', 'closed') or drawn_at is not null), check (status <> 'sealed' or drawn_at is null), check ((drawn_at is null) = (population is null)), check ((closed_at is null) = (status <> 'closed')));
create index inspection_made on inspection (made_at desc);
create table inspection_unit (
  id uuid primary key, inspection_id uuid not null references inspection, institution_id uuid not null references institution, ordinal int not null, replay_id uuid not null, lesson_id uuid not null references lesson,
  unit_id uuid not null references unit, risk text not null check (risk in ('high', 'middle', 'low')), sha256 text not null, unique (inspection_id, ordinal), unique (inspection_id, replay_id));
create index inspection_unit_institution on inspection_unit (institution_id, inspection_id);
create table inspection_finding (
  id uuid primary key, inspection_id uuid not null references inspection, institution_id uuid not null references institution, inspection_unit_id uuid not null references inspection_unit, at_ms int not null check (at_ms >= 0),
  severity text not null check (severity in ('minor', 'major', 'critical')), evidence jsonb not null, words text not null, made_by uuid not null references person, made_at timestamptz not null);
create index inspection_finding_inspection on inspection_finding (inspection_id, made_at);
create index inspection_finding_institution on inspection_finding (institution_id, inspection_id);
create table inspection_answer (
  id uuid primary key, institution_id uuid not null references institution, finding_id uuid not null references inspection_finding, ordinal int not null, kind text not null check (kind in ('answer', 'accepted', 'returned', 'withdrawn')), words text not null,
  due_at timestamptz, made_by uuid not null references person, made_at timestamptz not null, unique (finding_id, ordinal));
create table inspection_look (
  id uuid primary key, institution_id uuid not null references institution, inspection_id uuid not null references inspection, inspection_unit_id uuid not null references inspection_unit, check_id uuid not null,
  person_id uuid not null references person, purpose text not null, at timestamptz not null);
create index inspection_look_inspection on inspection_look (inspection_id, at);
`;

/** What was sealed stays, what was drawn stays, and no step is taken back. */
const forwards = `
create function keep_inspection() returns trigger language plpgsql as $$
declare steps constant text[] := array['sealed', 'drawn', 'handed', 'closed'];
begin
  if (new.institution_ids, new.title, new.announced, new.scope, new.size, new.seed, new.seed_hash, new.made_by, new.made_at) is distinct from
     (old.institution_ids, old.title, old.announced, old.scope, old.size, old.seed, old.seed_hash, old.made_by, old.made_at) then
    raise exception 'what an inspection was sealed with never changes';
  end if;
  if old.drawn_at is not null and (new.own_words, new.population, new.population_hash, new.population_count, new.without_film, new.drawn_by, new.drawn_at) is distinct from
     (old.own_words, old.population, old.population_hash, old.population_count, old.without_film, old.drawn_by, old.drawn_at) then
    raise exception 'an inspection is drawn once';
  end if;
  if array_position(steps, new.status) <= array_position(steps, old.status) then raise exception 'no step of an inspection is taken back'; end if;
  return new; end $$;
create trigger keep_inspection before update on inspection for each row execute function keep_inspection();
`;

const privileges = `
grant select, insert, update on inspection to keshi_app;
grant select, insert on inspection_unit, inspection_finding, inspection_answer, inspection_look to keshi_app;
`;

export class Migration0048Inspections extends Migration {
  override async up(): Promise<void> {
    for (const part of [inspections, forwards, privileges]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('What was found at institutions is a record: restore a backup instead.');
  }
}
