// The chain under load: many appenders, several linkers, connections killed in the middle, late commits; and what tampering looks like.
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendEvent, openDatabase, platform, unitOfWork, type Orm, type Stream } from '#db/orm.ts';
import { linkHash, firstHash, verifyStream } from '#db/queries/event-chain.ts';
import { testDatabase, type TestDatabase } from '#db/testing/database.ts';
import { newId } from '#domain/id.ts';
import { createLog } from '#runtime/log.ts';
import { EventLinker, linkAll, linkStream } from './linker.ts';

let db: TestDatabase;
let owner: Client;
beforeAll(async () => {
  db = await testDatabase();
  owner = new Client({ connectionString: db.url });
  await owner.connect();
});
afterAll(async () => {
  await owner?.end();
  await db?.close();
});

const now = (): Date => new Date();
const stream = (): Stream => `lesson:${newId()}`;
const append = (to: Stream, figure: number, orm: Orm = db.orm): Promise<void> =>
  unitOfWork(orm, platform, (em) => appendEvent(em, platform, to, 'test:happened', now(), { figure, nested: { b: 1, a: [0.1, null] } }));
const state = (of: string) => verifyStream(db.orm.em.fork(), of);
const positions = async (of: string): Promise<number[]> =>
  (await owner.query<{ position: string }>('select position from event_link where stream = $1 order by position', [of])).rows.map((row) => Number(row.position));

describe('the linker', () => {
  it('chains the events of a stream and says when there is nothing left', async () => {
    const one = stream();
    for (const figure of [1, 2, 3]) await append(one, figure);
    expect(await state(one)).toMatchObject({ ok: true, linked: 0, unlinked: 3, head: firstHash.toString('hex') });
    expect(await linkStream(db.orm, one, now())).toBe(3);
    expect(await linkStream(db.orm, one, now())).toBe(0);
    expect(await state(one)).toMatchObject({ ok: true, linked: 3, unlinked: 0, fault: null });
    expect(await positions(one)).toEqual([1, 2, 3]);
  });

  it('hashes what a stranger would hash from the row alone', () => {
    const event = { id: 'i', stream: 's', type: 't', at: '2026-03-02T01:00:00.000000Z', payload: { b: 1, a: 2 }, institutionId: null, actorId: null };
    // (head -c 32 /dev/zero; printf '%s' '{"actorId":null,"at":…,"id":"i","institutionId":null,"payload":{"a":2,"b":1},"stream":"s","type":"t"}') | sha256sum
    expect(linkHash(firstHash, event).toString('hex')).toBe('16e4e8a43e847acd247b551934dfb6727444d2cbe14cecc3ffd622a6fd8a2c79');
  });

  it('links within a second of the append', async () => {
    const linker = await EventLinker.create({ orm: db.orm, log: createLog('test', 'silent'), now });
    const one = stream();
    await append(one, 1);
    const appended = performance.now();
    try {
      await expect.poll(async () => (await state(one)).linked, { interval: 20, timeout: 1000 }).toBe(1);
      expect(performance.now() - appended).toBeLessThan(1000);
    } finally {
      await linker.close();
      await linker.close();
    }
  });

  it('links an event that commits after younger ones at the end, without a gap', async () => {
    const one = stream();
    const late = new Client({ connectionString: db.url });
    await late.connect();
    await late.query('begin');
    await late.query(`insert into event (id, stream, type, at, payload) values ($1, $2, 'test:late', now(), '{}')`, [newId(), one]);
    await append(one, 2);
    await linkAll(db.orm, now);
    expect(await positions(one)).toEqual([1]);
    await late.query('commit');
    await late.end();
    await linkAll(db.orm, now, Date.now() - 60_000);
    expect(await positions(one)).toEqual([1, 2]);
    expect(await state(one)).toMatchObject({ ok: true, linked: 2, unlinked: 0 });
  });

  it('finds what was committed so late that the usual looks no longer reach back to it', async () => {
    let aheadMs = 0;
    const soon = (): Date => new Date(Date.now() + aheadMs);
    const add = (to: Stream, client: Client): Promise<unknown> =>
      client.query(`insert into event (id, stream, type, at, payload) values ($1, $2, 'test:happened', now(), '{}')`, [newId(soon().getTime()), to]);
    const linker = await EventLinker.create({ orm: db.orm, log: createLog('test', 'silent'), now: soon });
    const late = new Client({ connectionString: db.url });
    await late.connect();
    const one = stream();
    try {
      await late.query('begin');
      await add(one, late);
      aheadMs = 25_000;
      for (const look of [stream(), stream()]) {
        await add(look, owner);
        await expect.poll(async () => (await state(look)).linked).toBe(1);
      }
      await late.query('commit');
      aheadMs = 60_000;
      await expect.poll(async () => (await state(one)).linked).toBe(1);
    } finally {
      await late.end();
      await linker.close();
    }
  });

  it('keeps one chain per stream with many appenders, three linkers and connections killed in the middle', async () => {
    const streams = [stream(), stream(), stream()];
    const linkers = await Promise.all([1, 2, 3].map(() => openDatabase(db.url)));
    let [appending, killed] = [true, 0];
    const append200 = Promise.all(streams.flatMap((to) => [1, 2, 3, 4].map(async (lane) => {
      for (let figure = 0; figure < 50; figure++) await append(to, lane * 1000 + figure);
    }))).finally(() => { appending = false; });
    const link = async (orm: Orm): Promise<void> => {
      while (appending) {
        await linkAll(orm, now).catch(() => undefined);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    const kill = async (): Promise<void> => {
      while (appending) {
        const { rowCount } = await owner.query(
          `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle' and query like '%event_link%' limit 1`);
        killed += rowCount ?? 0;
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    await Promise.all([append200, ...linkers.map(link), kill()]);
    await linkAll(db.orm, now);
    for (const orm of linkers) await orm.close();
    expect(killed).toBeGreaterThan(0);
    for (const one of streams) {
      expect(await state(one)).toMatchObject({ ok: true, linked: 200, unlinked: 0, fault: null });
      expect(await positions(one)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
    }
  });
});

describe('tampering', () => {
  const linked = async (): Promise<Stream> => {
    const one = stream();
    for (const figure of [1, 2, 3, 4]) await append(one, figure);
    await linkAll(db.orm, now);
    return one;
  };
  /** As a superuser who switches the guards off. */
  const asSuperuser = async (sql: string, values: unknown[]): Promise<void> => {
    await owner.query('set session_replication_role = replica');
    await owner.query(sql, values).finally(() => owner.query('set session_replication_role = origin'));
  };
  const second = '(select event_id from event_link where stream = $1 and position = 2)';

  it.each([
    ['a changed payload', `update event set payload = '{"figure": 9}' where id = ${second}`, { position: 2, reason: 'hash_differs' }],
    ['another time', `update event set at = at + interval '1 microsecond' where id = ${second}`, { position: 2, reason: 'hash_differs' }],
    ['another actor', `update event set actor_id = id where id = ${second}`, { position: 2, reason: 'hash_differs' }],
    ['a removed event', `delete from event where id = ${second}`, { position: 2, reason: 'event_missing' }],
    ['a removed link', 'delete from event_link where stream = $1 and position = 2', { position: 2, reason: 'position_missing' }],
    ['a link with another hash', `update event_link set hash = sha256('x') where stream = $1 and position = 3`, { position: 3, reason: 'hash_differs' }],
    ['a cut chain', `update event_link set previous_hash = sha256('x') where stream = $1 and position = 3`, { position: 3, reason: 'previous_differs' }],
  ])('finds %s', async (_what, sql, fault) => {
    const one = await linked();
    await asSuperuser(sql, [one]);
    expect(await state(one)).toMatchObject({ ok: false, fault, linked: fault.position - 1 });
  });

  it('shows a removed tail by its head', async () => {
    const one = await linked();
    const before = await state(one);
    await asSuperuser('delete from event_link where stream = $1 and position = 4', [one]);
    const after = await state(one);
    expect(after).toMatchObject({ linked: 3, unlinked: 1 });
    expect(after.head).not.toBe(before.head);
  });

  it('is refused to the app, and to the owner without switching the guards off', async () => {
    const one = await linked();
    for (const sql of ['update event set type = ?', 'delete from event where stream <> ?', 'delete from event_link where stream <> ?', 'update event_link set stream = ?']) {
      await expect(db.orm.em.fork().execute(sql, ['x'])).rejects.toThrow(/permission denied/);
    }
    await expect(owner.query('delete from event where stream = $1', [one])).rejects.toThrow(/append-only/);
    await expect(owner.query('truncate event')).rejects.toThrow(/append-only/);
  });
});
