// Help: reports of trouble, answers to them, the log of incidents; and notices that are not about a lesson.
import { Migration } from '@mikro-orm/migrations';

const incidents = `
create table incident (
  id uuid primary key, institution_id uuid references institution, found text, from_at timestamptz not null, until_at timestamptz, what text not null, whom text not null, cause text not null, measures text not null,
  reported_at timestamptz, lesson_ids jsonb not null, revision int not null check (revision > 0), changed_at timestamptz not null, changed_by uuid not null references person, check (until_at >= from_at));
create index incident_institution on incident (institution_id, from_at desc);
`;

/** Without an institution it is the platform's; without a person it was sent by nobody who is known. */
const tickets = `
create table help_ticket (
  id uuid primary key, institution_id uuid references institution, person_id uuid references person, lesson_id uuid references lesson, category text not null, severity text not null check (severity in ('urgent', 'normal')),
  state text not null check (state in ('new', 'answered', 'solved', 'reopened')), words text not null, diagnostics jsonb not null, call_back boolean not null, asked_at timestamptz not null, due_at timestamptz not null,
  first_answered_at timestamptz, assigned_to uuid references person, handed_up_at timestamptz, incident_id uuid references incident);
create index help_ticket_desk on help_ticket (institution_id, asked_at desc);
create index help_ticket_person on help_ticket (person_id, asked_at desc);
create index help_ticket_incident on help_ticket (incident_id) where incident_id is not null;
create table help_post (
  id uuid primary key, institution_id uuid references institution, ticket_id uuid not null references help_ticket, person_id uuid not null references person, by_desk boolean not null, words text not null, at timestamptz not null);
create index help_post_ticket on help_post (ticket_id, at);
`;

/** A notice may be about an answer: of no lesson, perhaps of no institution. Which kinds there are, the domain says. Its guards are made anew after migrating, for a column that may be empty. */
const notices = `
alter table notice alter column lesson_id drop not null, alter column institution_id drop not null, drop constraint if exists notice_kind_check;
drop policy if exists of_institution on notice;
drop policy if exists of_platform on notice;
`;

const privileges = `
grant select, insert, update on help_ticket, incident to keshi_app;
grant select, insert on help_post to keshi_app;
`;

export class Migration0037Help extends Migration {
  override async up(): Promise<void> {
    for (const part of [incidents, tickets, notices, privileges]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('What people reported, and what was done about it, is evidence: restore a backup instead.');
  }
}
