// Uploaded files become pages, with the real qpdf and Poppler: Chinese text is drawn, and what acts, blows up or is none is refused with its reason.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { coursewareOriginalKey, coursewarePageKey, coursewarePieceKey } from '#contracts/places.ts';
import { abandonedUploadMs, kindOfBytes, mostPages, uploadPieceBytes } from '#domain/courseware.ts';
import { newId } from '#domain/id.ts';
import { Courseware } from '#db/entities/courseware.ts';
import { testDatabase, type TestDatabase } from '#db/testing/database.ts';
import { addSchool, type School } from '#db/testing/school.ts';
import { createLog } from '#runtime/log.ts';
import { folderStorage } from '#runtime/storage.ts';
import { madePdf } from '#testing/made-pdf.ts';
import { madeDocx, madeZip } from '#testing/made-zip.ts';
import { convertCourseware, giveUpCourseware } from './convert.ts';
import type { CoursewareDeps } from './deps.ts';
import { removeLeftUploads } from './left-uploads.ts';

const now = new Date('2026-03-02T02:00:00Z');
const tools = { pdftoppm: process.env['PDFTOPPM_BIN'] ?? 'pdftoppm', qpdf: process.env['QPDF_BIN'] ?? 'qpdf', soffice: 'no-office-here' };
let db: TestDatabase;
let folder: string;
let deps: CoursewareDeps;
let school: School;
beforeAll(async () => { db = await testDatabase(); });
afterAll(() => db?.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'courseware-'));
  deps = { orm: db.orm, log: createLog('test', 'silent'), storage: folderStorage(join(folder, 'files')), dataDir: join(folder, 'data'), tools, now: () => now };
  school = await addSchool(db.orm, 0, now);
  return () => rm(folder, { recursive: true, force: true });
});

const rowOf = (id: string) => db.orm.em.fork().findOneOrFail(Courseware, { id });
async function upload(file: Buffer, change: Partial<Courseware> = {}): Promise<string> {
  const id = newId();
  await db.orm.em.fork().insert(Courseware, {
    id, institutionId: school.institutionId, courseId: school.courseId, title: 'x', mark: 'm', uploadedBy: school.teacherId, sizeBytes: file.length, receivedBytes: file.length,
    kind: kindOfBytes(file), status: 'converting', refusal: null, pageCount: null, sha256: null, createdAt: now, heardAt: now, settledAt: null, removedAt: null, ...change,
  });
  for (let index = 0; index * uploadPieceBytes < file.length; index++) await deps.storage.putBytes(coursewarePieceKey(id, index), file.subarray(index * uploadPieceBytes, (index + 1) * uploadPieceBytes));
  return id;
}
async function converted(file: Buffer, given: Partial<CoursewareDeps> = {}): Promise<Courseware> {
  const id = await upload(file);
  await convertCourseware({ ...deps, ...given }, { coursewareId: id }, new AbortController().signal);
  return rowOf(id);
}
const refusalOf = async (file: Buffer, given: Partial<CoursewareDeps> = {}): Promise<string | null> => {
  const row = await converted(file, given);
  // Nothing of a refused file stays.
  if (row.status === 'refused') expect(await readdir(join(folder, 'files', 'courseware', row.id, 'pages')).catch(() => [])).toEqual([]);
  expect(await deps.storage.stat(coursewarePieceKey(row.id, 0))).toBe(null);
  return row.refusal ?? null;
};
/** How much of a picture is ink. */
async function inkOf(id: string, page: number): Promise<{ width: number; height: number; share: number }> {
  const { data, info } = await sharp(await deps.storage.read(coursewarePageKey(id, page, 'page'))).grayscale().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, share: data.filter((value) => value < 100).length / data.length };
}

test('each page of a PDF becomes a picture and a thumbnail, Chinese words drawn in a font that is not in the file', async () => {
  const file = madePdf({ pages: ['焊接安全操作规程', '第二页'] });
  const row = await converted(file);
  expect(row).toMatchObject({ status: 'ready', pageCount: 2, refusal: null });
  expect(row.sha256).toMatch(/^[0-9a-f]{64}$/);
  const [first, second] = [await inkOf(row.id, 1), await inkOf(row.id, 2)];
  expect([first.width, first.height]).toEqual([1920, 1080]);
  // Eight signs have more ink than three, and boxes or nothing would have other shares.
  expect(first.share).toBeGreaterThan(0.008);
  expect(first.share).toBeLessThan(0.06);
  expect(second.share).toBeLessThan(first.share);
  expect(second.share).toBeGreaterThan(0.002);
  expect(Math.max(...Object.values(await sharp(await deps.storage.read(coursewarePageKey(row.id, 1, 'thumb'))).metadata().then(({ width, height }) => ({ width, height }))))).toBe(240);
  expect((await deps.storage.read(coursewareOriginalKey(row.id))).equals(file)).toBe(true);
  expect(await deps.storage.stat(coursewarePieceKey(row.id, 0))).toBe(null);
  // Done again it is as it was.
  await convertCourseware(deps, { coursewareId: row.id }, new AbortController().signal);
  expect(await rowOf(row.id)).toMatchObject({ status: 'ready', pageCount: 2 });
});

test('pictures are upright, without what the camera wrote, and not larger than a page', async () => {
  const photo = await sharp({ create: { width: 4000, height: 3000, channels: 3, background: '#336699' } }).withExif({ IFD0: { Copyright: 'somebody', Orientation: '6' } }).jpeg().toBuffer();
  const row = await converted(photo);
  expect(row).toMatchObject({ status: 'ready', pageCount: 1 });
  const meta = await sharp(await deps.storage.read(coursewarePageKey(row.id, 1, 'page'))).metadata();
  expect([meta.format, meta.exif, Math.max(meta.width, meta.height)]).toEqual(['webp', undefined, 1920]);
});

const script = '<< /S /JavaScript /JS (app.alert\\(1\\)) >>';
test.each([
  ['a script that runs when it is opened', { catalogue: '/OpenAction 90 0 R', objects: { 90: script } }],
  ['a script inside a packed object stream, its name written in codes', { catalogue: '/OpenAction 90 0 R', packed: { 90: '<< /S /#4aava#53cript /#4a#53 (app.alert\\(1\\)) >>' } }],
  ['a program that is started', { catalogue: '/OpenAction 90 0 R', objects: { 90: '<< /S /Launch /F (cmd.exe) >>' } }],
  ['a file inside', { catalogue: '/Names << /EmbeddedFiles << /Names [(a.exe) 90 0 R] >> >>', objects: { 90: '<< /Type /Filespec /F (a.exe) /EF << /F 91 0 R >> >>', 91: '<< /Type /EmbeddedFile /Length 2 >>\nstream\nMZ\nendstream' } }],
  ['a form that sends', { catalogue: '/AcroForm << /XFA 90 0 R /Fields [] >>', objects: { 90: '<< /Length 1 >>\nstream\nx\nendstream' } }],
] as const)('refused: %s', async (_what, made) => {
  expect(await refusalOf(madePdf({ pages: ['x'], ...made }))).toBe('active_content');
});

test('a page that only speaks of scripts is taken, also where its bytes look like one', async () => {
  const words = '<< /Length 41 >>\nstream\n/S /JavaScript /JS (in a stream nobody runs)\nendstream';
  expect(await refusalOf(madePdf({ pages: ['/JavaScript /Launch'], catalogue: '/PieceInfo 90 0 R', objects: { 90: words } }))).toBe(null);
});

test('refused: pages without end, pages of absurd sizes, what opens with a password only, what is broken', async () => {
  expect(await refusalOf(madePdf({ pages: Array.from({ length: mostPages + 1 }, () => 'x') }))).toBe('too_many_pages');
  expect(await refusalOf(madePdf({ pages: ['x'], size: [20_000, 20_000] }))).toBe('page_size');
  expect(await refusalOf(madePdf({ pages: ['x'], size: [5000, 40] }))).toBe('page_size');
  expect(await refusalOf(Buffer.from('%PDF-1.7\nnothing that follows makes sense'))).toBe('damaged');
  const [open, locked] = [join(folder, 'open.pdf'), join(folder, 'locked.pdf')];
  await writeFile(open, madePdf({ pages: ['x'] }));
  execFileSync(tools.qpdf, ['--encrypt', 'secret', 'owner', '256', '--', open, locked]);
  expect(await refusalOf(await readFile(locked))).toBe('encrypted');
  execFileSync(tools.qpdf, ['--encrypt', '', 'owner', '256', '--print=none', '--', open, locked]);
  expect(await refusalOf(await readFile(locked))).toBe(null);
});

test('refused: a picture of more pixels than anybody needs, and one that is broken', async () => {
  const bomb = await sharp({ create: { width: 12_000, height: 12_000, channels: 3, background: '#fff' } }).png({ compressionLevel: 9 }).toBuffer();
  expect(await refusalOf(bomb)).toBe('too_heavy');
  const png = await sharp({ create: { width: 50, height: 50, channels: 3, background: '#f00' } }).png().toBuffer();
  expect(await refusalOf(png.subarray(0, 60))).toBe('damaged');
});

test('Office: macros, archives that are none or blow up, and, where LibreOffice is not installed, the advice to save as PDF', async () => {
  const slides = { '[Content_Types].xml': '<Types/>', 'ppt/presentation.xml': '<p/>' };
  expect(await refusalOf(madeZip(slides))).toBe('office_unavailable');
  expect(await refusalOf(madeZip({ ...slides, 'ppt/vbaProject.bin': 'x' }))).toBe('macros');
  expect(await refusalOf(madeZip({ 'a.exe': 'MZ' }))).toBe('not_office');
  expect(await refusalOf(madeZip({ ...slides, 'ppt/media/zeros.bin': Buffer.alloc(40_000_000) }))).toBe('zip_bomb');
  expect(await refusalOf(madeZip(slides).subarray(0, 80))).toBe('damaged');
  const old = Buffer.concat([Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), Buffer.alloc(600), Buffer.from('_VBA_PROJECT', 'utf16le')]);
  expect(await refusalOf(old)).toBe('macros');
});

const officeThere = spawnSync('sh', ['-c', 'command -v soffice']).status === 0;
test.skipIf(!officeThere)('where LibreOffice is installed a Word file becomes pages, and nothing that it links to is fetched', async () => {
  const asked: string[] = [];
  const elsewhere = createServer((request, response) => { asked.push(request.url ?? ''); response.end(); });
  await new Promise<void>((resolve) => { elsewhere.listen(0, '127.0.0.1', resolve); });
  const { port } = elsewhere.address() as AddressInfo;
  const row = await converted(madeDocx('焊接安全操作规程', `http://127.0.0.1:${port}/picture.png`), { tools: { ...tools, soffice: 'soffice' } });
  elsewhere.close();
  expect(row).toMatchObject({ kind: 'office', status: 'ready', pageCount: 1 });
  // A line of twelve points on a whole page; without words there is none.
  expect((await inkOf(row.id, 1)).share).toBeGreaterThan(0.0001);
  expect(asked).toEqual([]);
}, 120_000);

test('without its programs a PDF is refused in words, and pictures are taken all the same', async () => {
  const without = { tools: { pdftoppm: '/nowhere/pdftoppm', qpdf: '/nowhere/qpdf', soffice: '/nowhere/soffice' } };
  expect(await refusalOf(madePdf({ pages: ['x'] }), without)).toBe('pdf_unavailable');
  expect(await refusalOf(await sharp({ create: { width: 50, height: 50, channels: 3, background: '#f00' } }).png().toBuffer(), without)).toBe(null);
});

test('a file that cannot be worked on is settled at the last attempt, and its facts are written', async () => {
  const id = await upload(madePdf({ pages: ['x'] }));
  await giveUpCourseware(deps, { coursewareId: id });
  expect(await rowOf(id)).toMatchObject({ status: 'refused', refusal: 'failed' });
  await converted(madePdf({ pages: ['x'] }));
  const facts = await db.orm.em.fork().execute<{ type: string }[]>('select type from event where stream = ? order by id', [`institution:${school.institutionId}`]);
  expect(facts.map(({ type }) => type)).toEqual(['courseware:refused', 'courseware:ready']);
});

test('an upload nobody goes on with is thrown away after a day, with its pieces; one that is still sent stays', async () => {
  const file = Buffer.alloc(uploadPieceBytes + 5, 1);
  const left = { status: 'uploading' as const, kind: 'pdf' as const, receivedBytes: uploadPieceBytes };
  const old = await upload(file, { ...left, heardAt: new Date(now.getTime() - abandonedUploadMs - 1) });
  const fresh = await upload(file, { ...left, heardAt: new Date(now.getTime() - abandonedUploadMs + 1000) });
  expect(await removeLeftUploads(deps)).toBe(1);
  expect(await db.orm.em.fork().count(Courseware, { id: old })).toBe(0);
  expect([await deps.storage.stat(coursewarePieceKey(old, 0)), await deps.storage.stat(coursewarePieceKey(old, 1))]).toEqual([null, null]);
  expect((await rowOf(fresh)).status).toBe('uploading');
  expect(await deps.storage.stat(coursewarePieceKey(fresh, 0))).not.toBe(null);
});
