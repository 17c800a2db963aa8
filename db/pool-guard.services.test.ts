// Connections dropped in the middle of transactions, more often than the pool has places: the next transaction still runs, closing still ends.
import { once } from 'node:events';
import { Client, Pool } from 'pg';
import { expect, it } from 'vitest';
import { newId } from '#domain/id.ts';
import { platform, unitOfWork } from './orm.ts';
import { guardPool } from './pool-guard.ts';
import { keepTenantsApart, platformRole, withinInstitutions } from './tenancy.ts';
import { testDatabase } from './testing/database.ts';

it('loses no place of the pool when the database drops connections', async () => {
  const db = await testDatabase();
  const owner = new Client({ connectionString: db.url });
  await owner.connect();
  for (let drop = 0; drop < 14; drop++) {
    const killed = unitOfWork(db.orm, platform, async (em) => {
      const [row] = await em.execute<{ pid: number }[]>('select pg_backend_pid() as pid');
      await owner.query('select pg_terminate_backend($1)', [row!.pid]);
      await em.execute('select pg_sleep(5)');
    });
    await expect(killed).rejects.toThrow();
  }
  expect(await unitOfWork(db.orm, platform, (em) => em.execute('select 1 as one'))).toEqual([{ one: 1 }]);
  // Dropped while idle, noticed at the next begin or before: either way the place comes back.
  for (let drop = 0; drop < 14; drop++) {
    await owner.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()');
    await unitOfWork(db.orm, platform, (em) => em.execute('select 1')).catch(() => undefined);
  }
  expect(await unitOfWork(db.orm, platform, (em) => em.execute('select 1 as one'))).toEqual([{ one: 1 }]);
  const ended = once(owner, 'end');
  await owner.end();
  await ended;
  await db.close();
});

it('rolls back what failed by itself and uses the connection again', async () => {
  const db = await testDatabase();
  await expect(unitOfWork(db.orm, platform, async (em) => {
    await em.execute(`insert into institution (id, name, created_at) values (gen_random_uuid(), 'x', now())`);
    throw new Error('changed my mind');
  })).rejects.toThrow('changed my mind');
  expect(await db.orm.em.fork().execute('select count(*)::int as count from institution')).toEqual([{ count: 0 }]);
  await db.close();
});

it('closes although somebody was just being connected, who hears of it', async () => {
  const db = await testDatabase();
  // Each has a connection made for it: none is idle yet.
  const asked = Array.from({ length: 5 }, () => db.orm.em.fork().execute('select pg_sleep(0)').then(() => 'answered', () => 'refused'));
  // As far as to the pool, not as far as the database.
  await new Promise((done) => { setImmediate(done); });
  await db.close();
  for (const one of await Promise.all(asked)) expect(['answered', 'refused']).toContain(one);
});

it('closes although a connection was just being made fit for another institution, by somebody who gives nothing back', async () => {
  const db = await testDatabase();
  const pool = new Pool({ connectionString: db.url, options: `-c role=${platformRole}` });
  guardPool(pool);
  keepTenantsApart(pool);
  (await pool.connect()).release();
  const asked = withinInstitutions([newId()], () => pool.connect());
  // As far as to the database: the connection is there, its role is on the way.
  await new Promise((done) => { setImmediate(done); });
  const closed = pool.end();
  await asked;
  await closed;
  await db.close();
}, 10_000);
