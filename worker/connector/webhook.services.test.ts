// Webhooks against a real server, with a check of the signature that was written from docs/webhooks.md alone: one fact a message, under the fact's id, again until it is taken; switched off when nobody has taken anything for days.
import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { appendEvent, unitOfWork } from '#db/orm.ts';
import { addConnector, endWebhook } from '#db/queries/connector-deeds.ts';
import { webhooksOf } from '#db/queries/connectors.ts';
import { createVault } from '#db/vault.ts';
import { newId } from '#domain/id.ts';
import { loadMappings } from '#runtime/connector-mappings.ts';
import { webhookSecretOf } from '#runtime/signed-post.ts';
import { connectorWorld, type ConnectorWorld } from '../testing/connector-world.ts';

let world: ConnectorWorld;
let server: Server;
let port = 0;
const secret = webhookSecretOf(Buffer.alloc(32, 3));
/** What the next messages are answered with; 200 where nothing is left. */
const answers: (number | 'hang' | 'cut')[] = [];
const taken: { id: string; type: string; data: Record<string, unknown> }[] = [];
let webhookId: string;

const isSigned = (headers: NodeJS.Dict<string | string[]>, body: string): boolean => {
  const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signature } = headers as Record<string, string>;
  const expected = createHmac('sha256', Buffer.from(secret.replace('whsec_', ''), 'base64')).update(`${id}.${time}.${body}`).digest('base64');
  return Math.abs(Date.now() / 1000 - Number(time)) < 300 && signature!.split(' ').includes(`v1,${expected}`);
};
const listen = (): Promise<void> => new Promise((resolve) => {
  server = createServer((request, answer) => {
    let body = '';
    request.on('data', (part: Buffer) => { body += part.toString(); });
    request.on('end', () => {
      if (!isSigned(request.headers, body)) return void answer.writeHead(401).end();
      const mood = answers.shift() ?? 200;
      if (mood === 'hang') return;
      if (mood === 'cut') return void request.socket.destroy();
      if (mood === 200) taken.push({ id: String(request.headers['webhook-id']), ...JSON.parse(body) as { type: string; data: Record<string, unknown> } });
      answer.writeHead(mood).end('thanks');
    });
  });
  server.listen(port, '127.0.0.1', () => { port = (server.address() as AddressInfo).port; resolve(); });
});
const stop = (): Promise<void> => new Promise((resolve) => { server.close(() => { resolve(); }); server.closeAllConnections(); });
const view = async () => (await webhooksOf(world.db.orm.em.fork(), world.school.institutionId))[0]!;
const issued = async (institutionId = world.school.institutionId): Promise<string> => {
  const [actor, certificateId] = [{ personId: null, institutionId }, newId()];
  await unitOfWork(world.db.orm, actor, (em) => appendEvent(em, actor, `cohort:${newId()}`, 'certificate:issued', new Date(), { certificateId, personId: newId(), sha256: 'ab'.repeat(32), serial: 'not told' }));
  return certificateId;
};
const told = (): unknown[] => taken.map(({ data }) => data.certificateId);

beforeEach(async () => {
  world = await connectorWorld();
  await world.sql(`update connector set paused_at = now()`);
  [answers.length, taken.length] = [0, 0];
  await listen();
  const vault = createVault(world.masterKey);
  ({ connectorId: webhookId } = await addConnector({ ...world.doing, vault, mappings: await loadMappings(undefined), allowInward: true }, { name: 'HR', address: `http://127.0.0.1:${port}/hook`, mapping: 'webhook', institutionId: world.school.institutionId, from: null, secret }));
});
afterEach(async () => {
  await world.close();
  await stop();
  port = 0;
});

it('tells each fact once it is there, whatever the line does, under an id that stays; nothing of other institutions and no more than the mapping says', async () => {
  answers.push(500, 'hang', 'cut', 200, 503, 'cut', 200);
  world.work();
  const ids = [await issued(), await issued(), await issued()];
  await world.sql(`insert into institution (id, name, created_at) values (?, 'Other', now())`, [newId()]);
  await expect.poll(told, { timeout: 20_000 }).toEqual(ids);
  await stop();
  ids.push(await issued());
  await expect.poll(async () => (await view()).trouble, { timeout: 10_000 }).toBe('connection');
  await listen();
  await expect.poll(told, { timeout: 20_000 }).toEqual(ids);
  expect(taken[0]).toMatchObject({ type: 'certificate:issued', data: { id: taken[0]!.id, sequence: 1, sha256: 'ab'.repeat(32) } });
  expect(JSON.stringify(taken)).not.toContain('not told');
  expect(new Set(taken.map(({ id }) => id)).size).toBe(4);
  await expect.poll(async () => (await view())).toMatchObject({ waiting: 0, sent: 4, dead: 0, trouble: null, reconciliation: null });
}, 60_000);

it('puts aside what is refused three times, and goes on', async () => {
  answers.push(422, 422, 422);
  world.work();
  const ids = [await issued(), await issued()];
  await expect.poll(told, { timeout: 20_000 }).toEqual([ids[1]]);
  await expect.poll(async () => (await view()).dead).toBe(1);
}, 30_000);

it('is switched off after five days in which nothing was taken, and told so; ended, it takes nothing more', async () => {
  await world.sql(`update connector set trouble = 'connection', trouble_at = now() - interval '6 days', failures = 100 where id = ?`, [webhookId]);
  world.work();
  await expect.poll(async () => (await view()).pausedAt, { timeout: 20_000 }).not.toBeNull();
  expect(await world.sql(`select payload ->> 'reason' as reason from event where type = 'connector:paused' and stream = ?`, [`connector:${webhookId}`])).toEqual([{ reason: 'unreached' }]);
  await endWebhook(world.doing, webhookId);
  await issued();
  expect(await world.sql(`select count(*)::int as waiting from outbox where connector_id = ?`, [webhookId])).toEqual([{ waiting: 0 }]);
  expect(await webhooksOf(world.db.orm.em.fork(), world.school.institutionId)).toEqual([]);
}, 30_000);
