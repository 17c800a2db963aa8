// What a restore shows beyond that it runs: the evidence log is as it was signed and as others hold it, keys that were destroyed are in no copy, and deletions happen again.
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { replayKey } from '#contracts/places.ts';
import { platform, unitOfWork, type Orm } from '#db/orm.ts';
import { verifyLog, type HeldHead } from '#db/queries/evidence-log.ts';
import { filesOfThing, deleteThingRows } from '#db/queries/repeat-deletion.ts';
import { sealNow } from '#db/queries/tree-heads.ts';
import { createVault } from '#db/vault.ts';
import { newId } from '#domain/id.ts';
import { tarOf } from './base.ts';
import { runDrill } from './drill.ts';
import { backUpBase, backUpFiles, backUpKeys } from './keeper.ts';
import { learnerFolder } from './learner-keys.ts';
import { restoreBackup, type RestoreOptions } from './restore.ts';
import { smallPlatform, type SmallPlatform } from './testing.ts';

let world: SmallPlatform;
let stamp: string;
let old: HeldHead;
let newest: HeldHead;
let learners: { destroyed: string; kept: string };
let sealed: { destroyed: Buffer; kept: Buffer };
let rawKey: Buffer;
let lesson: { lessonId: string; file: string };
const now = (): Date => new Date();
const em = () => world.orm.em.fork();
const keyFile = (): string => join(world.dataDir, 'keys', 'evidence.key');
const seal = async (): Promise<HeldHead> => { const { size, root } = (await sealNow(world.orm, keyFile(), now()))!; return { size, root }; };
const restore = (name: string, options: Partial<RestoreOptions> = {}) => restoreBackup({ place: world.deps.place, to: join(world.folder, name), at: null, now, ...options });
const filesUnder = async (folder: string): Promise<Buffer[]> => Promise.all((await readdir(folder, { recursive: true, withFileTypes: true })).filter((one) => one.isFile()).map((one) => readFile(join(one.parentPath, one.name))));

async function addLesson(): Promise<{ lessonId: string; file: string }> {
  const [lessonId, replayId] = [newId(), newId()];
  const file = join(world.dataDir, 'files', replayKey(replayId, 'unit.mp4'));
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, 'a film');
  const client = new Client({ connectionString: world.deps.url });
  await client.connect();
  try {
    // Only what the class's rows stand on would be a school of twenty tables: these three are put in without it.
    await client.query('set session_replication_role = replica');
    const { rows: [first] } = await client.query<{ id: string }>('select id from institution limit 1');
    await client.query(`insert into lesson (id, institution_id, cohort_id, title, starts_at, planned_minutes, recorded, status, created_at) values ($1, $2, $3, 'x', now(), 45, true, 'ended', now())`, [lessonId, first!.id, newId()]);
    await client.query(`insert into replay (id, institution_id, lesson_id, recording_id, unit_id, status, created_at) values ($1, $2, $3, $4, $5, 'ready', now())`, [replayId, first!.id, lessonId, newId(), newId()]);
    const { rows: [person] } = await client.query<{ id: string }>('select id from person limit 1');
    await client.query(`insert into legal_hold (id, institution_id, scope, subject_id, reason, set_by, from_at) values ($1, $2, 'lesson', $3, 'x', $4, now())`, [newId(), first!.id, lessonId, person!.id]);
  } finally {
    await client.end();
  }
  return { lessonId, file };
}

/** As worker/retention does it, after the hold was ended. */
async function deleteLesson(): Promise<void> {
  const thing = { retentionClass: 'recording' as const, subjectId: lesson.lessonId };
  await em().execute(`update legal_hold set ended_at = now(), ended_by = set_by, end_reason = 'over'`);
  expect(await filesOfThing(em(), thing)).toContain(lesson.file.slice(join(world.dataDir, 'files/').length));
  await unitOfWork(world.orm, platform, async (work) => {
    const { counts, hash } = await deleteThingRows(work, thing, now());
    expect(counts).toEqual({ replay: 1 });
    await work.execute(`insert into deletion_certificate (id, class, subject_id, counts, ids_hash, rule, due_at, deleted_at) values (?, 'recording', ?, ?::jsonb, ?, 'x', now(), now())`, [newId(), lesson.lessonId, JSON.stringify(counts), hash]);
  });
}

beforeAll(async () => {
  world = await smallPlatform();
  await world.addFacts('one', 6);
  old = await seal();
  await world.addFacts('two', 9);
  newest = await seal();
  learners = { destroyed: await world.addLearner(), kept: await world.addLearner() };
  sealed = { destroyed: await world.vault.seal(em(), learners.destroyed, Buffer.from('face one')), kept: await world.vault.seal(em(), learners.kept, Buffer.from('face two')) };
  lesson = await addLesson();
  await backUpKeys(world.deps);
  const saved = (await filesUnder(learnerFolder(world.deps.place.keysDir))).map(String).join('');
  rawKey = Buffer.from((JSON.parse(saved.split('\n').find((line) => line.includes(learners.destroyed))!) as { key: string }).key, 'base64');
  await backUpFiles(world.deps);
  ({ stamp } = await backUpBase(world.deps));
  // What happens after the only base backup, and no WAL is taken here: the keys' place alone knows of it.
  await em().execute('delete from learner_key where person_id = ?', [learners.destroyed]);
  await deleteLesson();
  await backUpKeys(world.deps, new Date(Date.now() - 60_000));
}, 120_000);
afterAll(() => world?.close());

it('has no byte of a destroyed key, nor of the master key, in any copy: not in the keys’ place, not in the base backup', async () => {
  const { dir, keysDir } = world.deps.place;
  const copies = [...await filesUnder(keysDir), gunzipSync(await readFile(tarOf(dir, stamp)))];
  const finds = (needle: Buffer): boolean => copies.some((bytes) => bytes.includes(needle) || bytes.includes(needle.toString('base64')) || bytes.includes(needle.toString('hex')));
  expect(finds(rawKey)).toBe(false);
  expect(finds(Buffer.alloc(32, 7))).toBe(false);
  // What is looked for would be found: the other learner's key lies there.
  const saved = (await filesUnder(learnerFolder(keysDir))).map(String).join('');
  expect(saved).toContain(learners.kept);
  expect(saved).not.toContain(learners.destroyed);
});

it('restores an older state: the destroyed key stays destroyed, the other opens what it sealed, the deletion happens again though a hold of then stood', async () => {
  const result = await restore('older', {
    held: [old, newest],
    inspect: async (orm: Orm) => {
      const vault = createVault(await readFile(join(world.folder, 'older/keys/master.key')));
      expect(String(await vault.open(orm.em.fork(), learners.kept, sealed.kept))).toBe('face two');
      await expect(vault.open(orm.em.fork(), learners.destroyed, sealed.destroyed)).rejects.toMatchObject({ code: 'not_found' });
      expect(await orm.em.fork().execute('select id from replay')).toEqual([]);
      expect(await orm.em.fork().execute('select class, subject_id from deletion_certificate')).toEqual([{ class: 'recording', subject_id: lesson.lessonId }]);
      // Holds hold again.
      expect(await orm.em.fork().execute(`select cardinality(held_by('recording', ?)) as n`, [lesson.lessonId])).toEqual([{ n: 1 }]);
    },
  });
  expect(result).toMatchObject({ repeated: { destroyedKeys: 1, deletions: 1 }, learnerKeys: { put: 1, gone: 0 }, log: { heads: 2, held: 2, newest, fault: null } });
  expect(existsSync(lesson.file.replace(world.dataDir, join(world.folder, 'older')))).toBe(false);
}, 120_000);

it.each<[string, () => HeldHead, string]>([
  ['another root', () => ({ ...old, root: 'a'.repeat(64) }), 'held_head_differs'], ['a size nobody signed', () => ({ ...old, size: old.size + 1 }), 'held_head_missing'], ['a newer one', () => ({ ...newest, size: newest.size + 9 }), 'held_head_newer'],
])('refuses a backup that is not what somebody holds: %s', async (what, head, code) => {
  const to = what.replaceAll(' ', '-');
  await expect(restore(to, { held: [head()] })).rejects.toMatchObject({ code: 'evidence_broken', lines: [expect.stringContaining(code)] });
  expect(existsSync(join(world.folder, to))).toBe(false);
}, 120_000);

/** Whoever owns the database changes it, past its triggers; taken back at the end. */
async function tampered(sql: readonly string[]) {
  const fork = em();
  await fork.begin();
  try {
    await fork.execute(`select set_config('role', 'none', true), set_config('session_replication_role', 'replica', true)`);
    for (const one of sql) await fork.execute(one);
    return await verifyLog(fork, [old]);
  } finally {
    await fork.rollback();
  }
}
it.each<[string, string, string[]]>([
  ['nothing', '', []],
  ['a leaf’s hash', 'leaf_differs', [`update tree_leaf set hash = decode(repeat('00', 32), 'hex') where position = 1`]],
  ['what a leaf stands for', 'leaf_differs', [`update tree_leaf set amount = amount + 1 where kind = 'stream' and position = 0`]],
  ['a leaf taken out', 'leaf_missing', ['delete from tree_leaf where position = 1']],
  ['the last leaf taken out', 'leaf_missing', ['delete from tree_leaf where position = (select max(position) from tree_leaf)']],
  ['a stored subtree', 'node_differs', [`update tree_node set hash = decode(repeat('00', 32), 'hex') where level = 1 and position = 0`]],
  ['a head’s root', 'signature_wrong', [`update tree_head set root = repeat('0', 64) where size = (select max(size) from tree_head)`]],
  ['a head’s proof', 'head_not_consistent', [`update tree_head set proof = '[]' where size = (select max(size) from tree_head)`]],
  ['a head taken out', 'held_head_missing', ['delete from tree_head where size = (select min(size) from tree_head)']],
  ['another key', 'key_wrong', [`update evidence_key set public_key = 'x'`]],
  ['a link that was signed', 'stream_not_in_log', [`update event_link set hash = decode(repeat('00', 32), 'hex') where position = 6 and stream = 'lesson:one'`]],
])('names what was changed in the log: %s', async (_what, code, sql) => {
  expect((await tampered(sql)).fault?.code ?? '').toBe(code);
});

it('tries a drill with a head from outside, and refuses it when the running platform shows other heads than its backup', async () => {
  await backUpFiles(world.deps);
  const drill = (held: HeldHead[]) => runDrill({ orm: world.orm, place: world.deps.place, now, say: () => undefined, filesElsewhere: true, held }, world.folder);
  expect((await drill([old])).restored.log).toMatchObject({ held: 1, heads: 2, fault: null });
  const client = new Client({ connectionString: world.deps.url });
  await client.connect();
  await client.query('set session_replication_role = replica');
  await client.query(`update tree_head set root = repeat('0', 64) where size = $1`, [old.size]);
  await client.end();
  await expect(drill([])).rejects.toMatchObject({ code: 'evidence_broken' });
  expect((await em().execute<{ ok: boolean }[]>(`select ok from backup_run where kind = 'drill' order by finished_at`)).map(({ ok }) => ok)).toEqual([true, false]);
}, 120_000);
