// Films over REST: whole, cut off and gone on with another day, damaged on the way, disguised, too large, without room, by the wrong people; and the look of a person at what was made.
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Film, FilmList } from '#contracts/film-routes.ts';
import { filmFileKey, filmPieceKey } from '#contracts/places.ts';
import { Film as FilmRow, FilmPiece } from '#db/entities/film.ts';
import { filmPieceBytes, mostFilms } from '#domain/film.ts';
import { newId } from '#domain/id.ts';
import { addMadeFilm } from '../testing/film.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addPerson, addSchool, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
beforeEach(async () => {
  world = await openHttpWorld();
  school = await addSchool(world.deps.orm, world.clock.now());
  // The disk of whoever runs this may be nearly full.
  world.deps.config.DISK_LOW_MB = 0;
});
afterEach(() => world.close());

const sha = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const base = (): string => `/api/courses/${school.courseId}/films`;
const begin = (file: Buffer, person: Known = school.teacher) => world.call(`POST ${base()}`, person, { payload: { title: '焊接安全.mp4', sizeBytes: file.length, mark: sha(file.subarray(0, 1000)) } });
const piece = (filmId: string, number: number, bytes: Buffer, person: Known = school.teacher, sha256 = sha(bytes)) =>
  world.call(`PUT /api/films/${filmId}/pieces/${number}/${sha256}`, person, { payload: bytes, headers: { 'content-type': 'application/octet-stream' } });
const list = async (person: Known = school.teacher) => (await world.call(`GET ${base()}`, person)).json<FilmList>();
const refusal = (response: { statusCode: number; json(): { error: { code: string } } }): [number, string] => [response.statusCode, response.json().error.code];
/** The beginning of an MP4 and as many bytes as are asked for. */
const mp4 = (bytes: number): Buffer => Buffer.concat([Buffer.from([0, 0, 0, 32]), Buffer.from('ftypisom'), Buffer.alloc(bytes, 7)]).subarray(0, bytes);
const pieceOf = (file: Buffer, number: number): Buffer => file.subarray(number * filmPieceBytes, (number + 1) * filmPieceBytes);

test('a small film is one piece, then the worker has its job, and the office sees it as the teacher does', async () => {
  const file = mp4(5000);
  const begun = (await begin(file)).json<Film>();
  expect(begun).toMatchObject({ status: 'uploading', receivedBytes: 0, own: true, files: [], review: null });
  const done = (await piece(begun.filmId, 0, file)).json<Film>();
  expect(done).toMatchObject({ status: 'checking', receivedBytes: 5000, durationMs: null });
  expect((await world.deps.queues.depths()).find(({ queue }) => queue === 'film-make')?.waiting).toBe(1);
  expect(await world.events('film:uploaded')).toMatchObject([{ stream: `institution:${school.institutionId}`, payload: { filmId: begun.filmId, courseId: school.courseId, kind: 'mov', sizeBytes: 5000 } }]);
  expect(await list(school.scheduler)).toMatchObject({ maxBytes: 5_000_000_000, pieceBytes: filmPieceBytes, films: [{ filmId: begun.filmId, own: false, uploadedBy: begun.uploadedBy }] });
  expect((await world.call(`GET /api/films/${begun.filmId}`, school.scheduler)).json<Film>()).toMatchObject({ filmId: begun.filmId, status: 'checking' });
});

test('cut off and gone on with days later: the same file by the same person; a doubled piece changes nothing, a piece too far, cut or damaged is refused', async () => {
  const file = mp4(2 * filmPieceBytes + 500);
  const { filmId } = (await begin(file)).json<Film>();
  await piece(filmId, 0, pieceOf(file, 0));
  expect(refusal(await piece(filmId, 1, pieceOf(file, 1).subarray(0, 9999)))).toEqual([400, 'bad_request']);
  expect(refusal(await piece(filmId, 1, pieceOf(file, 1), school.teacher, sha(pieceOf(file, 0))))).toEqual([400, 'film_piece_damaged']);
  expect(refusal(await piece(filmId, 2, pieceOf(file, 2)))).toEqual([409, 'film_offset']);
  world.clock.pass(3 * 86_400_000);
  expect((await begin(file)).json<Film>()).toMatchObject({ filmId, receivedBytes: filmPieceBytes, status: 'uploading' });
  expect((await begin(file, school.scheduler)).json<Film>().filmId).not.toBe(filmId);
  expect((await piece(filmId, 0, pieceOf(file, 0))).json<Film>().receivedBytes).toBe(filmPieceBytes);
  const both = await Promise.all([piece(filmId, 1, pieceOf(file, 1)), piece(filmId, 1, pieceOf(file, 1))]);
  expect(both.map((response) => response.json<Film>().receivedBytes)).toEqual([2 * filmPieceBytes, 2 * filmPieceBytes]);
  const done = (await piece(filmId, 2, pieceOf(file, 2))).json<Film>();
  expect(done).toMatchObject({ status: 'checking', receivedBytes: file.length });
  // Its answer was lost: sent once more it is answered again.
  expect((await piece(filmId, 2, pieceOf(file, 2))).json<Film>()).toEqual(done);
  const stored = Buffer.concat(await Promise.all([0, 1, 2].map((number) => world.deps.storage.read(filmPieceKey(filmId, number)))));
  expect(stored.equals(file)).toBe(true);
  const rows = await world.deps.orm.em.fork().find(FilmPiece, { filmId }, { orderBy: { ordinal: 'asc' } });
  expect(rows.map(({ sha256 }) => sha256)).toEqual([0, 1, 2].map((number) => sha(pieceOf(file, number))));
  expect(await world.events('film:uploaded')).toHaveLength(1);
});

test('a program, a playlist and a PDF that call themselves films are thrown away at their first piece', async () => {
  for (const words of ['MZ\0\0\0\0ftypisom', '#EXTM3U\nhttp://127.0.0.1/secret', '%PDF-1.7']) {
    const file = Buffer.concat([Buffer.from(words), Buffer.alloc(1000)]);
    const { filmId } = (await begin(file)).json<Film>();
    expect(refusal(await piece(filmId, 0, file))).toEqual([415, 'film_type']);
    expect(refusal(await piece(filmId, 0, mp4(1000)))).toEqual([404, 'not_found']);
  }
  expect((await list()).films).toEqual([]);
  expect(await world.storedKeys()).toEqual([]);
});

test('too large, too many, and no room on the disk are refused before a byte is sent', async () => {
  const wish = (sizeBytes: number) => world.call(`POST ${base()}`, school.teacher, { payload: { title: 'x.mp4', sizeBytes, mark: '0'.repeat(64) } });
  expect(refusal(await wish(5_000_000_001))).toEqual([413, 'film_too_large']);
  world.deps.config.DISK_LOW_MB = 2 ** 40;
  expect(refusal(await wish(1000))).toEqual([507, 'film_no_room']);
  world.deps.config.DISK_LOW_MB = 0;
  const { filmId } = (await wish(1000)).json<Film>();
  // What was begun goes on whatever the disk says.
  world.deps.config.DISK_LOW_MB = 2 ** 40;
  expect((await wish(1000)).json<Film>().filmId).toBe(filmId);
  world.deps.config.DISK_LOW_MB = 0;
  for (let count = 1; count < mostFilms; count++) await addMadeFilm(world.deps.orm, school, world.clock.now());
  expect(refusal(await world.call(`POST ${base()}`, school.teacher, { payload: { title: 'y', sizeBytes: 10, mark: '1'.repeat(64) } }))).toEqual([409, 'film_full']);
});

test('who does not look after the course learns nothing of its films, and nobody goes on with what another began', async () => {
  const file = mp4(2 * filmPieceBytes);
  const { filmId } = (await begin(file)).json<Film>();
  const idle = await addPerson(world.deps.orm, world.clock.now(), 'Idle', school.institutionId, 'teacher');
  for (const person of [school.learner, school.proctor, school.regulator, idle]) {
    expect(refusal(await world.call(`GET ${base()}`, person))).toEqual([404, 'not_found']);
    expect(refusal(await begin(file, person))).toEqual([404, 'not_found']);
    expect(refusal(await world.call(`GET /api/films/${filmId}`, person))).toEqual([404, 'not_found']);
    expect(refusal(await piece(filmId, 0, pieceOf(file, 0), person))).toEqual([404, 'not_found']);
    expect(refusal(await world.call(`DELETE /api/films/${filmId}`, person))).toEqual([404, 'not_found']);
  }
  expect(refusal(await piece(filmId, 0, pieceOf(file, 0), school.scheduler))).toEqual([403, 'forbidden']);
});

test('an upload that is cancelled leaves nothing; a film that is taken away stays as a row', async () => {
  const file = mp4(2 * filmPieceBytes);
  const { filmId } = (await begin(file)).json<Film>();
  await piece(filmId, 0, pieceOf(file, 0));
  expect((await world.call(`DELETE /api/films/${filmId}`, school.teacher)).statusCode).toBe(200);
  expect(await world.storedKeys()).toEqual([]);
  expect(await world.deps.orm.em.fork().count(FilmPiece)).toBe(0);
  const made = await addMadeFilm(world.deps.orm, school, world.clock.now());
  expect((await world.call(`DELETE /api/films/${made}`, school.scheduler)).statusCode).toBe(200);
  expect((await list()).films).toEqual([]);
  expect(await world.deps.orm.em.fork().findOneOrFail(FilmRow, { id: made })).toMatchObject({ removedAt: world.clock.now() });
  expect(await world.events('film:removed')).toHaveLength(1);
  expect(refusal(await world.call(`DELETE /api/films/${made}`, school.scheduler))).toEqual([404, 'not_found']);
});

test('R134, R135: only what a person has looked at is published, with clear rights, and a watermark or a no is explained', async () => {
  const at = world.clock.now();
  const filmId = await addMadeFilm(world.deps.orm, school, at, { status: 'review' });
  const review = (body: object, person: Known = school.scheduler) => world.call(`POST /api/films/${filmId}/review`, person, { payload: { watermark: 'none', rights: 'own', note: '', publish: true, ...body } });
  expect(refusal(await review({ rights: 'unclear' }))).toEqual([400, 'bad_request']);
  expect(refusal(await review({ watermark: 'present' }))).toEqual([400, 'bad_request']);
  expect(refusal(await review({ publish: false, note: ' ' }))).toEqual([400, 'bad_request']);
  expect(refusal(await review({}, school.learner))).toEqual([404, 'not_found']);
  expect(await world.events('film:reviewed')).toEqual([]);
  const done = (await review({ watermark: 'present', note: '协会的角标，已获授权' })).json<Film>();
  expect(done).toMatchObject({ status: 'ready', refusal: null, files: [{ unit: 1, part: 1, parts: 1 }], review: { watermark: 'present', rights: 'own', published: true, note: '协会的角标，已获授权' } });
  expect(await world.events('film:reviewed')).toMatchObject([{ actor_id: school.scheduler.personId, payload: { filmId, watermark: 'present', rights: 'own', published: true } }]);
  expect(refusal(await review({ publish: false, note: 'no' }))).toEqual([409, 'film_not_ready']);
  const other = await addMadeFilm(world.deps.orm, school, at, { status: 'review' });
  const refused = (await world.call(`POST /api/films/${other}/review`, school.teacher, { payload: { watermark: 'none', rights: 'unclear', note: '画面里有电视台内容', publish: false } })).json<Film>();
  expect(refused).toMatchObject({ status: 'refused', refusal: 'reviewed', review: { published: false } });
});

test('what was made is looked at in ranges by those who look after the course, and by nobody else', async () => {
  const filmId = await addMadeFilm(world.deps.orm, school, world.clock.now(), { status: 'review' });
  await world.deps.storage.putBytes(filmFileKey(filmId, 1, 'unit.mp4'), Buffer.from('0123456789'));
  const look = (person: Known, path = '1/unit.mp4') => world.call(`GET /api/films/${filmId}/files/${path}`, person, { headers: { range: 'bytes=2-4' } });
  const seen = await look(school.scheduler);
  expect([seen.statusCode, seen.body, seen.headers['content-type']]).toEqual([206, '234', 'video/mp4']);
  expect(refusal(await look(school.learner))).toEqual([404, 'not_found']);
  expect(refusal(await look(school.scheduler, '2/unit.mp4'))).toEqual([404, 'not_found']);
  const { filmId: begun } = (await begin(mp4(100))).json<Film>();
  expect(refusal(await world.call(`GET /api/films/${begun}/files/1/unit.mp4`, school.teacher))).toEqual([409, 'film_not_ready']);
  expect(refusal(await world.call(`GET /api/films/${newId()}/files/1/unit.mp4`, school.teacher))).toEqual([404, 'not_found']);
});
