// Inspections over REST: sealed before anything is known, drawn once from a list anybody can draw again, findings, answers, the end; hidden while unannounced, nobody else's (R10, R106, R113).
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { InspectedFilm, Inspection, InspectionChoices, InspectionList } from '#contracts/inspection.ts';
import type { Notices } from '#contracts/timetable.ts';
import { InspectionLook } from '#db/entities/inspection.ts';
import { Membership } from '#db/entities/people.ts';
import { Replay } from '#db/entities/recording.ts';
import { newId } from '#domain/id.ts';
import { redrawInspection } from '#testing/redraw-inspection.ts';
import { addCheckPicture, addInspection, addRecordedClass, asked, inspectionBody, type RecordedClass } from '../testing/inspection.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addPerson, addSchool, type School } from '../testing/school.ts';

const pdftoppm = process.env['PDFTOPPM_BIN'] ?? 'pdftoppm';
const pdftotext = pdftoppm.includes('/') ? join(dirname(pdftoppm), basename(pdftoppm).replace('pdftoppm', 'pdftotext')) : 'pdftotext';
let world: HttpWorld;
let school: School;
let other: School;
let stranger: School;
/** Oversees two of the three. */
let inspector: Known;
let taught: RecordedClass[];
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inspections-'));
  world = await openHttpWorld();
  const now = world.clock.now();
  school = await addSchool(world.deps.orm, now, 'School');
  other = await addSchool(world.deps.orm, now, 'Other');
  stranger = await addSchool(world.deps.orm, now, 'Stranger');
  inspector = await addPerson(world.deps.orm, now, 'Inspector', school.institutionId, 'regulator');
  await world.deps.orm.em.fork().insert(Membership, { id: newId(), personId: inspector.personId, institutionId: other.institutionId, role: 'regulator', createdAt: now });
  taught = [];
  for (const [of, count] of [[school, 3], [other, 2], [stranger, 1]] as const) for (let n = 0; n < count; n++) taught.push(await addRecordedClass(world, of, { title: `Lesson ${n}`, daysAgo: n + 1 }));
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true, force: true });
});
const codeOf = (response: { statusCode: number; body: string }): string | number => (response.statusCode === 200 ? 200 : (JSON.parse(response.body) as { error: { code: string } }).error.code);
const body = (change: Parameters<typeof inspectionBody>[2] = {}) => inspectionBody(school, world.clock.now(), { institutionIds: [school.institutionId, other.institutionId], size: 4, ...change });
const seal = (change: Parameters<typeof body>[0] = {}, who = inspector) => asked<Inspection>(world, 'POST /api/inspections', who, body(change));
const draw = (inspectionId: string, words = '', who = inspector) => asked<Inspection>(world, `POST /api/inspections/${inspectionId}/draw`, who, { words });
const get = (inspectionId: string, who: Known) => world.call(`GET /api/inspections/${inspectionId}`, who);
const list = async (who: Known) => (await asked<InspectionList>(world, 'GET /api/inspections', who)).inspections;
const eventsOf = async (type: string, inspectionId: string) => (await world.events(`inspection:${type}`)).filter(({ payload }) => payload.inspectionId === inspectionId);
const find = (inspectionId: string, drawnId: string, change: object = {}, who = inspector) =>
  world.call(`POST /api/inspections/${inspectionId}/units/${drawnId}/findings`, who, { payload: { atMs: 900_000, severity: 'major', evidence: ['face_check', 'recording'], words: ' 画面里不是本人 ', ...change } });

it('offers what this person oversees, and nothing else', async () => {
  const { institutions } = await asked<InspectionChoices>(world, 'GET /api/inspection-choices', inspector);
  expect(institutions.map(({ name }) => name)).toEqual(['Other', 'School']);
  expect(institutions[1]!.courses[0]).toMatchObject({ courseId: school.courseId, cohorts: [{ cohortId: school.cohortId }] });
});

it('publishes the hash of the seed before it freezes the list, tells the seed with the draw, and a stranger draws the same', async () => {
  const sealed = await seal({ announced: true });
  expect(sealed).toMatchObject({ status: 'sealed', seed: null, populationHash: null, units: [], may: { draw: true, find: false, handOver: false, close: true } });
  world.clock.pass(60_000);
  const drawn = await draw(sealed.inspectionId, '07 11 23');
  expect(drawn).toMatchObject({ status: 'drawn', seedHash: sealed.seedHash, populationCount: 5, drawn: 4, ownWords: '07 11 23' });
  expect(createHash('sha256').update(Buffer.from(drawn.seed!, 'hex')).digest('hex')).toBe(sealed.seedHash);
  const file = await world.call(`GET /api/inspections/${sealed.inspectionId}/population`, inspector);
  expect(createHash('sha256').update(file.body).digest('hex')).toBe(drawn.populationHash);
  expect(file.body.trimEnd().split('\n').map((line) => line.split(' ')[0]).sort()).toEqual(taught.slice(0, 5).map(({ replayId }) => replayId).sort());
  expect(redrawInspection(file.body, drawn.seed!, '07 11 23', 4)).toEqual(drawn.units.map(({ replayId }) => replayId));
  expect(new Set(drawn.units.map(({ institutionId }) => institutionId)).size).toBe(2);
  const [told, ...more] = await eventsOf('sealed', sealed.inspectionId);
  expect([told, ...more].map((one) => one!.stream).sort()).toEqual([school, other].map(({ institutionId }) => `institution:${institutionId}`).sort());
  expect(told!.payload).toMatchObject({ seedHash: sealed.seedHash, size: 4 });
  const shares = await eventsOf('drawn', sealed.inspectionId);
  expect(shares.flatMap(({ payload }) => payload.drawn as string[]).sort()).toEqual(drawn.units.map(({ replayId }) => replayId).sort());
  expect(shares[0]!.payload).toMatchObject({ seed: drawn.seed, populationHash: drawn.populationHash, populationCount: 5 });
});

it('draws once, also of two who draw at one moment, and the table keeps what was sealed and drawn', async () => {
  const { inspectionId } = await seal();
  const answers = await Promise.all([1, 2].map((n) => world.call(`POST /api/inspections/${inspectionId}/draw`, inspector, { payload: { words: String(n) } })));
  expect(answers.map(codeOf).sort()).toEqual([200, 'inspection_move_refused']);
  const em = world.deps.orm.em.fork();
  for (const change of [`seed = repeat('0', 64)`, `population = 'x'`, `status = 'sealed', drawn_at = null, population = null`, `scope = '{}'`]) {
    await expect(em.execute(`update inspection set ${change} where id = ?`, [inspectionId])).rejects.toThrow();
  }
  await expect(em.execute('delete from inspection where id = ?', [inspectionId])).rejects.toThrow('permission denied');
});

it('draws within the scope alone, counts what has no film, and says when there is nothing', async () => {
  const { scope } = body();
  const oneDay = await seal({ scope: { ...scope, from: scope.to, to: scope.to } });
  expect(codeOf(await world.call(`POST /api/inspections/${oneDay.inspectionId}/draw`, inspector, { payload: { words: '' } }))).toBe('inspection_empty');
  expect((await get(oneDay.inspectionId, inspector)).json<Inspection>()).toMatchObject({ status: 'sealed', seed: null });
  const ofCourse = await draw((await seal({ scope: { ...scope, courseId: other.courseId }, size: 200 })).inspectionId);
  expect(ofCourse).toMatchObject({ populationCount: 2, withoutFilm: 0, drawn: 2 });
  const gone = await addRecordedClass(world, other, { replay: { status: 'held' } });
  const later = await draw((await seal({ scope: { ...scope, courseId: other.courseId }, size: 200 })).inspectionId);
  expect(later).toMatchObject({ populationCount: 2, withoutFilm: 1 });
  await world.deps.orm.em.fork().nativeUpdate(Replay, { id: gone.replayId }, { status: 'ready', gaps: [{ fromMs: 0, toMs: 61_000, reason: 'node_down' }] });
  expect((await draw((await seal({ scope: { ...scope, risks: ['high'] }, size: 9 })).inspectionId)).units.map(({ replayId, risk }) => [replayId, risk])).toEqual([[gone.replayId, 'high']]);
  await world.deps.orm.em.fork().nativeUpdate(Replay, { id: gone.replayId }, { status: 'failed' });
});

it('refuses what is not to be inspected, and a period that is none', async () => {
  const { scope } = body();
  for (const [change, code] of [
    [{ institutionIds: [school.institutionId, stranger.institutionId] }, 'not_found'], [{ scope: { ...scope, courseId: stranger.courseId } }, 'not_found'], [{ scope: { ...scope, cohortId: stranger.cohortId } }, 'not_found'],
    [{ scope: { ...scope, from: scope.to, to: scope.from } }, 'bad_request'], [{ scope: { ...scope, from: '2020-01-01' } }, 'bad_request'], [{ scope: { ...scope, to: '2026-02-30' } }, 'bad_request'], [{ size: 0 }, 'bad_request'], [{ size: 201 }, 'bad_request'], [{ title: '  ' }, 'bad_request'],
  ] as const) expect([change, codeOf(await world.call('POST /api/inspections', inspector, { payload: body(change as object) }))]).toEqual([change, code]);
  for (const who of [school.scheduler, school.teacher, school.learner]) expect(codeOf(await world.call('POST /api/inspections', who, { payload: body() }))).toBe('forbidden');
});

it('goes its way: finding, handing over, answer, return, answer, acceptance, end; each with its event', async () => {
  const { inspectionId } = await seal({ announced: true });
  const { units } = await draw(inspectionId);
  const [unit] = units.filter(({ institutionId }) => institutionId === school.institutionId);
  const { findings } = (await find(inspectionId, unit!.drawnId)).json<InspectedFilm>();
  expect(findings).toMatchObject([{ atMs: 900_000, severity: 'major', evidence: ['face_check', 'recording'], words: '画面里不是本人', state: 'open', maker: 'Inspector', mayAnswer: false, mayDecide: false }]);
  const findingId = findings[0]!.findingId;
  expect(codeOf(await find(inspectionId, unit!.drawnId, { atMs: 45 * 60_000 + 1 }))).toBe('finding_outside');
  expect((await get(inspectionId, school.scheduler)).json<Inspection>()).toMatchObject({ findings: 0, findingList: [] });
  const answer = (who: Known, words = '已更换考勤方式') => world.call(`POST /api/inspection-findings/${findingId}/answers`, who, { payload: { words } });
  const decide = (outcome: string, words = '', days: number | null = null) => world.call(`POST /api/inspection-findings/${findingId}/decisions`, inspector, { payload: { outcome, words, days } });
  expect([codeOf(await answer(school.scheduler)), codeOf(await decide('accepted')), codeOf(await world.call(`POST /api/inspections/${inspectionId}/closing`, inspector, { payload: { words: '' } }))]).toEqual(['not_found', 'finding_settled', 'inspection_move_refused']);
  const handed = await asked<Inspection>(world, `POST /api/inspections/${inspectionId}/handing-over`, inspector, { days: 15 });
  expect(handed).toMatchObject({ status: 'handed', open: 1, may: { find: false, handOver: false, close: false }, dueAt: new Date(world.clock.now().getTime() + 15 * 86_400_000).toISOString() });
  expect(codeOf(await find(inspectionId, unit!.drawnId))).toBe('inspection_move_refused');
  expect((await get(inspectionId, school.scheduler)).json<Inspection>()).toMatchObject({ findings: 1, waiting: 1, findingList: [{ mayAnswer: true, mayDecide: false }] });
  expect(codeOf(await decide('accepted'))).toBe('finding_settled');
  expect([codeOf(await answer(other.scheduler)), codeOf(await answer(school.scheduler, ' x ')), codeOf(await answer(school.scheduler)), codeOf(await answer(school.scheduler))]).toEqual(['not_found', 200, 'finding_settled', 'finding_settled']);
  expect([codeOf(await decide('returned')), codeOf(await decide('returned', '没有说明原因', 5))]).toEqual(['bad_request', 200]);
  const back = (await get(inspectionId, school.scheduler)).json<Inspection>().findingList[0]!;
  expect(back).toMatchObject({ state: 'returned', mayAnswer: true, dueAt: new Date(world.clock.now().getTime() + 5 * 86_400_000).toISOString() });
  expect([codeOf(await answer(school.scheduler)), codeOf(await decide('accepted')), codeOf(await decide('accepted'))]).toEqual([200, 200, 'finding_settled']);
  const closed = await asked<Inspection>(world, `POST /api/inspections/${inspectionId}/closing`, inspector, { words: '整改到位' });
  expect(closed).toMatchObject({ status: 'closed', open: 0, closingWords: '整改到位', dueAt: null });
  expect(closed.findingList[0]!.replies.map(({ kind, by }) => [kind, by])).toEqual([['answer', 'School scheduler'], ['returned', 'Inspector'], ['answer', 'School scheduler'], ['accepted', 'Inspector']]);
  for (const [type, count] of [['sealed', 2], ['drawn', 2], ['found', 1], ['handed', 2], ['answer', 2], ['returned', 1], ['accepted', 1], ['closed', 2]] as const) expect([type, (await eventsOf(type, inspectionId)).length]).toEqual([type, count]);
  const noticed = async (who: Known) => (await asked<Notices>(world, 'GET /api/notices', who)).notices.map(({ kind }) => kind);
  expect([await noticed(school.scheduler), await noticed(other.scheduler), await noticed(inspector)]).toEqual([['inspection_findings', 'inspection_findings'], [], ['inspection_answered', 'inspection_answered']]);
  expect(JSON.stringify(await eventsOf('found', inspectionId))).not.toContain('画面');
});

it('shows an institution its own part alone, and nothing of another', async () => {
  const { inspectionId } = await seal({ announced: true, size: 5 });
  await draw(inspectionId);
  const own = (await get(inspectionId, other.scheduler)).json<Inspection>();
  expect(own).toMatchObject({ part: 'office', drawn: 2, institutions: [{ institutionId: other.institutionId }], may: { draw: false, find: false, handOver: false, close: false } });
  expect(JSON.stringify(own)).not.toContain(school.institutionId);
  expect(own.units.every(({ institutionId }) => institutionId === other.institutionId)).toBe(true);
  expect([codeOf(await get(inspectionId, stranger.scheduler)), codeOf(await get(inspectionId, stranger.regulator)), codeOf(await get(inspectionId, school.regulator))]).toEqual(['not_found', 'not_found', 'not_found']);
  expect([(await list(stranger.scheduler)).length, (await list(stranger.regulator)).length]).toEqual([0, 0]);
  for (const route of [`GET /api/inspections/${inspectionId}/population`, `GET /api/inspections/${inspectionId}/report`]) expect(codeOf(await world.call(route, stranger.scheduler))).toBe('not_found');
});

it('hides what was not announced until findings are handed over, in pages, files and streams', async () => {
  const { inspectionId, drawnId } = await addInspection(world, stranger, { hand: false });
  const seen = async () => [(await list(stranger.scheduler)).length, codeOf(await get(inspectionId, stranger.scheduler)), codeOf(await world.call(`GET /api/inspections/${inspectionId}/population`, stranger.scheduler)), codeOf(await world.call(`GET /api/inspections/${inspectionId}/report`, stranger.scheduler))];
  expect(await seen()).toEqual([0, 'not_found', 'not_found', 'not_found']);
  const streams = async () => new Set((await world.deps.orm.em.fork().execute<{ stream: string }[]>(`select stream from event where payload->>'inspectionId' = ?`, [inspectionId])).map(({ stream }) => stream));
  expect(await streams()).toEqual(new Set([`person:${stranger.regulator.personId}`]));
  await asked(world, `POST /api/inspections/${inspectionId}/handing-over`, stranger.regulator, { days: 3 });
  expect(await seen()).toEqual([1, 200, 200, 200]);
  const [handed] = await eventsOf('handed', inspectionId);
  expect(handed).toMatchObject({ stream: `institution:${stranger.institutionId}`, payload: { seedHash: expect.any(String) as string, populationHash: expect.any(String) as string, sealedAt: expect.any(String) as string } });
  // Purposes stand there too: every look is the institution's to see.
  expect((await get(inspectionId, stranger.scheduler)).json<Inspection>().looks).toMatchObject([{ purpose: '核对是否本人', by: 'Stranger regulator' }]);
  expect(drawnId).toMatch(/^[0-9a-f-]{36}$/);
  world.clock.pass(3 * 86_400_000);
  expect((await get(inspectionId, stranger.scheduler)).json<Inspection>()).toMatchObject({ overdue: 1, findingList: [{ overdue: true, mayAnswer: true }] });
  world.clock.pass(-3 * 86_400_000);
});

it('is closed without findings, and then known', async () => {
  const { inspectionId } = await seal({ institutionIds: [other.institutionId], size: 1 });
  await draw(inspectionId);
  expect(codeOf(await world.call(`POST /api/inspections/${inspectionId}/handing-over`, inspector, { payload: { days: 5 } }))).toBe('inspection_move_refused');
  expect(codeOf(await get(inspectionId, other.scheduler))).toBe('not_found');
  await asked(world, `POST /api/inspections/${inspectionId}/closing`, inspector, { words: '' });
  expect((await get(inspectionId, other.scheduler)).json<Inspection>()).toMatchObject({ status: 'closed', findings: 0 });
});

it('is closed without a draw where it is not needed, and an institution that was not told never hears of it', async () => {
  const [quiet, told] = [await seal(), await seal({ announced: true })];
  for (const { inspectionId } of [quiet, told]) expect(await asked<Inspection>(world, `POST /api/inspections/${inspectionId}/closing`, inspector, { words: '范围不对' })).toMatchObject({ status: 'closed', seed: null, units: [], may: { draw: false } });
  expect([codeOf(await get(quiet.inspectionId, school.scheduler)), codeOf(await get(told.inspectionId, school.scheduler))]).toEqual(['not_found', 200]);
  expect((await eventsOf('closed', quiet.inspectionId)).map(({ stream, payload }) => [stream, payload.seed])).toEqual([[`person:${inspector.personId}`, null]]);
  expect(codeOf(await world.call(`POST /api/inspections/${told.inspectionId}/draw`, inspector, { payload: { words: '' } }))).toBe('inspection_move_refused');
});

it('lets a finding that was filed by mistake be withdrawn before it is handed over, and no office sees it', async () => {
  const { inspectionId } = await seal({ announced: true, institutionIds: [school.institutionId], size: 1 });
  const { units: [unit] } = await draw(inspectionId);
  for (const words of ['真的问题', '登记错了']) await find(inspectionId, unit!.drawnId, { words });
  const withdraw = (findingId: string, who = inspector) => world.call(`POST /api/inspection-findings/${findingId}/withdrawal`, who, { payload: { words: '看错了' } });
  const both = (await get(inspectionId, inspector)).json<Inspection>().findingList;
  const wrong = both.find(({ words }) => words === '登记错了')!.findingId;
  const right = both.find(({ words }) => words === '真的问题')!.findingId;
  expect([codeOf(await withdraw(wrong, school.scheduler)), codeOf(await withdraw(wrong, stranger.regulator)), codeOf(await withdraw(wrong)), codeOf(await withdraw(wrong))]).toEqual(['forbidden', 'not_found', 200, 'finding_settled']);
  expect((await get(inspectionId, inspector)).json<Inspection>()).toMatchObject({ findings: 1, open: 1 });
  await asked(world, `POST /api/inspections/${inspectionId}/handing-over`, inspector, { days: 15 });
  expect(codeOf(await withdraw(right))).toBe('finding_settled');
  expect((await get(inspectionId, school.scheduler)).json<Inspection>().findingList.map(({ findingId }) => findingId)).toEqual([right]);
  expect((await eventsOf('handed', inspectionId))[0]!.payload.findings).toMatchObject([{ findingId: right }]);
  expect((await eventsOf('withdrawn', inspectionId)).map(({ stream }) => stream)).toEqual([`person:${inspector.personId}`]);
  // Whoever is of the office too does not judge what they answered themselves.
  await world.deps.orm.em.fork().insert(Membership, { id: newId(), personId: inspector.personId, institutionId: school.institutionId, role: 'institution', createdAt: world.clock.now() });
  expect(codeOf(await world.call(`POST /api/inspection-findings/${right}/answers`, inspector, { payload: { words: '自己答复' } }))).toBe(200);
  expect(codeOf(await world.call(`POST /api/inspection-findings/${right}/decisions`, inspector, { payload: { outcome: 'accepted', words: '', days: null } }))).toBe('inspection_own_answer');
  expect(codeOf(await world.call(`POST /api/inspection-findings/${right}/decisions`, school.regulator, { payload: { outcome: 'accepted', words: '', days: null } }))).toBe(200);
  await world.deps.orm.em.fork().nativeDelete(Membership, { personId: inspector.personId, role: 'institution' });
});

it('lists checks, sign-ins and presence in the film, and shows a kept picture after its purpose was given', async () => {
  const [one] = [await addRecordedClass(world, school, { title: 'Looked at', stories: [
    { name: '李志强', story: { seats: [[2, 30, 'left']], checks: [[10, 'mismatched'], [25, 'matched']] } }, { name: '王秀英', story: { seats: [[2, 45, 'left']], checks: [[25, 'missed']] } },
  ], replay: { gaps: [{ fromMs: 0, toMs: 61_000, reason: 'node_down' }] } })];
  const shown = await addCheckPicture(world, school, one.checkIds[0]!);
  const { inspectionId } = await seal({ institutionIds: [school.institutionId], scope: { ...body().scope, risks: ['high'] }, size: 1 });
  const { units: [unit] } = await draw(inspectionId);
  expect(unit).toMatchObject({ replayId: one.replayId, risk: 'high', looked: false, changed: false });
  const at = `/api/inspections/${inspectionId}/units/${unit!.drawnId}`;
  const film = await asked<InspectedFilm>(world, `GET ${at}`, inspector);
  expect(film.marks.filter(({ kind }) => kind === 'presence')).toEqual([{ kind: 'presence', atMs: 120_000, came: 2, left: 0 }, { kind: 'presence', atMs: 1_800_000, came: 0, left: 1 }]);
  expect(film.marks.flatMap((mark) => (mark.kind === 'presence' ? [] : [[mark.atMs, mark.name, mark.verdict, mark.passed, mark.picture]]))).toEqual([
    [600_000, '李志强', 'mismatched', false, 'kept'], [1_500_000, '王秀英', 'missed', false, 'none'], [1_500_000, '李志强', 'matched', true, 'gone']]);
  const lookFor = (checkId: string, who = inspector, purpose = '核对是否本人') => world.call(`POST ${at}/looks`, who, { payload: { checkId, purpose } });
  expect([codeOf(await lookFor(taught[0]!.checkIds[0]!)), codeOf(await lookFor(one.checkIds[0]!, inspector, '  ')), codeOf(await lookFor(one.checkIds[0]!, school.scheduler))]).toEqual(['not_found', 'bad_request', 'forbidden']);
  const { lookId } = (await lookFor(one.checkIds[0]!)).json<{ lookId: string }>();
  expect(await world.deps.orm.em.fork().findOneOrFail(InspectionLook, { id: lookId })).toMatchObject({ purpose: '核对是否本人', personId: inspector.personId });
  const picture = (who: Known) => world.call(`GET /api/inspection-looks/${lookId}/picture`, who);
  expect((await picture(inspector)).rawPayload.equals(shown)).toBe(true);
  expect((await world.events('picture:viewed')).at(-1)).toMatchObject({ stream: `person:${inspector.personId}`, actor_id: inspector.personId, payload: { checkId: one.checkIds[0], lookId } });
  expect(codeOf(await picture(school.regulator))).toBe('not_found');
  world.clock.pass(10 * 60_000 + 1);
  expect(codeOf(await picture(inspector))).toBe('not_found');
  // Without a purpose a regulator sees no picture, as before.
  expect(codeOf(await world.call(`GET /api/checks/${one.checkIds[0]}/picture`, inspector))).toBe('forbidden');
  await world.deps.orm.em.fork().nativeUpdate(Replay, { id: one.replayId }, { sha256: '00'.repeat(32) });
  expect((await get(inspectionId, inspector)).json<Inspection>().units[0]).toMatchObject({ changed: true });
});

it('prints all of it in both languages', async () => {
  const { inspectionId } = await addInspection(world, school);
  const { seed, populationHash, units, findingList } = (await get(inspectionId, school.regulator)).json<Inspection>();
  await asked(world, `POST /api/inspection-findings/${findingList[0]!.findingId}/answers`, school.scheduler, { words: '已补充摄像头' });
  for (const [locale, parts] of [['zh', ['录像抽查报告', '课堂上没有人', '较重', '已补充摄像头', '等待核实']], ['en', ['Report of an inspection', '课堂上没有人', 'major', '已补充摄像头', 'to be judged']]] as const) {
    const got = await world.call(`GET /api/inspections/${inspectionId}/report?locale=${locale}`, school.regulator);
    const file = join(folder, `${locale}.pdf`);
    await writeFile(file, got.rawPayload);
    const words = execFileSync(pdftotext, ['-raw', file, '-']).toString('utf8').replaceAll(/\s+/g, '');
    for (const part of [...parts, seed!, populationHash!, units[0]!.sha256]) expect(words).toContain(part.replaceAll(/\s+/g, ''));
  }
});

it('draws from what there is when it is drawn, however it was when the seed was sealed; fewer than asked for are all of them', async () => {
  const fourth = await addSchool(world.deps.orm, world.clock.now(), 'Fourth');
  const ofFourth = (size: number) => asked<Inspection>(world, 'POST /api/inspections', fourth.regulator, inspectionBody(fourth, world.clock.now(), { size }));
  const gone = await addRecordedClass(world, fourth, { title: 'Gone', daysAgo: 2 });
  const { inspectionId } = await ofFourth(5);
  const added = await addRecordedClass(world, fourth, { title: 'Added', daysAgo: 1 });
  await world.deps.orm.em.fork().nativeUpdate(Replay, { id: gone.replayId }, { status: 'held' });
  const drawn = await draw(inspectionId, 'lottery', fourth.regulator);
  expect(drawn).toMatchObject({ populationCount: 1, withoutFilm: 1, units: [{ replayId: added.replayId }] });
  const file = (await world.call(`GET /api/inspections/${inspectionId}/population`, fourth.scheduler)).statusCode;
  expect(file, 'not told yet').toBe(404);
  const population = (await world.call(`GET /api/inspections/${inspectionId}/population`, fourth.regulator)).body;
  expect(createHash('sha256').update(population).digest('hex')).toBe(drawn.populationHash);
  expect(redrawInspection(population, drawn.seed!, 'lottery', 5)).toEqual([added.replayId]);
  // What is frozen stays so.
  await world.deps.orm.em.fork().nativeUpdate(Replay, { id: gone.replayId }, { status: 'ready' });
  expect((await world.call(`GET /api/inspections/${inspectionId}/population`, fourth.regulator)).body).toBe(population);
  // A stratum without films gets none, and takes from nobody.
  const empty = await asked<Inspection>(world, 'POST /api/inspections', fourth.regulator, inspectionBody(fourth, world.clock.now(), { size: 5, scope: { ...inspectionBody(fourth, world.clock.now()).scope, risks: ['high'] } }));
  expect(codeOf(await world.call(`POST /api/inspections/${empty.inspectionId}/draw`, fourth.regulator, { payload: { words: '' } }))).toBe('inspection_empty');
});
