// Certificates over REST: issued behind the gate alone, checked by anybody, revoked and replaced so that everybody can see it (R25, R27, R29).
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CandidatePage, CertificateCheck, IssueReply, OwnCertificates } from '#contracts/certificate.ts';
import { canonicalHash } from '#db/canonical-hash.ts';
import { Certificate } from '#db/entities/certificate.ts';
import { CohortOpening } from '#db/entities/cohort.ts';
import { CourseDossier } from '#db/entities/course.ts';
import { Lesson } from '#db/entities/lesson.ts';
import { unitOfWork } from '#db/orm.ts';
import { refreshDue } from '#db/queries/ledger-sums.ts';
import { cohortForCertificates } from '#db/queries/certificate-facts.ts';
import { newId } from '#domain/id.ts';
import { planRow } from '../testing/course.ts';
import { addGraduation, type Graduate, type Graduation } from '../testing/certificate.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addPerson, addSchool, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let foreign: School;
const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;
const graduation = (...graduates: Graduate[]): Promise<Graduation> => addGraduation(world, school, graduates);
const candidates = async (cohortId: string, query = '', who: Known = school.scheduler) => (await world.call(`GET /api/cohorts/${cohortId}/certificates${query}`, who)).json<CandidatePage>();
const ask = (cohortId: string, personIds: string[] | null, who: Known | null = school.scheduler) => world.call(`POST /api/cohorts/${cohortId}/certificates`, who, { payload: { personIds } });
const issue = async (cohortId: string, personIds: string[] | null = null) => (await ask(cohortId, personIds)).json<IssueReply>();
const check = (serial: string) => world.call(`GET /api/certificate-checks/${encodeURIComponent(serial)}`, null);
const checked = async (serial: string) => (await check(serial)).json<CertificateCheck>();
const revoke = (certificateId: string, payload: object = { revocation: 'records', reason: '签到记录有误' }, who: Known = school.scheduler) => world.call(`POST /api/certificates/${certificateId}/revocation`, who, { payload });
const reissue = (certificateId: string, who: Known = school.scheduler) => world.call(`POST /api/certificates/${certificateId}/reissue`, who, { payload: { reason: '姓名有误' } });

const pdftoppm = process.env['PDFTOPPM_BIN'] ?? 'pdftoppm';
const pdftotext = pdftoppm.includes('/') ? join(dirname(pdftoppm), basename(pdftoppm).replace('pdftoppm', 'pdftotext')) : 'pdftotext';
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'certificates-'));
  world = await openHttpWorld();
  school = await addSchool(world.deps.orm, world.clock.now());
  foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true, force: true });
});

describe('the gate', () => {
  it('lets through who lacks nothing, and names what each of the others lacks', async () => {
    const { cohortId, personIds } = await graduation(
      { name: '甲' }, { name: '乙', story: { seats: [[0, 71, 'left']] } }, { name: '丙', story: { answers: ['wrong'] } }, { name: '丁', points: 0 }, { name: '戊', points: null },
      { name: '己', identity: false }, { name: '庚', story: { checks: [[20, 'review']] } }, { name: '辛', story: { seats: [] } });
    // Nothing was reckoned yet: what is not known is not good.
    const before = await candidates(cohortId, '?view=missing');
    expect(before.counts).toEqual({ ready: 0, missing: 8, issued: 0, revoked: 0 });
    expect(before.rows[0]!.missing).toContain('figures_due');
    const { issued, refused, left } = await issue(cohortId, personIds);
    expect(issued.map(({ personId }) => personId)).toEqual([personIds[0]]);
    expect(left).toBe(0);
    const lacks = Object.fromEntries(refused.map(({ name, missing }) => [name, missing]));
    expect(lacks).toMatchObject({ 乙: ['attendance_low'], 丙: ['accuracy_low'], 丁: ['exam_failed'], 戊: ['exam_open'], 己: ['identity_missing'] });
    expect(lacks['庚']).toContain('unsettled');
    expect(lacks['辛']).toContain('attendance_low');
    expect((await candidates(cohortId)).counts).toEqual({ ready: 0, missing: 7, issued: 1, revoked: 0 });
  });

  it('waits for lessons to come, for the plan, and for the enrolment', async () => {
    const { cohortId, personIds } = await graduation({ name: '甲' }, { name: '乙' });
    const em = world.deps.orm.em.fork();
    const lessonId = newId();
    const [institutionId, at] = [school.institutionId, world.clock.now()];
    await em.insert(Lesson, { id: lessonId, institutionId, cohortId, title: 'x', startsAt: at, plannedMinutes: 45, recorded: true, status: 'scheduled', createdAt: at });
    expect((await issue(cohortId, [personIds[0]!])).refused[0]!.missing).toEqual(['lessons_open']);
    // One that is studied from films is open as long as its period.
    await em.nativeUpdate(Lesson, { id: lessonId }, { status: 'ended', kind: 'recorded', closesAt: new Date(at.getTime() + 86_400_000) });
    expect((await issue(cohortId, [personIds[0]!])).refused[0]!.missing).toContain('lessons_open');
    // The last day of the class is the last of its period.
    expect((await cohortForCertificates(em, cohortId, at))!.lastAt).toEqual(new Date(at.getTime() + 86_400_000 - 1));
    await em.nativeUpdate(Lesson, { id: lessonId }, { status: 'cancelled' });
    // A lesson that is over is reckoned once more a little later.
    expect((await issue(cohortId, [personIds[0]!])).refused[0]!.missing).toEqual(['figures_due']);
    await em.execute('delete from ledger_due where lesson_id = ?', [lessonId]);
    await world.call(`POST /api/cohorts/${cohortId}/roster/${personIds[1]}/ending`, school.scheduler, { payload: { reason: '离职' } });
    const { issued, refused } = await issue(cohortId, personIds);
    expect(issued.map(({ personId }) => personId)).toEqual([personIds[0]]);
    expect(refused).toMatchObject([{ personId: personIds[1], already: false, missing: ['enrolment_ended'] }]);
  });

  it('asks for the plan the class was opened under, not for one that was handed in later', async () => {
    const { institutionId, courseId, scheduler } = foreign;
    const { cohortId, personIds } = await addGraduation(world, foreign, [{ name: '甲' }]);
    const issued = async () => (await ask(cohortId, null, scheduler)).json<IssueReply>().issued.map(({ personId }) => personId);
    const em = world.deps.orm.em.fork();
    const first = await em.findOneOrFail(CourseDossier, { courseId }, { disableIdentityMap: true });
    await em.insert(CourseDossier, { ...first, id: newId(), version: 2, content: { ...first.content, plan: [...first.content.plan, planRow()] } });
    expect(await issued()).toEqual([]);
    expect((await candidates(cohortId, '?view=missing', scheduler)).rows[0]!.missing).toEqual(['units_short']);
    await em.insert(CohortOpening, {
      cohortId, institutionId, revision: 1, changedBy: scheduler.personId, changedAt: world.clock.now(), region: null, plannedFrom: null, plannedUntil: null, learnerLimit: null, instructorIds: [], place: '', planText: '', resources: '', dossierId: first.id,
    });
    expect(await issued()).toEqual(personIds);
  });

  it('issues to all who are ready at once, and never two to one, however many ask', async () => {
    const { cohortId, personIds } = await graduation({ name: '甲' }, { name: '乙' }, { name: '丙', points: 0 });
    const replies = await Promise.all([issue(cohortId), issue(cohortId), issue(cohortId, personIds)]);
    expect(replies.flatMap(({ issued }) => issued.map(({ personId }) => personId)).sort()).toEqual(personIds.slice(0, 2).sort());
    expect((await issue(cohortId, [personIds[0]!])).refused).toMatchObject([{ already: true }]);
    expect(await world.deps.orm.em.fork().count(Certificate, { cohortId })).toBe(2);
    const facts = (await world.events('certificate:issued')).filter(({ stream }) => stream === `cohort:${cohortId}`);
    expect(facts).toHaveLength(2);
    expect(JSON.stringify(facts)).not.toMatch(/甲|乙|\*\*/);
  });
});

describe('the check', () => {
  it('tells everybody all that is printed, and nothing else', async () => {
    const { cohortId, personIds } = await graduation({ name: '欧阳㛃' });
    await world.deps.orm.em.fork().execute(`update institution set name = '秦皇岛市职业培训学校' where id = ?`, [school.institutionId]);
    const { serial } = (await issue(cohortId)).issued[0]!;
    const told = await checked(serial);
    const { title } = (await world.call(`GET /api/cohorts/${cohortId}`, school.scheduler)).json<{ title: string }>();
    expect(told).toEqual({
      printed: {
        serial, name: '欧阳㛃', numberMask: '*******00', course: 'School course', occupation: '焊工', occupationCode: '6-18-02-04', level: '5', cohort: title, programme: 'project', units: 2, minutes: 90, firstDay: '2026-03-01', lastDay: '2026-03-01',
        attendance: 1, accuracy: 1, examScore: 1, institution: '秦皇岛市职业培训学校', creditCode: '', filingNumber: '', issuedOn: '2026-03-02',
      },
      state: 'valid', revokedOn: null, revocation: null, replacedBy: null,
    });
    for (const typed of [serial.toLowerCase(), serial.replaceAll('-', ' '), serial.replaceAll('-', '')]) expect(await checked(typed)).toEqual(told);
    const row = await world.deps.orm.em.fork().findOneOrFail(Certificate, { serial });
    expect(row.sha256).toBe(canonicalHash(row.printed));
    expect(row.facts).toMatchObject({ figuresDue: false, unsettled: 0, examState: 'passed', rulePack: 'default@1', dossierSha256: 'ab'.repeat(32) });
    for (const secret of [row.id, personIds[0]!, cohortId, school.institutionId]) expect(JSON.stringify(told)).not.toContain(secret);
  });

  it('tells a slip in typing from a number nobody has', async () => {
    const { cohortId } = await graduation({ name: '甲' });
    const { serial } = (await issue(cohortId)).issued[0]!;
    const slip = serial.slice(0, -1) + (serial.endsWith('0') ? '1' : '0');
    expect(codeOf(await check(slip))).toBe('serial_invalid');
    expect(codeOf(await check('hello'))).toBe('serial_invalid');
    expect(codeOf(await check('2026-0000-0000-0000-000V'))).toBe('not_found');
  });
});

describe('revoking', () => {
  it('says so to everybody, with day and kind and not the reason, once', async () => {
    const { cohortId, personIds } = await graduation({ name: '甲' });
    const [{ certificateId, serial }] = (await issue(cohortId)).issued as [IssueReply['issued'][number]];
    await unitOfWork(world.deps.orm, { personId: null, institutionId: school.institutionId }, (em) => refreshDue(em, cohortId, world.clock.now()));
    const ledger = async () => (await world.call(`GET /api/ledger?cohortId=${cohortId}`, school.scheduler)).json<{ rows: { certificate: string | null }[] }>().rows[0]!.certificate;
    expect(await ledger()).toBe(serial);
    expect((await revoke(certificateId)).statusCode).toBe(200);
    const told = await checked(serial);
    expect(told).toMatchObject({ state: 'revoked', revokedOn: '2026-03-02', revocation: 'records', replacedBy: null });
    expect(JSON.stringify(told)).not.toContain('签到记录有误');
    expect(codeOf(await revoke(certificateId))).toBe('certificate_not_valid');
    expect(codeOf(await reissue(certificateId))).toBe('certificate_not_valid');
    expect((await world.events('certificate:revoked')).at(-1)!.payload).toMatchObject({ certificateId, personId: personIds[0], revocation: 'records' });
    await unitOfWork(world.deps.orm, { personId: null, institutionId: school.institutionId }, (em) => refreshDue(em, cohortId, world.clock.now()));
    expect(await ledger()).toBeNull();
    const again = (await issue(cohortId)).issued[0]!;
    expect(again.serial).not.toBe(serial);
    expect(await checked(serial)).toMatchObject({ state: 'revoked' });
  });

  it('the office and regulators see what was revoked or replaced, by whom and why; nobody else does', async () => {
    const { cohortId } = await graduation({ name: '甲' }, { name: '乙' });
    const { issued } = await issue(cohortId);
    const [first, second] = issued.map(({ certificateId, serial }) => ({ certificateId, serial }));
    await revoke(first!.certificateId);
    world.clock.pass(60_000);
    const { serial: newer } = (await reissue(second!.certificateId)).json<{ serial: string }>();
    for (const who of [school.scheduler, school.regulator]) {
      expect(await candidates(cohortId, '?view=revoked', who)).toMatchObject({
        counts: { revoked: 2, issued: 1 }, rows: [],
        revoked: [{ ...second, revocation: 'replaced', reason: '姓名有误', by: 'School scheduler', replacedBy: newer }, { ...first, revocation: 'records', reason: '签到记录有误', by: 'School scheduler', replacedBy: null }],
      });
    }
    expect((await candidates(cohortId, '?view=issued')).revoked).toEqual([]);
    expect((await candidates(cohortId, '?view=revoked&page=2')).revoked).toEqual([]);
    for (const who of [school.learner, foreign.scheduler]) expect((await world.call(`GET /api/cohorts/${cohortId}/certificates?view=revoked`, who)).statusCode).toBeGreaterThanOrEqual(403);
  });

  it.each([[{ revocation: 'replaced', reason: 'xx' }], [{ revocation: 'records', reason: ' x ' }], [{ revocation: 'records', reason: '' }]])('refuses %j', async (payload) => {
    const { cohortId } = await graduation({ name: '甲' });
    const { certificateId, serial } = (await issue(cohortId)).issued[0]!;
    expect(codeOf(await revoke(certificateId, payload))).toBe('bad_request');
    expect(await checked(serial)).toMatchObject({ state: 'valid' });
  });

  it('is the only change the database takes', async () => {
    const { cohortId } = await graduation({ name: '甲' });
    const { certificateId } = (await issue(cohortId)).issued[0]!;
    const em = world.deps.orm.em.fork();
    await expect(em.execute(`update certificate set printed = jsonb_set(printed, '{name}', '"x"') where id = ?`, [certificateId])).rejects.toThrow(/not changed/);
    await expect(em.execute('delete from certificate where id = ?', [certificateId])).rejects.toThrow();
    await revoke(certificateId);
    await expect(em.execute(`update certificate set revoked_at = null, revoked_by = null, revocation = null, revocation_reason = null where id = ?`, [certificateId])).rejects.toThrow(/not changed/);
  });
});

it('another in its place has the name as it is now and the figures as they were, and the old one points to it', async () => {
  const { cohortId, personIds } = await graduation({ name: '甲' });
  const old = (await issue(cohortId)).issued[0]!;
  const before = (await checked(old.serial)).printed;
  await world.deps.orm.em.fork().execute(`update person set name = '甲正' where id = ?`, [personIds[0]]);
  const made = (await reissue(old.certificateId)).json<{ certificateId: string; serial: string }>();
  expect(await checked(old.serial)).toMatchObject({ printed: before, state: 'replaced', revocation: 'replaced', replacedBy: made.serial });
  expect(await checked(made.serial)).toMatchObject({ printed: { ...before, name: '甲正', serial: made.serial }, state: 'valid' });
  expect((await world.events('certificate:reissued')).at(-1)!.payload).toMatchObject({ certificateId: made.certificateId, replaces: old.certificateId });
  await world.deps.orm.em.fork().execute(`update identity set authority_status = 'denied', authority_at = now() where person_id = ?`, [personIds[0]]);
  expect(codeOf(await reissue(made.certificateId))).toBe('certificate_not_ready');
  expect(await checked(made.serial)).toMatchObject({ state: 'valid' });
});

describe('who', () => {
  it('the office issues, regulators look on, nobody else is told', async () => {
    const { cohortId, personIds } = await graduation({ name: '甲' });
    expect((await candidates(cohortId, '?view=missing', school.regulator)).mayIssue).toBe(false);
    expect((await candidates(cohortId, '?view=missing')).mayIssue).toBe(true);
    for (const who of [school.teacher, school.learner]) expect(codeOf(await world.call(`GET /api/cohorts/${cohortId}/certificates`, who))).toBe('forbidden');
    for (const who of [school.regulator, school.teacher, school.learner]) expect(codeOf(await ask(cohortId, null, who))).toBe('forbidden');
    expect(codeOf(await ask(cohortId, null, foreign.scheduler))).toBe('not_found');
    expect(codeOf(await ask(cohortId, null, null))).toBe('unauthenticated');
    expect(codeOf(await ask(cohortId, [personIds[0]!, school.learner.personId]))).toBe('not_found');
    const { certificateId } = (await issue(cohortId)).issued[0]!;
    expect(codeOf(await revoke(certificateId, undefined, foreign.scheduler))).toBe('not_found');
    expect(codeOf(await reissue(certificateId, foreign.scheduler))).toBe('not_found');
  });

  it('a learner sees the own, with what is lacking where there is none', async () => {
    const own = async (who: Known) => (await world.call('GET /api/me/certificates', who)).json<OwnCertificates>();
    expect(await own(school.learner)).toMatchObject({ certificates: [], lacking: [{ cohortId: school.cohortId, missing: expect.arrayContaining(['lessons_none', 'exam_missing']) as string[] }] });
    const { cohortId, personIds } = await graduation({ name: '甲' });
    const { serial } = (await issue(cohortId)).issued[0]!;
    const stranger = await addPerson(world.deps.orm, world.clock.now(), 'x', null, null);
    expect(await own(stranger)).toEqual({ certificates: [], lacking: [] });
    await world.deps.orm.em.fork().execute('update account set person_id = ? where id = ?', [personIds[0], stranger.accountId]);
    // Of no institution any more, and still the holder.
    expect((await own({ ...stranger, personId: personIds[0]! })).certificates).toMatchObject([{ printed: { serial }, state: 'valid' }]);
  });

  it('a PDF is for the holder, the office and regulators, as long as it is valid', async () => {
    const { cohortId } = await graduation({ name: '甲' }, { name: '乙' });
    const none = await world.call(`GET /api/cohorts/${cohortId}/certificates.pdf`, school.scheduler);
    expect(codeOf(none)).toBe('not_found');
    const [{ certificateId, serial }] = (await issue(cohortId)).issued as [IssueReply['issued'][number]];
    const file = (who: Known | null) => world.call(`GET /api/certificates/${certificateId}/file`, who);
    const got = await file(school.scheduler);
    expect(got.headers).toMatchObject({ 'content-type': 'application/pdf', 'content-disposition': expect.stringContaining(`${serial}.pdf`) as string });
    expect(got.rawPayload.subarray(0, 5).toString()).toBe('%PDF-');
    expect((await file(school.regulator)).rawPayload.equals(got.rawPayload)).toBe(true);
    for (const who of [school.teacher, school.learner, foreign.scheduler]) expect(codeOf(await file(who))).toBe('not_found');
    expect((await world.call(`GET /api/cohorts/${cohortId}/certificates.pdf`, school.scheduler)).rawPayload.length).toBeGreaterThan(got.rawPayload.length);
    await revoke(certificateId);
    expect(codeOf(await file(school.scheduler))).toBe('not_found');
  });

  it('all of a cohort are one file, sent while it is drawn: a page each, by name, without what is not valid', async () => {
    const names = [...'欧阳王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林'].flatMap((name) => [`${name}一`, `${name}二`]);
    const { cohortId } = await graduation(...names.map((name) => ({ name })));
    const { issued } = await issue(cohortId);
    expect(issued).toHaveLength(names.length);
    await revoke(issued[0]!.certificateId);
    const got = await world.call(`GET /api/cohorts/${cohortId}/certificates.pdf`, school.regulator);
    expect(got.headers).toMatchObject({ 'content-type': 'application/pdf', 'cache-control': 'no-store' });
    expect(got.headers['content-length']).toBeUndefined();
    const file = join(folder, 'all.pdf');
    await writeFile(file, got.rawPayload);
    const pages = execFileSync(pdftotext, ['-raw', file, '-']).toString('utf8').split('\f').slice(0, -1);
    const printed = await world.deps.orm.em.fork().find(Certificate, { cohortId, revokedAt: null });
    const expected = printed.map(({ printed: { name, serial } }) => ({ name, serial })).sort((one, other) => one.name.localeCompare(other.name, 'zh'));
    expect(pages).toHaveLength(names.length - 1);
    pages.forEach((page, index) => { expect(page).toContain(expected[index]!.name); expect(page).toContain(expected[index]!.serial); });
    expect((await world.call(`HEAD /api/cohorts/${cohortId}/certificates.pdf`, school.scheduler)).statusCode).toBe(200);
    for (const who of [school.teacher, school.learner, foreign.scheduler]) expect((await world.call(`GET /api/cohorts/${cohortId}/certificates.pdf`, who)).statusCode).toBeGreaterThanOrEqual(403);
  });

  it('one place asks so often a minute', async () => {
    const serial = '2026-0000-0000-0000-000V';
    world.clock.pass(120_000);
    const codes = [];
    for (let count = 0; count < 121; count++) codes.push(codeOf(await check(serial)));
    expect([...new Set(codes.slice(0, 120))]).toEqual(['not_found']);
    expect(codes.at(-1)).toBe('too_many_attempts');
    world.clock.pass(61_000);
    expect(codeOf(await check(serial))).toBe('not_found');
  });
});
