// Programs of institutions: made, found by whoever asks, ended; nonces of their requests.
import type { ApiClients } from '#contracts/api-client-routes.ts';
import { apiLimits, type ApiScope } from '#domain/api-client.ts';
import type { EntityManager } from '../orm.ts';
import type { Vault } from '../vault.ts';

export interface KnownClient { id: string; institutionId: string; scopes: readonly ApiScope[]; perMinute: number; secret: string }
interface Row { id: string; institution_id: string; name: string; scopes: ApiScope[]; per_minute: number; created_by: string; created_at: string; last_used_at: string | null; ended_at: string | null; sealed_secret: Buffer }
const instant = (at: string | null): string | null => at && new Date(at).toISOString();

/** Newest first, ended ones too. */
export async function apiClientsOf(em: EntityManager, institutionId: string): Promise<ApiClients> {
  const rows = await em.execute<Row[]>('select c.*, p.name as created_by from api_client c join person p on p.id = c.created_by where c.institution_id = ? order by c.created_at desc, c.id desc', [institutionId]);
  return {
    clients: rows.map((row) => ({
      apiClientId: row.id, name: row.name, scopes: row.scopes, perMinute: row.per_minute, createdBy: row.created_by, createdAt: instant(row.created_at)!, lastUsedAt: instant(row.last_used_at), endedAt: instant(row.ended_at),
    })),
  };
}

/** One that was not ended; null otherwise. */
export async function knownClient(em: EntityManager, vault: Vault, id: string): Promise<KnownClient | null> {
  const [row] = await em.execute<Row[]>('select * from api_client where id = ? and ended_at is null', [id]);
  return row ? { id, institutionId: row.institution_id, scopes: row.scopes, perMinute: row.per_minute, secret: vault.openField({ personId: id, field: 'api_client' }, row.sealed_secret) } : null;
}

/** Remembers the nonce of a request that was signed rightly; false where it was used before. Those whose time is over are forgotten. */
export async function takeNonce(em: EntityManager, { id, institutionId }: KnownClient, nonce: string, now: Date): Promise<boolean> {
  const taken = await em.execute<unknown[]>('insert into api_nonce (client_id, institution_id, nonce, at) values (?, ?, ?, ?) on conflict do nothing returning nonce', [id, institutionId, nonce, now]);
  await em.execute('delete from api_nonce where client_id = ? and at < ?', [id, new Date(now.getTime() - 3 * apiLimits.clockMs)]);
  await em.execute(`update api_client set last_used_at = ? where id = ? and (last_used_at is null or last_used_at < ?)`, [now, id, new Date(now.getTime() - 60_000)]);
  return taken.length > 0;
}
