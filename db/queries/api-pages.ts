// Pages of what programs read. Lists go by a key that never changes; facts by the transaction that wrote them.
import type { ApiPage, ApiV1Route } from '#contracts/api-v1.ts';
import type { EntityManager } from '../orm.ts';

/** What the next page begins behind; null: from the beginning. */
export type PageKey = readonly string[];
interface Source { sql: string; /** Columns of the order, which are the cursor. */ key: readonly string[]; types: readonly string[] }
const iso = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/**
 * A fact is given out once no transaction runs any more that began before the one that wrote it could have: whatever commits later has a larger number (pg_snapshot_xmin), so that a reader who
 * goes on behind the last number it saw misses nothing, also of transactions that took long.
 */
const sources: Record<ApiV1Route, Source> = {
  'GET /api/v1/lessons': { key: ['id'], types: ['uuid'], sql: `select id, id as "lessonId", cohort_id as "cohortId", title, kind, status, ${iso('starts_at')} as "startsAt", planned_minutes as "plannedMinutes" from lesson where institution_id = ?` },
  'GET /api/v1/ledger': {
    key: ['lesson_id', 'person_id'], types: ['uuid', 'uuid'],
    sql: `select lesson_id, person_id, lesson_id as "lessonId", person_id as "personId", cohort_id as "cohortId", held_ms as "heldMs", live_ms as "liveMs", made_up_ms as "madeUpMs", corrected_ms as "correctedMs", taken_back_ms as "takenBackMs", asked, answered, correct,
      rule_pack as "rulePack", ${iso('reckoned_at')} as "reckonedAt" from ledger_row where institution_id = ?`,
  },
  'GET /api/v1/certificates': {
    key: ['id'], types: ['uuid'],
    sql: `select id, id as "certificateId", serial, person_id as "personId", cohort_id as "cohortId", sha256, ${iso('issued_at')} as "issuedAt", ${iso('revoked_at')} as "revokedAt", revocation from certificate where institution_id = ?`,
  },
  'GET /api/v1/events': {
    key: ['written_by', 'id'], types: ['xid8', 'uuid'],
    sql: `select written_by, id, stream, type, ${iso('at')} as at, payload, actor_id as "actorId" from event where institution_id = ? and written_by < pg_snapshot_xmin(pg_current_snapshot())`,
  },
};

/** One page behind `after`. The key columns beside what is told. */
export async function apiPage<K extends ApiV1Route>(em: EntityManager, route: K, institutionId: string, after: PageKey | null, limit: number): Promise<{ items: ApiPage<K>['items']; last: PageKey | null; more: boolean }> {
  const { sql, key, types } = sources[route];
  const [columns, marks] = [key.map((name) => `r.${name}`).join(', '), types.map((type) => `?::text::${type}`).join(', ')];
  const rows = await em.execute<Record<string, unknown>[]>(
    `select ${key.map((name, index) => `r.${name}::text as "key${index}"`).join(', ')}, r.* from (${sql}) r ${after ? `where (${columns}) > (${marks})` : ''} order by ${columns} limit ?`, [institutionId, ...after ?? [], limit + 1]);
  const shown = rows.slice(0, limit);
  const tail = shown.at(-1);
  const hidden = new Set(['written_by', 'lesson_id', 'person_id', ...(route === 'GET /api/v1/events' ? [] : ['id']), ...key.map((_name, index) => `key${index}`)]);
  return {
    items: shown.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !hidden.has(name)))) as ApiPage<K>['items'],
    last: tail ? key.map((_name, index) => String(tail[`key${index}`])) : after, more: rows.length > limit,
  };
}
/** Whether a cursor's parts are what this route's keys are. */
export const isPageKey = (route: ApiV1Route, parts: unknown): parts is PageKey => {
  const { types } = sources[route];
  return Array.isArray(parts) && parts.length === types.length && parts.every((part, index) => typeof part === 'string' && (types[index] === 'uuid' ? /^[0-9a-f-]{36}$/ : /^\d{1,20}$/).test(part));
};
