// The sfu nodes as rows: known by their registrations, alive by the database's clock, drained by the operator's wish.
import { nodeStaleMs, type NodeCapacity, type NodeRegistration } from '#contracts/media-node.ts';
import type { NodeLoad } from '#contracts/sfu-control.ts';
import { tellFact, type EntityManager } from '../orm.ts';

export interface KnownNode {
  nodeId: string; bootId: string; controlUrl: string; capacity: NodeCapacity; load: NodeLoad; draining: boolean;
  /** Heard of within `nodeStaleMs`, by the database's clock. */
  fresh: boolean;
  heardAgoMs: number;
  /** Counted from rows, whatever the node says of itself. */
  seats: number; rooms: number;
}
interface Row {
  id: string; boot_id: string; control_url: string; capacity: NodeCapacity; load: NodeLoad; draining: boolean; heard_ago_ms: number; seats: number; rooms: number;
}

/**
 * Writes the node's row with the database's time. Null where the name is another living node's: elsewhere, of another run, and heard of a moment ago.
 * A first registration of a run is told to every process.
 */
export async function registerNode(em: EntityManager, { nodeId, bootId, controlUrl, capacity, load }: NodeRegistration): Promise<{ draining: boolean } | null> {
  const [row] = await em.execute<{ draining: boolean; first: boolean }[]>(
    `insert into media_node as known (id, boot_id, control_url, capacity, load) values (?, ?, ?, ?::jsonb, ?::jsonb)
     on conflict (id) do update set boot_id = excluded.boot_id, control_url = excluded.control_url, capacity = excluded.capacity, load = excluded.load,
       heard_at = now(), registered_at = case when known.boot_id = excluded.boot_id then known.registered_at else now() end
     where known.control_url = excluded.control_url or known.boot_id = excluded.boot_id or known.heard_at < now() - ? * interval '1 ms'
     returning draining, registered_at = heard_at as first`,
    [nodeId, bootId, controlUrl, JSON.stringify(capacity), JSON.stringify(load), nodeStaleMs]);
  if (!row) return null;
  if (row.first) await tellFact(em, { type: 'media:nodeChanged', nodeId });
  return { draining: row.draining };
}

/** Every node there ever was, by name. */
export async function knownNodes(em: EntityManager): Promise<KnownNode[]> {
  const rows = await em.execute<Row[]>(
    `select n.id, n.boot_id, n.control_url, n.capacity, n.load, n.draining,
       (extract(epoch from now() - n.heard_at) * 1000)::float8 as heard_ago_ms,
       (select count(*)::int from media_seat s join media_room r using (room_id) where s.node_id = n.id and s.boot_id = n.boot_id and s.epoch = r.epoch) as seats,
       (select count(*)::int from media_room r where r.node_id = n.id and r.boot_id = n.boot_id) as rooms
     from media_node n order by n.id`);
  return rows.map(({ id, boot_id, control_url, heard_ago_ms, ...rest }) => ({
    ...rest, nodeId: id, bootId: boot_id, controlUrl: control_url, heardAgoMs: heard_ago_ms, fresh: heard_ago_ms < nodeStaleMs,
  }));
}

/** What the operator wants of a node; false where there is none of this name. The node hears it at its next registration. */
export async function setDraining(em: EntityManager, nodeId: string, draining: boolean): Promise<boolean> {
  const rows = await em.execute<{ id: string }[]>('update media_node set draining = ? where id = ? returning id', [draining, nodeId]);
  if (rows.length === 0) return false;
  await tellFact(em, { type: 'media:nodeChanged', nodeId });
  return true;
}
