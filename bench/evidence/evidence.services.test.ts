// Evidence as it is handed out: two verifiers agree on it, every change is noticed, and whoever holds the key still cannot rewrite what others hold a head of.
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSigner, rotateEvidenceKey } from '#db/evidence-key.ts';
import type { Stream } from '#db/orm.ts';
import { growLog } from '#db/queries/evidence-tree.ts';
import { sealNow, signHead } from '#db/queries/tree-heads.ts';
import { testDatabase, type TestDatabase } from '#db/testing/database.ts';
import { canonicalJson } from '#domain/evidence/canonical.ts';
import { checkEvidence, type EvidenceVerdict, type Held } from '#domain/evidence/evidence-check.ts';
import { evidenceLines } from '#domain/evidence/evidence-lines.ts';
import { printedHead, type EvidenceLine, type SignedHead } from '#domain/evidence/evidence-file.ts';
import { nodeTools } from '#runtime/evidence-tools.ts';
import { seededRandom } from '#runtime/seeded-random.ts';
import { runVerify } from '../../setup/verify.ts';
import { forge } from './forge.ts';
import { addClass, addDay, allLeaves, exported, parsed, someStreams, without } from './made.ts';
import { mutated, mutationKinds } from './mutate.ts';
import { secondOpinion } from './second-verifier.ts';

let db: TestDatabase;
let folder: string;
let keyFile: string;
let streams: Stream[];
let heads: SignedHead[];
let file: Buffer;
const day = (number: number): Date => new Date(Date.parse('2026-03-01T02:00:00Z') + number * 86_400_000);
const certificate = { serial: '2026-1', name: '甲' };
const wanted = (): Parameters<typeof exported>[2] => ({
  streams: [...streams].sort(), held: heads.map(({ size }) => size),
  files: [{ what: 'certificate', subject: '2026-1', content: certificate }, { what: 'unit', subject: 'u1' }],
});
const opinion = (bytes: Buffer, held: Held = {}): Promise<EvidenceVerdict> =>
  checkEvidence(evidenceLines((async function* chunks() { for (let at = 0; at < bytes.length; at += 10_000) yield bytes.subarray(at, at + 10_000); })()), nodeTools, held);
const due = (what: string, subject: string, hash: string): Promise<unknown> => db.orm.em.fork().execute(`insert into tree_due (kind, what, subject, sha256) values ('file', ?, ?, ?)`, [what, subject, hash]);

beforeAll(async () => {
  db = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'evidence-'));
  keyFile = join(folder, 'keys', 'evidence.key');
  streams = someStreams(6);
  await due('certificate', '2026-1', createHash('sha256').update(canonicalJson(certificate)).digest('hex'));
  heads = [await addDay(db.orm, keyFile, streams.slice(0, 5), 9, day(0))];
  await due('unit', 'u1', 'ab'.repeat(32));
  heads.push(await addDay(db.orm, keyFile, streams.slice(2), 5, day(1)));
  await rotateEvidenceKey(db.orm, keyFile, day(2));
  heads.push(await addDay(db.orm, keyFile, streams, 4, day(2)));
  file = await exported(db.orm, keyFile, wanted(), day(3));
}, 60_000);
afterAll(async () => {
  await db?.close();
  await rm(folder, { recursive: true, force: true });
});

describe('a file as it is', () => {
  it('is right, by both verifiers, with all heads anybody holds', async () => {
    const verdict = await opinion(file, { heads });
    expect(verdict).toMatchObject({ ok: true, fault: null, events: 5 * 9 + 4 * 5 + 6 * 4, streams: 6, files: 2, head: heads[2] });
    expect(secondOpinion(file, heads)).toBeNull();
  });
  it('is short where few heads are asked for, and right', async () => {
    const few = await exported(db.orm, keyFile, { ...wanted(), heads: 'few', held: [heads[0]!.size] }, day(3));
    expect(parsed(few).filter(({ kind }) => kind === 'head')).toHaveLength(2);
    expect((await opinion(few, { heads: [heads[0]!, heads[2]!] })).ok).toBe(true);
    expect(secondOpinion(few, [heads[0]!, heads[2]!])).toBeNull();
    expect((await opinion(few, { heads: [heads[1]!] })).fault?.code).toBe('held_head_missing');
  });
  it('is not made of what nobody signed', async () => {
    await expect(exported(db.orm, keyFile, { ...wanted(), held: [heads[0]!.size + 1] }, day(3))).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('a changed file', () => {
  it.each(mutationKinds)('is noticed by both, at the same line: %s', async (kind) => {
    const random = seededRandom('cd'.repeat(32), kind);
    for (let count = 0; count < 60; count++) {
      const changed = mutated(file, kind, random);
      const { ok, fault } = await opinion(changed);
      expect(ok, `${kind} ${count}`).toBe(false);
      expect(secondOpinion(changed), `${kind} ${count} ${JSON.stringify(fault)}`).toBe(fault!.line);
    }
  });
  it('names the first record that is wrong', async () => {
    const lines = parsed(file);
    const at = lines.findIndex(({ kind }) => kind === 'event') + 3;
    (lines[at] as { payload: { figure: number } }).payload.figure = 99;
    const changed = Buffer.from(lines.map((line) => `${canonicalJson(line)}\n`).join(''));
    expect((await opinion(changed)).fault).toEqual({ line: at + 1, code: 'event_changed', record: expect.stringContaining((lines[at] as { id: string }).id) as string });
    for (const ending of ['\n', ' ', 'x']) expect((await opinion(Buffer.concat([file, Buffer.from(ending)]))).ok).toBe(false);
    expect((await opinion(file.subarray(0, -1))).ok).toBe(false);
    expect((await opinion(Buffer.from(file.toString('utf8').replaceAll('\n', '\r\n')))).ok).toBe(false);
    expect((await opinion(Buffer.alloc(0))).fault?.code).toBe('end_missing');
  });
});

describe('whoever holds the key', () => {
  // Of a stream that was under the first head already.
  const change = (lines: EvidenceLine[]): EvidenceLine[] => {
    const at = lines.findIndex((line) => line.kind === 'event' && line.stream === streams[0]);
    return lines.with(at, { ...lines[at]!, payload: { figure: 1_000_000 } } as EvidenceLine);
  };
  // Signed by one key again: the forger's file shows the first key only.
  const forged = async (from: number): Promise<Buffer> => {
    const signer = await loadSigner(keyFile);
    const asIfFirst = (lines: EvidenceLine[]): EvidenceLine[] => change(lines).filter((line) => line.kind !== 'key' || line.endorsedBy === null)
      .map((line) => (line.kind === 'key' ? { ...line, keyId: signer.keyId, publicKey: signer.publicKey } : line));
    return Buffer.from(forge(parsed(file), await allLeaves(db.orm), signer, asIfFirst, from));
  };
  it('makes a file that agrees with itself, and not with a head from before', async () => {
    const made = await forged(0);
    expect((await opinion(made)).ok).toBe(true);
    expect(secondOpinion(made)).toBeNull();
    for (const head of heads) {
      expect((await opinion(made, { heads: [head] })).fault?.code).toBe('held_head_differs');
      expect(secondOpinion(made, [head])).toBe(0);
    }
  });
  it('cannot put a forged state behind the true one either', async () => {
    const made = await forged(heads[1]!.size);
    const verdict = await opinion(made, { heads: [heads[0]!] });
    expect(verdict.fault?.code).toBe('stream_rewritten');
    expect(secondOpinion(made, [heads[0]!])).toBe(verdict.fault!.line);
  });
  it('is told from a stranger by the fingerprint of the first key', async () => {
    const [key] = parsed(file).filter((line) => line.kind === 'key');
    expect((await opinion(file, { keyId: key!.keyId })).ok).toBe(true);
    expect((await opinion(await forged(0), { keyId: key!.keyId })).fault?.code).toBe('key_not_yours');
  });
});

describe('what is left out', () => {
  it('is named by the facts of the class: lessons and certificates; what has no record yet is proven to have none', async () => {
    const signer = await loadSigner(keyFile);
    const at = day(2.5);
    const planned = someStreams(1)[0]!;
    const cohort = await addClass(db.orm, [...streams.slice(0, 2), planned], at);
    await db.orm.em.fork().execute(`insert into event (id, stream, type, at, payload) select gen_random_uuid(), ?, 'certificate:issued', ?, jsonb_build_object('sha256', ?::text)`, [cohort, at, createHash('sha256').update(canonicalJson(certificate)).digest('hex')]);
    await addDay(db.orm, keyFile, streams.slice(0, 2), 1, at);
    const whole = await exported(db.orm, keyFile, { streams: [cohort, planned, ...streams.slice(0, 2)], files: [{ what: 'certificate', subject: '2026-1', content: certificate }] }, day(3));
    expect([(await opinion(whole)).fault, secondOpinion(whole)]).toEqual([null, null]);
    expect(parsed(whole).filter(({ kind }) => kind === 'absent')).toHaveLength(1);
    const [lines, log] = [parsed(whole), await allLeaves(db.orm)];
    const cuts: ((all: EvidenceLine[]) => EvidenceLine[])[] = [
      (all) => without(all, streams[0]!), (all) => without(all, streams[1]!), (all) => all.filter(({ kind }) => kind !== 'absent'), (all) => all.filter(({ kind }) => kind !== 'file'),
    ];
    for (const cut of cuts) {
      const made = Buffer.from(forge(lines, log, signer, cut, log.length));
      const { fault } = await opinion(made);
      expect(fault).toMatchObject({ code: 'named_missing', line: parsed(made).length });
      expect(secondOpinion(made)).toBe(fault!.line);
    }
    // Nor can it be said to have none where it has some, or by another kind of key.
    for (const key of [`stream ${streams[0]!}`, `certificate ${createHash('sha256').update(canonicalJson(certificate)).digest('hex')}`]) {
      const made = Buffer.from(forge(lines, log, signer, (all) => without(all, streams[0]!).map((line) => (line.kind === 'absent' ? { ...line, key } : line)), log.length));
      const { fault } = await opinion(made);
      expect(fault?.code).toMatch(/place_wrong|fields_wrong/);
      expect(secondOpinion(made)).toBe(fault!.line);
    }
  });
});

describe('the log', () => {
  it('is not changed, and grows without gaps however many let it grow', async () => {
    const em = db.orm.em.fork();
    for (const table of ['tree_leaf', 'tree_node', 'tree_head', 'evidence_key']) await expect(em.execute(`delete from ${table}`)).rejects.toThrow(/denied|append-only/);
    for (let index = 0; index < 40; index++) await due('sheet', `s${index}`, 'cd'.repeat(32));
    await Promise.all([1, 2, 3].map(() => growLog(db.orm, day(4))));
    const head = await sealNow(db.orm, keyFile, day(4));
    const [{ count, most }] = await em.execute<[{ count: number; most: number }]>('select count(*)::int as count, max(position)::int as most from tree_leaf');
    expect([count, head!.size]).toEqual([most + 1, most + 1]);
    expect(await signHead(db.orm, keyFile, day(5))).toBeNull();
    const more = await exported(db.orm, keyFile, wanted(), day(5));
    expect((await opinion(more, { heads: [...heads, head!] })).ok).toBe(true);
    const few = await exported(db.orm, keyFile, { ...wanted(), held: [] }, day(5));
    expect((await opinion(few, { heads })).fault?.code).toBe('held_head_unproven');
  });
  it('does not go on with another key, nor makes one where one was lost', async () => {
    await due('sheet', 'later', 'cd'.repeat(32));
    const lost = join(folder, 'keys', 'lost.key');
    await expect(sealNow(db.orm, lost, day(6))).rejects.toThrow(/put it back/);
    await expect(loadSigner(join(folder, 'nowhere', 'x.key'))).resolves.toBeTruthy();
    await expect(sealNow(db.orm, join(folder, 'nowhere', 'x.key'), day(6))).rejects.toThrow(/put it back/);
    await writeFile(lost, 'no key');
    await expect(sealNow(db.orm, lost, day(6))).rejects.toThrow(/not a private key/);
  });
});

describe('npm run verify', () => {
  it('says what it found, and exits accordingly', async () => {
    const path = join(folder, 'evidence.ndjson');
    await writeFile(path, file);
    const told: string[] = [];
    const say = (line: string): void => { told.push(line); };
    expect(await runVerify([path, '--head', printedHead(heads[0]!)], say)).toBe(0);
    expect(told.join('\n')).toMatch(/RIGHT +89 events of 6 streams and 2 hashes/);
    await writeFile(join(folder, 'head.json'), JSON.stringify(heads[1]));
    expect(await runVerify([path, '--head', join(folder, 'head.json'), '--json'], say)).toBe(0);
    await writeFile(path, mutated(file, 'edit', seededRandom('ef'.repeat(32), 'cli')));
    expect(await runVerify([path], say)).toBe(1);
    await writeFile(path, 'PK\u0003');
    for (const args of [[], [path, path], [join(folder, 'none')], [path], [path, '--head', 'x'], [path, '--key', 'x'], [path, '--what']]) await expect(runVerify(args, say), args.join(' ')).rejects.toThrow();
  });
});
