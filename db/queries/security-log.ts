// The security log: one row for each thing that matters to whoever asks later who was in, who tried, and what was taken (R154, R158). Only ever added to.
import type { EntityManager, Orm } from '../orm.ts';
import type { SecurityKind, SecurityOutcome } from '#domain/security-log.ts';
import { newId } from '#domain/id.ts';

export interface SecurityEntry {
  kind: SecurityKind; outcome: SecurityOutcome; personId: string | null; institutionId: string | null;
  /** What it was about: a route, an id, a keyed hash; never a name, a number or a text. */
  subject: string | null; address: string | null; detail?: Record<string, string | number | boolean | null>;
}

export const addSecurityEntry = (em: EntityManager, { kind, outcome, personId, institutionId, subject, address, detail = {} }: SecurityEntry): Promise<unknown> => em.execute(
  'insert into security_log (id, kind, outcome, person_id, at_institution, subject, address, detail) values (?, ?, ?, ?, ?, ?, ?, ?::jsonb)',
  [newId(), kind, outcome, personId, institutionId, subject?.slice(0, 200) ?? null, address, JSON.stringify(detail)]);

/** A deed of whoever runs the platform, typed on its machine: in the log whether it went through or not. Throws what the deed throws. */
export async function loggedDeed<T>(orm: Orm, entry: { kind: SecurityKind; subject: string; personId?: string | null; institutionId?: string | null; detail?: SecurityEntry['detail'] }, deed: () => Promise<T>): Promise<T> {
  const add = (outcome: SecurityOutcome): Promise<unknown> => addSecurityEntry(orm.em.fork(), {
    kind: entry.kind, outcome, personId: null, institutionId: entry.institutionId ?? null, subject: entry.subject, address: null, detail: { ...entry.detail, ...(entry.personId && { personId: entry.personId }) },
  });
  try {
    const done = await deed();
    await add('done');
    return done;
  } catch (error) {
    await add('failed').catch(() => undefined);
    throw error;
  }
}

export interface SecurityFilter { kind: SecurityKind | null; outcome: SecurityOutcome | null; personId: string | null; from: Date | null; before: string | null }
export interface SecurityRow { id: string; at: string; kind: SecurityKind; outcome: SecurityOutcome; person: { personId: string; name: string } | null; subject: string | null; address: string | null; detail: Record<string, unknown> }

export const securityPage = 100;

/** Newest first, a page at a time; `before` is the id of the last row of the page before. Readable across institutions only. */
export async function readSecurityLog(em: EntityManager, { kind, outcome, personId, from, before }: SecurityFilter): Promise<SecurityRow[]> {
  const rows = await em.execute<(Omit<SecurityRow, 'person'> & { person_id: string | null; name: string | null })[]>(
    `select s.id, to_char(s.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, s.kind, s.outcome, s.person_id, p.name, s.subject, s.address, s.detail from security_log s left join person p on p.id = s.person_id
     where (?::text is null or s.kind = ?) and (?::text is null or s.outcome = ?) and (?::uuid is null or s.person_id = ?) and (?::timestamptz is null or s.at >= ?) and (?::uuid is null or s.id < ?)
     order by s.id desc limit ${securityPage}`, [kind, kind, outcome, outcome, personId, personId, from, from, before, before]);
  return rows.map(({ person_id, name, ...row }) => ({ ...row, person: person_id ? { personId: person_id, name: name ?? '' } : null }));
}
