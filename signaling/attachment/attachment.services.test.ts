// Papers of an institution: what is taken and what is refused, who sees them, and that nothing is ever lost of them.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Attachment, AttachmentList } from '#contracts/attachment-routes.ts';
import { attachmentMaxBytes, mostAttachments } from '#domain/attachment.ts';
import { newId } from '#domain/id.ts';
import { addAttachment, pdfBytes } from '../testing/attachment.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { picture } from '../testing/pictures.ts';
import { addPerson, addSchool, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let foreign: School;
let admin: Known;
beforeAll(async () => { world = await openHttpWorld(); });
// Papers cannot be deleted: each test has a school of its own.
beforeEach(async () => {
  for (const key of await world.storedKeys()) await world.deps.storage.remove(key);
  school = await addSchool(world.deps.orm, world.clock.now());
  foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
  admin = await addPerson(world.deps.orm, world.clock.now(), 'Admin', school.institutionId, 'admin');
});
afterAll(() => world.close());

const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;
const placeOf = (institutionId: string): string => `/api/institutions/${institutionId}/attachments`;
const list = (person: Known | null, institutionId = school.institutionId, subjectType = 'institution', subjectId = institutionId) =>
  world.call(`GET ${placeOf(institutionId)}?subjectType=${subjectType}&subjectId=${subjectId}`, person);
const listed = async (person: Known): Promise<AttachmentList> => (await list(person)).json<AttachmentList>();
const read = (person: Known | null, attachmentId: string, institutionId = school.institutionId) => world.call(`GET ${placeOf(institutionId)}/${attachmentId}`, person);
const withdraw = (person: Known | null, attachmentId: string, reason: unknown = '许可证已换新', institutionId = school.institutionId) =>
  world.call(`POST ${placeOf(institutionId)}/${attachmentId}/withdrawal`, person, { payload: { reason } as object });

it('is kept whole, under the institution, with its hash and its event', async () => {
  const bytes = pdfBytes('whole');
  const added = (await addAttachment(world, school.scheduler, school.institutionId, { bytes, fileName: '证件/办学许可证.PDF' })).json<Attachment>();
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  expect(added).toMatchObject({ kind: 'licence', fileName: '办学许可证.pdf', contentType: 'application/pdf', sizeBytes: bytes.length, sha256, uploadedBy: 'School scheduler', uploadedAt: world.clock.now().toISOString(), withdrawn: null });
  expect(await world.storedKeys()).toEqual([`attachments/${school.institutionId}/${added.attachmentId}`]);
  expect((await world.events('attachment:added')).at(-1)).toEqual({
    stream: `institution:${school.institutionId}`, actor_id: school.scheduler.personId, institution_id: school.institutionId,
    payload: { attachmentId: added.attachmentId, subjectType: 'institution', subjectId: school.institutionId, kind: 'licence', sizeBytes: bytes.length, sha256 },
  });
  const file = await read(school.regulator, added.attachmentId);
  expect([file.statusCode, file.headers['content-type'], file.headers['x-content-type-options'], file.rawPayload.equals(bytes)]).toEqual([200, 'application/pdf', 'nosniff', true]);
  expect(file.headers['content-disposition']).toBe(`attachment; filename="_.pdf"; filename*=UTF-8''${encodeURIComponent('办学许可证.pdf')}`);
});

it.each([['png', 'image/png', 'a.png'], ['jpeg', 'image/jpeg', 'a.jpg']] as const)('takes %s, whatever it is called', async (format, contentType, fileName) => {
  const bytes = await picture(format);
  expect((await addAttachment(world, admin, school.institutionId, { bytes, fileName: 'a', type: 'text/html' })).json()).toMatchObject({ contentType, fileName });
});

it('refuses what is something else, empty, cut or too large, and keeps nothing of it', async () => {
  const events = (await world.events('attachment:added')).length;
  const refused = async (wish: Parameters<typeof addAttachment>[3]) => codeOf(await addAttachment(world, school.scheduler, school.institutionId, wish));
  expect(await refused({ bytes: Buffer.from('<html><script>alert(1)</script></html>') })).toBe('attachment_type');
  expect(await refused({ bytes: Buffer.from('PK\u0003\u0004 a document of an office program') })).toBe('attachment_type');
  expect(await refused({ bytes: await picture('webp') })).toBe('attachment_type');
  expect(await refused({ bytes: (await picture('png')).subarray(0, 20) })).toBe('picture_invalid');
  expect(await refused({ sizeBytes: attachmentMaxBytes + 1 })).toBe('attachment_too_large');
  expect(await refused({ sizeBytes: 10 })).toBe('bad_request');
  expect(await refused({ sizeBytes: 100_000 })).toBe('bad_request');
  expect(await refused({ sizeBytes: 0 })).toBe('bad_request');
  expect(await refused({ kind: 'passport' })).toBe('bad_request');
  expect(await refused({ subjectType: 'person' })).toBe('bad_request');
  expect([await world.storedKeys(), (await listed(school.scheduler)).attachments, (await world.events('attachment:added')).length]).toEqual([[], [], events]);
});

it('the same file sent again, or twice at once, is one attachment', async () => {
  const bytes = pdfBytes('twice');
  const both = await Promise.all([1, 2].map(() => addAttachment(world, school.scheduler, school.institutionId, { bytes })));
  const third = await addAttachment(world, school.scheduler, school.institutionId, { bytes });
  const ids = [...both, third].map((response) => response.json<Attachment>().attachmentId);
  expect(new Set(ids).size).toBe(1);
  expect(await world.storedKeys()).toHaveLength(1);
  expect((await addAttachment(world, school.scheduler, school.institutionId, { bytes, kind: 'other' })).json<Attachment>().attachmentId).not.toBe(ids[0]);
});

it('withdrawn it stays readable, with who, when and why; the first reason stays', async () => {
  const [first, second] = [pdfBytes('first'), pdfBytes('second')];
  const { attachmentId } = (await addAttachment(world, school.scheduler, school.institutionId, { bytes: first })).json<Attachment>();
  world.clock.pass(60_000);
  for (const reason of ['', ' ', 'x', 3, null, 'x'.repeat(501)]) expect(codeOf(await withdraw(school.scheduler, attachmentId, reason))).toBe('bad_request');
  expect((await withdraw(school.scheduler, attachmentId, '  许可证已换新 ')).json()).toMatchObject({ withdrawn: { by: 'School scheduler', at: world.clock.now().toISOString(), reason: '许可证已换新' } });
  expect((await withdraw(admin, attachmentId, '别的原因')).json()).toMatchObject({ withdrawn: { by: 'School scheduler', reason: '许可证已换新' } });
  expect((await world.events('attachment:withdrawn')).filter(({ payload }) => payload.attachmentId === attachmentId).map(({ payload }) => payload)).toEqual([{ attachmentId }]);
  await addAttachment(world, school.scheduler, school.institutionId, { bytes: second });
  expect((await listed(school.regulator)).attachments.map(({ sha256, withdrawn }) => [sha256, withdrawn?.reason])).toEqual([
    [createHash('sha256').update(second).digest('hex'), undefined], [createHash('sha256').update(first).digest('hex'), '许可证已换新']]);
  expect((await read(school.regulator, attachmentId)).rawPayload.equals(first)).toBe(true);
  // The same paper may be shown again.
  expect((await addAttachment(world, school.scheduler, school.institutionId, { bytes: first })).json<Attachment>().attachmentId).not.toBe(attachmentId);
});

it('belongs to what is the institution’s own, of every kind of subject', async () => {
  const subjects = (one: School): [string, string][] => [['institution', one.institutionId], ['course', one.courseId], ['instructor', one.teacher.personId], ['cohort', one.cohortId], ['lesson', one.lessonId]];
  for (const [subjectType, subjectId] of subjects(school)) {
    expect((await addAttachment(world, school.scheduler, school.institutionId, { subjectType, subjectId })).json()).toMatchObject({ subjectType, subjectId });
    expect((await list(school.scheduler, school.institutionId, subjectType, subjectId)).json<AttachmentList>().attachments).toHaveLength(1);
  }
  const kept = (await world.storedKeys()).length;
  for (const [subjectType, subjectId] of [...subjects(foreign), ['course', newId()], ['instructor', school.learner.personId], ['course', school.lessonId]] as [string, string][]) {
    expect(codeOf(await addAttachment(world, school.scheduler, school.institutionId, { subjectType, subjectId }))).toBe('not_found');
    expect(codeOf(await list(school.scheduler, school.institutionId, subjectType, subjectId))).toBe('not_found');
  }
  expect((await world.storedKeys()).length).toBe(kept);
});

it('the office adds, its regulator reads; nobody else, and nobody of another institution', async () => {
  const { attachmentId } = (await addAttachment(world, school.scheduler, school.institutionId)).json<Attachment>();
  expect([(await listed(school.scheduler)).mayChange, (await listed(admin)).mayChange, (await listed(school.regulator)).mayChange]).toEqual([true, true, false]);
  for (const [person, code] of [[school.teacher, 'forbidden'], [school.learner, 'forbidden'], [null, 'unauthenticated'], [foreign.scheduler, 'not_found'], [foreign.regulator, 'not_found']] as const) {
    expect([codeOf(await list(person)), codeOf(await read(person, attachmentId))]).toEqual([code, code]);
  }
  for (const [person, code] of [[school.regulator, 'forbidden'], [school.teacher, 'forbidden'], [school.learner, 'forbidden'], [null, 'unauthenticated'], [foreign.scheduler, 'not_found']] as const) {
    expect([codeOf(await addAttachment(world, person, school.institutionId, { bytes: pdfBytes('x') })), codeOf(await withdraw(person, attachmentId))]).toEqual([code, code]);
  }
  // Under one's own institution another's file is not there.
  expect(codeOf(await read(foreign.scheduler, attachmentId, foreign.institutionId))).toBe('not_found');
  expect(codeOf(await withdraw(foreign.scheduler, attachmentId, 'why not', foreign.institutionId))).toBe('not_found');
  expect((await listed(school.scheduler)).attachments).toMatchObject([{ attachmentId, withdrawn: null }]);
});

it('a subject has room for so many', async () => {
  await world.deps.orm.em.fork().execute(`insert into attachment (id, institution_id, kind, subject_type, subject_id, file_name, content_type, size_bytes, sha256, uploaded_by, uploaded_at)
    select gen_random_uuid(), ?, 'other', 'course', ?, 'x.pdf', 'application/pdf', 1, lpad(to_hex(n), 64, '0'), ?, now() from generate_series(1, ?) n`, [school.institutionId, school.courseId, school.scheduler.personId, mostAttachments]);
  expect(codeOf(await addAttachment(world, school.scheduler, school.institutionId, { subjectType: 'course', subjectId: school.courseId }))).toBe('attachment_full');
  expect(await world.storedKeys()).toEqual([]);
});

it('no statement of the product deletes one', async () => {
  await addAttachment(world, school.scheduler, school.institutionId);
  await expect(world.deps.orm.em.fork().execute('delete from attachment where institution_id = ?', [school.institutionId])).rejects.toThrow(/permission denied/);
  expect((await listed(school.scheduler)).attachments).toHaveLength(1);
});
