// The gateway and the authority as servers on the network: what they are sent, signed; slow, broken and lying ones; the demo's log.
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { pino } from 'pino';
import { PhoneCode } from '#db/entities/identity.ts';
import { sendPhoneCode } from '#db/queries/phone-codes.ts';
import { testDatabase, type TestDatabase } from '#db/testing/database.ts';
import { createVault } from '#db/vault.ts';
import { createAuthority } from './authority.ts';
import { createPhoneProvider } from './provider.ts';

const secret = 'shared with the gateway';
const heard: { headers: IncomingHttpHeaders; body: string }[] = [];
let answers: ((response: ServerResponse) => void)[] = [];
let server: Server;
let url: string;
let lines: string[] = [];
const log = pino({ level: 'info' }, new Writable({ write: (chunk, _encoding, done) => { lines.push(String(chunk)); done(); } }));

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => { body += String(chunk); });
    request.on('end', () => {
      heard.push({ headers: request.headers, body });
      (answers.shift() ?? ok())(response);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/codes`;
});
afterAll(() => { server.closeAllConnections(); server.close(); });
beforeEach(() => { heard.length = 0; answers = []; lines = []; });

const ok = (text = '{}') => (response: ServerResponse): void => void response.end(text);
const status = (code: number) => (response: ServerResponse): void => void response.writeHead(code, { location: '/elsewhere' }).end('no');
const silent = (): void => undefined;
const cut = (response: ServerResponse): void => void response.destroy();
const message = { phone: '13812345678', code: '012345', purpose: 'register', locale: 'zh' } as const;
const gateway = () => createPhoneProvider({ kind: 'http', url, secret }, log, 200);

it('sends what the gateway needs, signed over time and body', async () => {
  await gateway().send(message);
  expect(heard).toHaveLength(1);
  const { headers, body } = heard[0]!;
  expect(JSON.parse(body)).toEqual(message);
  expect(headers['content-type']).toBe('application/json');
  const atMs = Number(headers['x-keshi-time']);
  expect(Math.abs(Date.now() - atMs)).toBeLessThan(10_000);
  expect(headers['x-keshi-signature']).toBe(createHmac('sha256', secret).update(`${atMs}.${body}`).digest('hex'));
});

it('sends an invitation in the same way, with its link; a demo shows it, with the phone masked', async () => {
  const invitation = { phone: '13812345678', link: 'https://keshi.example/i/abc', institution: '宁远职校' };
  await gateway().invite(invitation);
  expect(JSON.parse(heard[0]!.body)).toEqual({ ...invitation, purpose: 'invitation', locale: 'zh' });
  answers = [status(500), status(500)];
  await expect(gateway().invite(invitation)).rejects.toMatchObject({ code: 'phone_unavailable' });
  lines = [];
  await createPhoneProvider({ kind: 'log' }, log).invite(invitation);
  expect(JSON.parse(lines[0]!)).toMatchObject({ msg: 'demo: the invitation for 138****5678 is https://keshi.example/i/abc' });
});

const troubles: [string, () => (response: ServerResponse) => void][] = [
  ['500', () => status(500)], ['nothing at all', () => silent], ['a cut line', () => cut], ['a way elsewhere', () => status(307)],
];

it.each(troubles)('tries once more after %s, as the same order', async (_what, first) => {
  answers = [first()];
  await gateway().send(message);
  expect(heard).toHaveLength(2);
  expect(heard[1]!.headers['x-keshi-id']).toBe(heard[0]!.headers['x-keshi-id']);
  expect(heard[1]!.body).toBe(heard[0]!.body);
});

it.each(troubles)('gives up after the second %s, in time and without a word of what was sent', async (_what, answer) => {
  answers = [answer(), answer(), answer()];
  const began = performance.now();
  await expect(gateway().send(message)).rejects.toMatchObject({ code: 'phone_unavailable' });
  expect(performance.now() - began).toBeLessThan(2_000);
  expect(heard).toHaveLength(2);
  expect(lines.join('')).toContain('the phone gateway did not take a message');
  expect(lines.join('')).not.toMatch(/012345|13812345678/);
});

it('writes the code into the log of a demo, and masks the phone there', async () => {
  await createPhoneProvider({ kind: 'log' }, log).send(message);
  expect(JSON.parse(lines[0]!)).toMatchObject({ msg: 'demo: the code for 138****5678 is 012345', purpose: 'register' });
  expect(lines.join('')).not.toContain('13812345678');
});

it('leaves no code behind that was not sent', async () => {
  const database: TestDatabase = await testDatabase();
  try {
    const [vault, phone, now] = [createVault(Buffer.alloc(32, 7)), gateway(), new Date()];
    const order = { personId: null, phone: message.phone, purpose: 'register', now, locale: 'zh' } as const;
    answers = [status(500), status(500)];
    await expect(sendPhoneCode({ orm: database.orm, vault, phone }, order)).rejects.toMatchObject({ code: 'phone_unavailable' });
    expect(await database.orm.em.fork().count(PhoneCode)).toBe(0);
    await sendPhoneCode({ orm: database.orm, vault, phone }, order);
    expect(await database.orm.em.fork().count(PhoneCode)).toBe(1);
    expect(JSON.parse(heard.at(-1)!.body)).toMatchObject({ phone: message.phone, code: expect.stringMatching(/^\d{6}$/) });
  } finally {
    await database.close();
  }
});

const document = { name: '李雷', documentKind: 'id_card', number: '11010519491231002X' } as const;
it.each<[string, () => ((response: ServerResponse) => void)[], string]>([
  ['confirmed', () => [ok('{"result":"confirmed"}')], 'confirmed'], ['denied', () => [ok('{"result":"denied"}')], 'denied'],
  ['confirmed after a fault', () => [status(502), ok('{"result":"confirmed"}')], 'confirmed'],
  ['down', () => [status(500), status(500)], 'unavailable'], ['silent', () => [silent, silent], 'unavailable'],
  ['not clear', () => [ok('{"result":"perhaps"}')], 'unavailable'], ['no JSON', () => [ok('<html>')], 'unavailable'], ['empty', () => [ok('null')], 'unavailable'],
  ['no JSON, with what was asked', () => [ok('李雷'), ok('李雷')], 'unavailable'],
])('an authority that is %s', async (_what, given, expected) => {
  answers = given();
  expect(await createAuthority({ url, secret }, log, 200).ask(document)).toBe(expected);
  expect(JSON.parse(heard[0]!.body)).toEqual(document);
  expect(lines.join('')).not.toMatch(/李雷|11010519491231002X/);
});

it('says that nobody was asked where there is no authority', async () => {
  const authority = createAuthority(null, log);
  expect([authority.asks, await authority.ask(document), heard.length]).toEqual([false, 'not_asked', 0]);
});
