// Files behind one interface, on a folder and on a real object store; and what the store does when its line fails, through a line that fails on demand.
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { faultyLine, type FaultyLine } from '#testing/faulty-line.ts';
import { objectStoreThere, startObjectStore, strangerKey, type ObjectStoreServer } from '#testing/object-store.ts';
import { readConfig } from './config.ts';
import { createLog } from './log.ts';
import { ObjectStore, type Patience } from './object-store.ts';
import { objectStorage } from './object-storage.ts';
import { openStorage, storageSettings } from './open-storage.ts';
import { folderStorage, type Storage } from './storage.ts';

const silent = createLog('test', 'silent');
const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const short: Patience = { connectMs: 2_000, silentMs: 2_000, requestMs: 20_000, tries: 4 };
let folder: string;
let server: ObjectStoreServer | null = null;
let line: FaultyLine | null = null;
let store: ObjectStore | null = null;
const logged: { msg: string; level: number }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'storage-'));
  if (!objectStoreThere) return;
  server = await startObjectStore();
  line = await faultyLine(server.port);
  const log = pino({ level: 'info' }, { write: (text: string) => { logged.push(JSON.parse(text) as { msg: string; level: number }); } });
  store = await ObjectStore.open({ ...server.settings, endpoint: line.url }, log, short);
});
afterEach(() => {
  line?.heal();
  logged.length = 0;
});
afterAll(async () => {
  store?.close();
  await line?.close();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function fileOf(bytes: Uint8Array): Promise<string> {
  const path = join(folder, `given-${sha(bytes).slice(0, 12)}`);
  await writeFile(path, bytes);
  return path;
}
const refused = { name: 'DomainError', code: 'storage_unavailable' };

const kinds: [string, boolean, () => Storage][] = [
  ['a folder', true, () => folderStorage(join(folder, 'root'))],
  ['an object store', objectStoreThere, () => objectStorage(store!, 'files')],
];
describe.each(kinds)('%s', (_name, there, open) => {
  it.skipIf(!there)('keeps bytes under a key, replaces them in one step, forgets them', async () => {
    const files = open();
    await files.putBytes('a/b.bin', Buffer.from('first'));
    await files.putBytes('a/b.bin', Buffer.from('the second'));
    expect((await files.read('a/b.bin')).toString()).toBe('the second');
    expect(await files.stat('a/b.bin')).toEqual({ sizeBytes: 10, changedAt: expect.any(Date) as Date });
    await files.remove('a/b.bin');
    await files.remove('a/b.bin');
    expect(await files.stat('a/b.bin')).toBeNull();
    await expect(files.read('a/b.bin')).rejects.toMatchObject({ code: 'not_found' });
    await expect(files.putBytes('../b.bin', Buffer.from('x'))).rejects.toMatchObject({ code: 'bad_request' });
  });

  it.skipIf(!there)('answers ranges, and nothing of an empty file', async () => {
    const files = open();
    await files.putBytes('abc', Buffer.from('abcdefgh'));
    await files.putBytes('empty', Buffer.alloc(0));
    const text = async (range?: { start: number; end: number }) => Buffer.concat(await files.stream('abc', range).toArray() as Buffer[]).toString();
    expect([await text(), await text({ start: 2, end: 4 }), await text({ start: 7, end: 7 })]).toEqual(['abcdefgh', 'cde', 'h']);
    expect((await files.read('empty')).length).toBe(0);
    expect(await files.stat('empty')).toMatchObject({ sizeBytes: 0 });
  });

  it.skipIf(!there)('takes a file of several parts, a copy or for good', async () => {
    const files = open();
    const bytes = randomBytes(17 * 2 ** 20 + 7);
    const path = await fileOf(bytes);
    await files.put('large', path);
    expect((await stat(path)).size).toBe(bytes.length);
    await files.move('moved', path);
    await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
    for (const key of ['large', 'moved']) expect([await files.stat(key), sha(await files.read(key))]).toEqual([expect.objectContaining({ sizeBytes: bytes.length }), sha(bytes)]);
    const across = Buffer.concat(await files.stream('large', { start: 8 * 2 ** 20 - 3, end: 8 * 2 ** 20 + 3 }).toArray() as Buffer[]);
    expect(across.equals(bytes.subarray(8 * 2 ** 20 - 3, 8 * 2 ** 20 + 4))).toBe(true);
  });
});

describe.skipIf(!objectStoreThere)('an object store with a bad line', () => {
  const files = () => objectStorage(store!, 'files');
  const isPart = (method: string, url: string) => method === 'PUT' && url.includes('partNumber=2');

  it('tries again while the store answers 503, and says once that it was away', async () => {
    line!.fail({ of: (method) => method === 'PUT', times: 2, status: 503 });
    line!.fail({ of: (method) => method === 'GET', times: 2, status: 503 });
    await files().putBytes('tried', Buffer.from('again'));
    expect((await files().read('tried')).toString()).toBe('again');
    line!.fail({ of: () => true, times: Infinity, status: 503 });
    await expect(files().putBytes('tried', Buffer.from('never'))).rejects.toMatchObject(refused);
    await expect(files().read('tried')).rejects.toMatchObject(refused);
    await expect(files().stat('tried')).rejects.toMatchObject(refused);
    await expect(files().remove('tried')).rejects.toMatchObject(refused);
    line!.heal();
    expect((await files().read('tried')).toString()).toBe('again');
    expect(logged.map(({ msg }) => msg)).toEqual(['the object store is away: what needs it waits or is refused', 'the object store answers again']);
  });

  it('shows nothing of an upload before it is whole, and nothing of one that failed', async () => {
    const bytes = randomBytes(17 * 2 ** 20);
    const path = await fileOf(bytes);
    await files().putBytes('large', Buffer.from('what was there'));
    line!.fail({ of: isPart, times: Infinity, status: 503 });
    await expect(files().move('large', path)).rejects.toMatchObject(refused);
    expect((await stat(path)).size).toBe(bytes.length);
    line!.heal();
    let seen = '';
    line!.fail({ of: (method, url) => method === 'POST' && url.includes('uploadId='), times: 1, hold: async () => { seen = (await files().read('large')).toString(); } });
    await files().move('large', path);
    expect(seen).toBe('what was there');
    expect(sha(await files().read('large'))).toBe(sha(bytes));
  });

  it('knows an upload that was finished though the answer got lost', async () => {
    const bytes = randomBytes(9 * 2 ** 20);
    line!.fail({ of: (method, url) => method === 'POST' && url.includes('uploadId='), times: 1, cutAfter: 0 });
    await files().put('finished', await fileOf(bytes));
    expect(sha(await files().read('finished'))).toBe(sha(bytes));
  });

  it('a byte that changed on the way is refused by the store, in small files and in parts', async () => {
    line!.fail({ of: (method) => method === 'PUT', times: Infinity, change: true });
    await expect(files().putBytes('changed', Buffer.from('right'))).rejects.toThrow();
    await expect(files().put('changed', await fileOf(randomBytes(9 * 2 ** 20)))).rejects.toThrow();
    line!.heal();
    expect(await files().stat('changed')).toBeNull();
  });

  it('takes a cut or silent read up where it ended, each byte once', async () => {
    const bytes = randomBytes(2 * 2 ** 20);
    await files().putBytes('read', bytes);
    line!.fail({ of: (method) => method === 'GET', times: 1, cutAfter: 300_000 });
    line!.fail({ of: (method) => method === 'GET', times: 1, silentAfter: 200_001 });
    expect(sha(await files().read('read'))).toBe(sha(bytes));
    line!.fail({ of: (method) => method === 'GET', times: 1, cutAfter: 1000 });
    const part = Buffer.concat(await files().stream('read', { start: 5000, end: 9999 }).toArray() as Buffer[]);
    expect(part.equals(bytes.subarray(5000, 10_000))).toBe(true);
  });

  it('a read fails in the middle when the store stays away, and when the file is another one meanwhile', async () => {
    await files().putBytes('read', randomBytes(2 ** 20));
    line!.fail({ of: (method) => method === 'GET', times: 1, cutAfter: 100_000 });
    line!.fail({ of: (method) => method === 'GET', times: Infinity, status: 503 });
    await expect(files().read('read')).rejects.toMatchObject(refused);
    line!.heal();
    line!.fail({ of: (method) => method === 'GET', times: 1, cutAfter: 100_000, hold: () => Promise.resolve() });
    line!.fail({ of: (method) => method === 'GET', times: 1, hold: () => files().putBytes('read', randomBytes(2 ** 20)) });
    await expect(files().read('read')).rejects.toThrow();
  });

  it('a link leads to the bytes, with their type and ranges, as long as nothing of it is changed', async () => {
    await files().putBytes('poster.jpg', Buffer.from('0123456789'));
    const wish = { seconds: 600, contentType: 'image/jpeg' };
    expect(await files().link('poster.jpg', wish)).toBeNull();
    const linking = await ObjectStore.open({ ...server!.settings, publicEndpoint: server!.settings.endpoint }, silent, short);
    const link = (await objectStorage(linking, 'files').link('poster.jpg', wish))!;
    const answer = await fetch(link, { headers: { range: 'bytes=2-4' } });
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([206, 'image/jpeg', '234']);
    expect(await objectStorage(linking, 'files').link('poster.jpg', wish)).toBe(link);
    // Nobody is given the link to another file, of another type, or for another time.
    const linked = objectStorage(linking, 'files');
    const others = await Promise.all([linked.link('poster.jpg', wish), linked.link('poster.jpg', wish), linked.link('tried', wish), linked.link('poster.jpg', { ...wish, contentType: 'video/mp4' }), linked.link('poster.jpg', { ...wish, seconds: 60 })]);
    expect([others[0], others[1], new Set(others).size]).toEqual([link, link, 4]);
    expect((await fetch(link.replace('poster.jpg', 'tried'))).status).toBe(403);
    expect((await fetch(link, { method: 'PUT', body: 'mine' })).status).toBe(403);
    linking.close();
  });
});

describe('which storage', () => {
  const opened = (env: Record<string, string>) => openStorage(readConfig(storageSettings, { DATA_DIR: folder, ...env }), silent);
  const whole = () => ({
    S3_ENDPOINT: server!.settings.endpoint, S3_BUCKET: 'keshi', S3_ACCESS_KEY_ID: server!.settings.accessKeyId, S3_SECRET_ACCESS_KEY: server!.settings.secretAccessKey,
  });

  it('is a folder without settings', async () => {
    const { files, copies } = await opened({});
    await files.putBytes('one', Buffer.from('1'));
    await copies.putBytes('two', Buffer.from('2'));
    expect(await readdir(join(folder, 'files'))).toEqual(['one']);
    expect(await readdir(join(folder, 'capture-copy'))).toEqual(['two']);
  });

  it.each([
    ['half-set', { S3_ENDPOINT: 'http://127.0.0.1:1', S3_BUCKET: 'keshi' }, 'S3_ACCESS_KEY_ID is missing: S3_ENDPOINT, S3_BUCKET are set'],
    ['only the public address', { S3_PUBLIC_ENDPOINT: 'https://files.example.org' }, 'S3_ENDPOINT is missing: S3_PUBLIC_ENDPOINT is set'],
    ['no address', { S3_ENDPOINT: 'files', S3_BUCKET: 'keshi', S3_ACCESS_KEY_ID: 'a', S3_SECRET_ACCESS_KEY: 'b' }, 'S3_ENDPOINT=files is no address'],
    ['nobody there', { S3_ENDPOINT: 'http://127.0.0.1:1', S3_BUCKET: 'keshi', S3_ACCESS_KEY_ID: 'a', S3_SECRET_ACCESS_KEY: 'b' }, 'S3_ENDPOINT=http://127.0.0.1:1 cannot be reached: the object store does not answer (ECONNREFUSED)'],
  ])('%s is a clear line', async (_what, env, words) => {
    await expect(opened(env)).rejects.toMatchObject({ name: 'ConfigError', message: expect.stringContaining(words) as string });
  });

  it.skipIf(!objectStoreThere)('a missing bucket and a key without rights are clear lines; a right one opens both places', async () => {
    await expect(opened({ ...whole(), S3_BUCKET: 'elsewhere' })).rejects.toMatchObject({ name: 'ConfigError', message: expect.stringContaining('S3_BUCKET: there is no bucket elsewhere') as string });
    for (const key of [strangerKey, { ...strangerKey, secretAccessKey: 'wrong-secret' }]) {
      await expect(opened({ ...whole(), S3_ACCESS_KEY_ID: key.accessKeyId, S3_SECRET_ACCESS_KEY: key.secretAccessKey }))
        .rejects.toMatchObject({ name: 'ConfigError', message: expect.stringContaining('does not let this key read and write the bucket keshi (403)') as string });
    }
    const { files, copies, close } = await opened(whole());
    await files.putBytes('same', Buffer.from('file'));
    await copies.putBytes('same', Buffer.from('copy'));
    expect([(await files.read('same')).toString(), (await copies.read('same')).toString()]).toEqual(['file', 'copy']);
    close();
  });
});
