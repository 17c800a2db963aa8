// The subsidy file of a cohort: all of its evidence in one archive, every file named by its hash, so that one changed byte is noticed (R53, R155).
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalHash } from '#db/canonical-hash.ts';
import { IdentityView } from '#db/entities/identity.ts';
import { Membership } from '#db/entities/people.ts';
import { addIdentities } from '#db/queries/identities.ts';
import { appendEvent, platform, unitOfWork } from '#db/orm.ts';
import { subsidyOf, subsidyRows } from '#db/queries/subsidy-files.ts';
import { testDatabase, type TestDatabase } from '#db/testing/database.ts';
import { addSchool, type School } from '#db/testing/school.ts';
import { addLearners, addTaughtClass } from '#db/testing/taught-class.ts';
import { createVault } from '#db/vault.ts';
import { newId } from '#domain/id.ts';
import { checkEvidence } from '#domain/evidence/evidence-check.ts';
import { evidenceLines } from '#domain/evidence/evidence-lines.ts';
import { manifestFaults, manifestName, subsidyNames, sumsName, verifyPageName, type SubsidyManifest } from '#domain/paper/subsidy.ts';
import { nodeTools } from '#runtime/evidence-tools.ts';
import { createLog } from '#runtime/log.ts';
import { folderStorage } from '#runtime/storage.ts';
import { linkAll } from '../events/linker.ts';
import { giveUpSubsidyFile, makeSubsidyFile, removeOldSubsidyFiles, type SubsidyDeps } from './make.ts';
import { foundIn, sha256, sheetOf, unpacked } from '../testing/subsidy-archive.ts';

const number = '110101199003070870';
let db: TestDatabase;
let folder: string;
let school: School;
let deps: SubsidyDeps;
let first: string;
let now = new Date('2026-03-02T05:00:00Z');

async function ask(): Promise<string> {
  const id = newId();
  await db.orm.em.fork().execute(
    `insert into subsidy_file (id, institution_id, cohort_id, asked_by, asked_at, origin, status, delete_after) values (?, ?, ?, ?, ?, 'https://keshi.example.cn', 'waiting', ?)`,
    [id, school.institutionId, school.cohortId, school.teacherId, now, new Date(now.getTime() + 86_400_000)]);
  return id;
}
const rowOf = async (id: string) => (await subsidyRows(db.orm.em.fork(), 's.id = ?', [id]))[0]!;
const manifestOf = (files: ReadonlyMap<string, Buffer>): SubsidyManifest => JSON.parse(files.get(manifestName)!.toString()) as SubsidyManifest;
let made: Map<string, Buffer>;

beforeAll(async () => {
  db = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'subsidy-'));
  const since = new Date('2026-03-01T00:00:00Z');
  school = await addSchool(db.orm, 0, since);
  const em = db.orm.em.fork();
  await em.insert(Membership, { id: newId(), personId: school.teacherId, institutionId: school.institutionId, role: 'institution', createdAt: since });
  const learners = await addLearners(db.orm, school, ['欧阳㛃', '=1+2'], since);
  first = learners[0]!;
  deps = { orm: db.orm, log: createLog('test', 'silent'), storage: folderStorage(join(folder, 'files')), vault: createVault(randomBytes(32)), dataDir: folder, evidenceKeyFile: join(folder, 'keys', 'evidence.key'), now: () => now };
  await addIdentities(em, deps.vault, [{ personId: first, documentKind: 'id_card', number, birthDate: '1990-03-07', regionCode: '110101', phone: '13912345678', learnerCategory: 'enterprise_staff', employer: '秦皇岛钢厂', authorityStatus: 'not_asked' }], since);
  await addTaughtClass(db.orm, school, learners.map((personId, index) => ({ personId, story: { seats: [[0, index === 0 ? 45 : 20, 'left']], checks: [[10, 'matched'], [20, 'missed']], answers: [index === 0 ? 'right' : null] } })),
    { startsAt: new Date('2026-03-02T01:00:00Z'), questions: [{ at: 5, until: 6, prompt: '什么是焊接？' }] });
  await unitOfWork(db.orm, platform, (each) => appendEvent(each, platform, `cohort:${school.cohortId}`, 'test:happened', now, { figure: 1 }));
  await linkAll(db.orm, () => now);
  const id = await ask();
  await makeSubsidyFile(deps, id);
  made = unpacked(await deps.storage.read((await rowOf(id)).storage_key!));
}, 120_000);
afterAll(async () => {
  await db?.close();
  await rm(folder, { recursive: true, force: true });
});

describe('what is in it', () => {
  it('has figures made current first, and every row of the class', async () => {
    const manifest = manifestOf(made);
    expect(manifest.rows).toEqual({ application: 2, applicationSheet: 2, roster: 2, ledger: 2, attendance: 2, hours: 2, checks: 4, answers: 2, exams: 0, certificates: 0, certificateList: 0, rules: 1, onSite: 0, evidence: expect.any(Number) as number });
    expect(manifest.missing).toEqual([subsidyNames.exams, subsidyNames.certificates, subsidyNames.certificateList, subsidyNames.onSite]);
    expect(made.has(subsidyNames.certificates)).toBe(false);
    const attendance = await sheetOf(made.get(subsidyNames.attendance)!);
    // The missed check at 20 took back to the passed one at 10:12, at most 15 minutes.
    expect(attendance.slice(1).map((row) => [row[4], row[7], row[8]])).toEqual([['=1+2', '45', '10.2'], ['欧阳㛃', '45', '30']]);
    const answers = await sheetOf(made.get(subsidyNames.answers)!);
    expect(answers.slice(1).map((row) => [row[1], row[4], row[6]]).sort()).toEqual([['=1+2', '什么是焊接？', '未作答'], ['欧阳㛃', '什么是焊接？', '是']].sort());
    const checks = await sheetOf(made.get(subsidyNames.checks)!);
    expect(checks.slice(1).map((row) => [row[1], row[4], row[9]]).sort()).toEqual([['=1+2', '抽查', '一致'], ['=1+2', '抽查', '错过'], ['欧阳㛃', '抽查', '一致'], ['欧阳㛃', '抽查', '错过']]);
    expect((await sheetOf(made.get(subsidyNames.ledger)!))[2]).toContain('欧阳㛃');
    expect(made.get(subsidyNames.hours)!.subarray(0, 4).toString()).toBe('%PDF');
    expect((JSON.parse(made.get(subsidyNames.rules)!.toString()) as { id: string }[])[0]!.id).toBe('default');
  });
  it('has whole numbers as text, says who has none, and tells each learner', async () => {
    const roster = await sheetOf(made.get(subsidyNames.roster)!);
    expect(roster.slice(1).map((row) => [row[1], row[3]])).toEqual([['=1+2', '【缺】未实名登记'], ['欧阳㛃', number]]);
    const views = await db.orm.em.fork().find(IdentityView, { personId: first });
    expect(views.map(({ viewerId, fields, reason }) => [viewerId, fields, reason.startsWith('导出补贴申报材料：')])).toEqual([[school.teacherId, ['number'], true]]);
    const events = await db.orm.em.fork().execute<{ payload: object }[]>(`select payload from event where type in ('subsidy:made', 'identity:revealed')`);
    expect(events).toHaveLength(2);
    expect(JSON.stringify(events)).not.toMatch(/欧阳|110101/);
  });
});

describe('its evidence', () => {
  it('is right, and has the facts of the class under a head of this moment', async () => {
    const verdict = await checkEvidence(evidenceLines(Readable.from([made.get(subsidyNames.evidence)!], { objectMode: true })), nodeTools);
    expect(verdict).toMatchObject({ ok: true, about: { cohort: school.cohortId }, lines: manifestOf(made).rows.evidence, head: { at: now.toISOString() } });
    const [{ count }] = await db.orm.em.fork().execute<[{ count: number }]>(`select count(*)::int as count from event where stream = 'cohort:' || ? or stream in (select 'lesson:' || id from lesson where cohort_id = ?)`, [school.cohortId, school.cohortId]);
    expect(verdict.events).toBe(count - 1);
    expect(verdict.events).toBeGreaterThan(0);
    expect(made.get(verifyPageName)!.toString()).toContain('<script>');
  });
});

describe('its hashes', () => {
  it('name every file as it is, and the manifest by its own, which is on record', async () => {
    const manifest = manifestOf(made);
    expect(manifestFaults(manifest, foundIn(made))).toEqual([]);
    expect([...made.keys()].sort()).toEqual([manifestName, sumsName, ...manifest.files.map(({ name }) => name)].sort());
    const [row] = await subsidyRows(db.orm.em.fork(), 's.cohort_id = ?', [school.cohortId]);
    expect(canonicalHash(manifest)).toBe(row!.manifest_sha256);
    const events = await db.orm.em.fork().execute<{ payload: { manifestSha256: string; sha256: string } }[]>(`select payload from event where type = 'subsidy:made'`);
    expect(events[0]!.payload).toMatchObject({ manifestSha256: row!.manifest_sha256, sha256: sha256(await deps.storage.read(row!.storage_key!)) });
  });
  it('are checked by a tool everybody has', async () => {
    const place = join(folder, 'unpacked');
    await mkdir(place);
    for (const [name, bytes] of made) await writeFile(join(place, name), bytes);
    expect(execFileSync('sha256sum', ['-c', '--quiet', sumsName], { cwd: place }).toString()).toBe('');
    const roster = await readFile(join(place, subsidyNames.roster));
    roster[roster.length >> 1]! ^= 1;
    await writeFile(join(place, subsidyNames.roster), roster);
    expect(spawnSync('sha256sum', ['-c', '--quiet', sumsName], { cwd: place }).status).toBe(1);
  });
  it('notice one changed byte in any file, one that is gone, and one that was put in', () => {
    const manifest = manifestOf(made);
    for (const { name } of manifest.files) {
      const bytes = Buffer.from(made.get(name)!);
      bytes[bytes.length - 1]! ^= 1;
      expect(manifestFaults(manifest, foundIn(new Map([...made, [name, bytes]])))).toEqual([{ name, fault: 'changed' }]);
    }
    const less = new Map([...made].filter(([name]) => name !== subsidyNames.checks));
    expect(manifestFaults(manifest, foundIn(less))).toEqual([{ name: subsidyNames.checks, fault: 'missing' }]);
    expect(manifestFaults(manifest, foundIn(new Map([...made, ['x.xlsx', Buffer.from('x')]])))).toEqual([{ name: 'x.xlsx', fault: 'unknown' }]);
  });
});

describe('its life', () => {
  it('leaves nothing behind, is gone after a day, and its hashes stay', async () => {
    expect(await readdir(join(folder, 'subsidy-work')).catch(() => [])).toEqual([]);
    const [row] = await subsidyRows(db.orm.em.fork(), 's.cohort_id = ?', [school.cohortId]);
    expect(subsidyOf(row!, now)).toMatchObject({ status: 'ready', progress: 1, learners: 2 });
    expect(await removeOldSubsidyFiles(deps)).toBe(0);
    now = new Date(now.getTime() + 86_400_001);
    expect(subsidyOf(row!, now).status).toBe('gone');
    expect(await removeOldSubsidyFiles(deps)).toBe(1);
    expect(await deps.storage.stat(row!.storage_key!)).toBeNull();
    expect((await rowOf(row!.id)).manifest_sha256).toMatch(/^[0-9a-f]{64}$/);
  });
  it('is not made for whoever left the office, and is settled after the last try', async () => {
    const id = await ask();
    await db.orm.em.fork().nativeDelete(Membership, { personId: school.teacherId, role: 'institution' });
    await expect(makeSubsidyFile(deps, id)).rejects.toThrow(/no such cohort/);
    await giveUpSubsidyFile(deps, id);
    expect(subsidyOf(await rowOf(id), now).status).toBe('failed');
    await makeSubsidyFile(deps, id);
    expect((await rowOf(id)).status).toBe('failed');
  });
});
