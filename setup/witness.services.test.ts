// Heads kept by somebody else: the log goes on from them, through pages of them and another key; a platform that rewrote its records is found out, whatever it signs.
import { createServer, type Server } from 'node:http';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { EvidenceHeads } from '#contracts/evidence-routes.ts';
import { evidenceKeyFile, loadSigner, rotateEvidenceKey } from '#db/evidence-key.ts';
import { sealNow } from '#db/queries/tree-heads.ts';
import { canonicalJson } from '#domain/evidence/canonical.ts';
import { headStatement } from '#domain/evidence/evidence-file.ts';
import { openHttpWorld, type HttpWorld } from '../signaling/testing/http-world.ts';
import { runWitness, watch } from './witness.ts';

let world: HttpWorld;
let address: string;
let folder: string;
const now = new Date('2026-11-23T00:00:00Z');
let files = 0;
/** A day with something new under its head. */
async function day(): Promise<void> {
  await world.deps.orm.em.fork().execute(`insert into tree_due (kind, what, subject, sha256) values ('file', 'unit', ?, ?)`, [`u${files++}`, 'ab'.repeat(32)]);
  world.clock.pass(86_400_000);
  await sealNow(world.deps.orm, evidenceKeyFile(world.deps.config), world.clock.now());
}
const told = async (): Promise<EvidenceHeads> => (await (await fetch(`${address}/api/evidence/heads`)).json()) as EvidenceHeads;
const lines = async (): Promise<{ size: number }[]> => (await readFile(join(folder, 'heads.jsonl'), 'utf8')).split('\n').filter(Boolean).map((line) => JSON.parse(line) as { size: number });

/** A platform that answers so. */
async function answering(reply: unknown, status = 200): Promise<string> {
  const server: Server = createServer((_, answer) => { answer.writeHead(status, { 'content-type': 'application/json' }).end(typeof reply === 'string' ? reply : JSON.stringify(reply)); });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  onTestFinished(() => new Promise<void>((resolve) => { server.close(() => { resolve(); }); server.closeAllConnections(); }));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  world = await openHttpWorld();
  await world.app.listen({ port: 0, host: '127.0.0.1' });
  address = `http://127.0.0.1:${(world.app.server.address() as AddressInfo).port}`;
  folder = await mkdtemp(join(tmpdir(), 'witness-'));
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true, force: true });
});

it('keeps what is signed, each once, through more than a page of days and another key', async () => {
  expect(await watch(address, folder, null, now)).toEqual({ state: 'unreached', why: 'nothing was signed there yet' });
  await day();
  expect(await watch(address, folder, null, now)).toMatchObject({ state: 'kept', heads: 1 });
  expect(await watch(address, folder, null, now)).toMatchObject({ state: 'kept', heads: 0 });
  await rotateEvidenceKey(world.deps.orm, evidenceKeyFile(world.deps.config), world.clock.now());
  for (let count = 0; count < 53; count++) await day();
  expect(await watch(address, folder, null, now)).toMatchObject({ state: 'kept', heads: 53 });
  const sizes = (await lines()).map(({ size }) => size);
  expect(sizes).toEqual(sizes.toSorted((one, other) => one - other));
  expect(new Set(sizes).size).toBe(54);
  // A line that was cut off while it was written counts for nothing, and spoils nothing.
  await writeFile(join(folder, 'heads.jsonl'), '{"at":"20', { flag: 'a' });
  await day();
  expect(await watch(address, folder, null, now)).toMatchObject({ state: 'kept', heads: 1 });
  expect(await watch(address, folder, null, now)).toMatchObject({ state: 'kept', heads: 0 });
}, 60_000);

it('finds a platform that does not go on from what was kept, though it holds the key', async () => {
  const before = await readFile(join(folder, 'heads.jsonl'), 'utf8');
  const signer = await loadSigner(evidenceKeyFile(world.deps.config));
  const earlier = await told();
  await day();
  const after = await told();
  const signed = (head: EvidenceHeads['heads'][number], root: string): EvidenceHeads['heads'][number] => {
    const statement = { size: head.size, root, at: head.at, keyId: signer.keyId };
    return { ...statement, signature: signer.sign(canonicalJson(headStatement(statement))), proof: head.proof };
  };
  const [newest, kept] = [after.heads[0]!, earlier.heads[0]!];
  const cases: [EvidenceHeads, string][] = [
    [{ ...after, heads: [newest, signed(kept, 'cd'.repeat(32)), ...earlier.heads.slice(1)] }, 'held_head_differs'],
    [{ ...after, heads: [signed(newest, 'cd'.repeat(32)), ...earlier.heads] }, 'head_not_consistent'],
    [{ ...after, heads: [{ ...newest, root: 'cd'.repeat(32) }, ...earlier.heads] }, 'signature_wrong'],
    [{ ...after, heads: [newest, ...earlier.heads.slice(1)], more: false }, 'held_head_missing'],
    [{ ...after, heads: [], more: false }, 'held_head_missing'],
    [{ ...after, keys: after.keys.slice(1) }, 'key_not_yours'],
    [{ ...after, keys: [after.keys[0]!, { ...after.keys[1]!, endorsement: 'AAAA' }] }, 'key_not_endorsed'],
  ];
  for (const [reply, code] of cases) expect(await watch(await answering(reply), folder, null, now), code).toMatchObject({ state: 'broken', code });
  expect(await readFile(join(folder, 'heads.jsonl'), 'utf8')).toBe(before);
  expect(await watch(address, folder, null, now)).toMatchObject({ state: 'kept', heads: 1 });
});

it('says what cannot be reached or asked, and exits accordingly', async () => {
  const said: string[] = [];
  const run = (...args: string[]): Promise<number> => runWitness(args, (line) => { said.push(line); });
  expect(await run(address, folder)).toBe(0);
  expect(await run(address, folder, '--key', 'ab'.repeat(32))).toBe(1);
  expect(said.join('\n')).toMatch(/KEPT[^]*WRONG[^]*key_not_yours/);
  for (const there of ['http://127.0.0.1:1', await answering('x', 500), await answering('no json'), await answering({ heads: [] })]) expect(await run(there, folder), there).toBe(3);
  for (const args of [[], [address], [address, folder, 'more'], ['ftp://x', folder], ['x', folder], [address, folder, '--key', 'x'], [address, folder, '--every', '0'], [address, folder, '--every', 'x'], [address, folder, '--what']]) await expect(run(...args), args.join(' ')).rejects.toThrow();
  await writeFile(join(folder, 'heads.jsonl'), 'no head\n', { flag: 'a' });
  await expect(run(address, folder)).rejects.toThrow(/no head/);
});
