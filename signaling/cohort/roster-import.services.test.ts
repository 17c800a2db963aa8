// Importing rosters: 10,000 learners at once, all or none, each fault at its place, and learners who take over what was stated of them (R1, R9, R54, R77).
import ExcelJS from 'exceljs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RosterImportState } from '#contracts/cohort.ts';
import { rosterColumns } from '#domain/roster-sheet.ts';
import { openHttpWorld, type HttpWorld } from '../testing/http-world.ts';
import { cardNumber, orderCode, phoneNumber, register, stated } from '../testing/registrant.ts';
import { learner, learners, problemsOf, rosterOffice, workbookOf, workbookType, type RosterOffice, type Row } from '../testing/rosters.ts';
import { addSchool, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let foreign: School;
let office: RosterOffice;
beforeAll(async () => {
  world = await openHttpWorld();
  foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
});
beforeEach(async () => {
  school = await addSchool(world.deps.orm, world.clock.now());
  office = rosterOffice(world, school);
});
afterAll(() => world.close());

const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;
const count = async (sql: string, ...values: unknown[]): Promise<number> => Number((await world.deps.orm.em.fork().execute<{ n: string }[]>(`select count(*) as n from ${sql}`, values))[0]!.n);

describe('10,000 rows', () => {
  it('of which some are bad are told row by row and none is written; mended all are, once', async () => {
    const rows = learners(10_000);
    const bad = [...rows];
    bad[4] = { ...bad[4], number: `${String(bad[4]!.number).slice(0, 17)}${String(bad[4]!.number).endsWith('1') ? '2' : '1'}` };
    bad[99] = { ...bad[99], phone: '12345' };
    bad[9999] = { ...bad[9999], number: bad[0]!.number };
    const before = await count('person');
    const told = await office.look(await workbookOf(bad));
    expect(told).toMatchObject({ status: 'bad', rows: 10_000, badRows: 3, more: false, marked: true });
    expect(problemsOf(told)).toEqual([[6, 'number', 'C', 'number_check_digit', null], [101, 'phone', 'D', 'phone_form', null], [10_001, 'number', 'C', 'number_twice', 2]]);
    const refused = await world.call(`POST ${office.base}/${told.importId}/taking`, school.scheduler, { payload: {} });
    expect(codeOf(refused)).toBe('roster_not_ready');
    expect([await count('person'), await count('identity where stated_by is not null'), await world.events('enrolment:begun')]).toEqual([before, 0, []]);

    const file = await workbookOf(rows);
    const clean = await office.look(file);
    expect(clean).toMatchObject({ status: 'clean', rows: 10_000, badRows: 0 });
    expect(await count('person')).toBe(before);
    expect(await office.take(clean)).toMatchObject({ status: 'imported', doneRows: 10_000, added: 10_000, known: 0, returned: 0 });
    expect([await count('person'), await count('identity where stated_by = ?', school.institutionId), await count(`enrolment where cohort_id = ? and learner_category = 'enterprise_staff' and employer = '示范焊接厂'`, school.cohortId)]).toEqual([before + 10_000, 10_000, 10_000]);
    expect(await count(`membership where institution_id = ? and role = 'student'`, school.institutionId)).toBe(10_002);
    expect([(await world.events('enrolment:begun')).length, (await world.events('identity:stated')).length, (await world.events('roster:imported')).length]).toEqual([10_000, 10_000, 1]);
    // Nothing of a number, a phone or a name is in a row or a fact as it is written.
    const some = rows[17]!;
    expect(await count(`event where payload::text like ? or payload::text like ? or payload::text like '%韩梅梅%'`, `%${String(some.number)}%`, `%${String(some.phone)}%`)).toBe(0);
    expect(await count('identity where sealed_number = convert_to(?, \'UTF8\') or number_mask = ?', some.number, some.number)).toBe(0);
    expect(await count('roster_import where sealed_file is not null and status = \'imported\'')).toBe(0);
    // The same file once more (the answer was lost on the way).
    const again = (await office.upload(file)).json<RosterImportState>();
    expect(again).toMatchObject({ importId: clean.importId, status: 'imported', again: true });
    expect(await office.take(again)).toMatchObject({ status: 'imported', added: 10_000 });
    expect(await count('enrolment where cohort_id = ?', school.cohortId)).toBe(10_002);
    const page = await office.roster('?page=200&view=unregistered');
    expect([page.total, page.learners.length, page.learners[0]?.registered, page.learners[0]?.numberMask]).toEqual([10_000, 50, false, expect.stringMatching(/^440\*{13}..$/)]);
    expect((await office.roster(`?text=${encodeURIComponent('韩梅')}`)).total).toBe(10_000);
    expect((await office.roster(`?text=${encodeURIComponent('%')}`)).total).toBe(0);
  }, 120_000);
});

it('hands out a template that is taken as it is filled in, in both languages', async () => {
  for (const locale of ['zh', 'en'] as const) {
    const given = await world.call(`GET /api/roster-template.xlsx?locale=${locale}`, school.scheduler);
    const workbook = new ExcelJS.Workbook();
    await workbook.xlsx.load(given.rawPayload as unknown as ArrayBuffer);
    const sheet = workbook.worksheets[0]!;
    expect([sheet.getColumn(3).numFmt, sheet.getRow(1).cellCount]).toEqual(['@', rosterColumns.length]);
    const row = learner();
    sheet.addRow(rosterColumns.map((column) => row[column] ?? null));
    expect(await office.look(Buffer.from(await workbook.xlsx.writeBuffer()))).toMatchObject({ status: 'clean', rows: 1 });
  }
});

it('counts what it mended, and marks what is wrong beside the rows', async () => {
  const rows = [learner(), learner({ name: '' }), {}, learner({ number: 440305199003071230 })];
  const digits = String(rows[0]!.number);
  rows[0] = { ...rows[0], number: `${digits.slice(0, 6)} ${digits.slice(6)}`, phone: ` ${String(rows[0]!.phone)}` };
  const state = await office.look(await workbookOf(rows));
  expect([state.mended, problemsOf(state)]).toEqual([{ spaces: 2, fullWidth: 0, smallX: 0 }, [[3, 'name', 'A', 'name_missing', null], [5, 'number', 'C', 'number_lost_digits', null]]]);
  const marked = await world.call(`GET ${office.base}/${state.importId}/marked.xlsx?locale=zh`, school.scheduler);
  expect(marked.headers['content-type']).toBe(workbookType);
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load(marked.rawPayload as unknown as ArrayBuffer);
  const sheet = workbook.worksheets[0]!;
  expect([1, 2, 3, 4, 5].map((row) => sheet.getRow(row).getCell(8).value)).toEqual(['需要修改的地方', '', '没有姓名。', null, expect.stringContaining('把这一列的格式改为“文本”')]);
  expect([sheet.getRow(5).getCell(1).value, sheet.getRow(5).getCell(3).fill]).toMatchObject(['韩梅梅', { pattern: 'solid' }]);
  // The table is kept for a day, sealed.
  world.clock.pass(25 * 3_600_000);
  expect(codeOf(await world.call(`GET ${office.base}/${state.importId}/marked.xlsx`, school.scheduler))).toBe('not_found');
});

describe('a row that is somebody known', () => {
  it('enrols the person with an account, of whatever institution, under the name and phone on file', async () => {
    const who = stated({ name: '李雷' });
    const { personId } = (await register(world, who)).json<{ personId: string }>();
    const row = { name: '李雷', number: who.number, phone: phoneNumber(), category: '其他' };
    expect(await office.importAll([row])).toMatchObject({ status: 'imported', added: 0, known: 1 });
    expect((await office.roster('?text=李雷')).learners).toMatchObject([{ personId, registered: true, correctable: false, category: 'other' }]);
    const other = await office.look(await workbookOf([learner(), { ...row, note: '再来' }]));
    expect(problemsOf(other)).toEqual([[3, null, '', 'in_cohort', null]]);
  });

  it('refuses another name under a number, and a phone that is another person’s', async () => {
    const who = stated({ name: '李雷' });
    await register(world, who);
    const mine = learner();
    await office.importAll([mine]);
    const state = await office.look(await workbookOf([learner({ name: '张三', number: who.number }), learner({ phone: who.phone }), learner({ phone: mine.phone })]));
    expect(problemsOf(state)).toEqual([[2, 'name', 'A', 'number_other_name', null], [3, 'phone', 'D', 'phone_of_another', null], [4, 'phone', 'D', 'phone_of_another', null]]);
  });

  it('keeps one person of two institutions, and lets neither change what the other stated', async () => {
    const row = learner();
    await office.importAll([row]);
    const theirs = rosterOffice(world, foreign);
    expect(problemsOf(await theirs.look(await workbookOf([{ ...row, phone: phoneNumber() }])))).toEqual([[2, 'phone', 'D', 'phone_stated_otherwise', null]]);
    expect(await theirs.importAll([row])).toMatchObject({ status: 'imported', added: 0, known: 1 });
    const line = (await theirs.roster('?view=unregistered')).learners[0]!;
    expect(line.correctable).toBe(false);
    const change = await world.call(`PUT /api/cohorts/${foreign.cohortId}/roster/${line.personId}/statement`, foreign.scheduler, { payload: { name: '张三', phone: phoneNumber() } });
    expect(codeOf(change)).toBe('identity_taken');
    expect((await office.roster('?view=unregistered')).learners).toMatchObject([{ personId: line.personId, correctable: true }]);
  });
});

describe('a learner an institution stated', () => {
  const bodyOf = (row: Row, change: object = {}) => stated({ name: String(row.name), number: String(row.number), phone: String(row.phone), ...change });
  it('takes the identity over by number, name and the stated phone, and is one person', async () => {
    const row = learner();
    await office.importAll([row]);
    const { personId } = (await office.roster('?view=unregistered')).learners[0]!;
    const otherPhone = await register(world, bodyOf(row, { phone: phoneNumber() }));
    const otherName = await register(world, bodyOf(row, { name: '张三' }));
    expect([codeOf(otherPhone), codeOf(otherName)]).toEqual(['stated_otherwise', 'stated_otherwise']);
    expect(await count('account where person_id = ?', personId)).toBe(0);
    world.clock.pass(3_600_000);
    const done = await register(world, bodyOf(row));
    expect(done.json()).toMatchObject({ personId });
    expect(await count('identity where person_id = ? and stated_by is null and stated_phone_hash is null and phone_hash is not null', personId)).toBe(1);
    expect((await office.roster()).learners.find((one) => one.personId === personId)).toMatchObject({ registered: true, correctable: false });
    world.clock.pass(3_600_000);
    expect(codeOf(await register(world, bodyOf(row)))).toBe('identity_taken');
    expect(await world.events('identity:registered')).toContainEqual(expect.objectContaining({ stream: `person:${personId}`, payload: expect.objectContaining({ statedBefore: true }) }));
  });

  it('is taken over once by two who know everything', async () => {
    const row = learner();
    await office.importAll([row]);
    const code = await orderCode(world, String(row.phone));
    const body = { ...bodyOf(row), code };
    const answers = await Promise.all([1, 2].map(() => world.call('POST /api/registration', null, { payload: body })));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, expect.any(Number)]);
    expect(await count('account a join identity i on i.person_id = a.person_id join enrolment e on e.person_id = i.person_id where e.cohort_id = ? and i.key_version <> ? and a.created_at = ?', school.cohortId, 'made up', world.clock.now())).toBe(1);
  });

  it('bars nobody from a phone that is not theirs', async () => {
    const row = learner();
    await office.importAll([row]);
    expect((await register(world, stated({ phone: String(row.phone), number: cardNumber() }))).statusCode).toBe(200);
    const { personId } = (await office.roster('?view=unregistered')).learners[0]!;
    const phone = phoneNumber();
    const path = `PUT /api/cohorts/${school.cohortId}/roster/${personId}/statement`;
    expect(codeOf(await world.call(path, school.scheduler, { payload: { name: '韩梅梅', phone: '123' } }))).toBe('phone_invalid');
    expect(codeOf(await world.call(path, school.scheduler, { payload: { name: '2', phone } }))).toBe('bad_request');
    expect(codeOf(await world.call(path, school.scheduler, { payload: { name: '韩梅梅', phone: row.phone } }))).toBe('identity_taken');
    expect((await world.call(path, school.scheduler, { payload: { name: '韩雪梅', phone } })).statusCode).toBe(200);
    expect((await register(world, bodyOf(row, { name: '韩雪梅', phone }))).json()).toMatchObject({ personId });
    expect(codeOf(await world.call(path, school.scheduler, { payload: { name: '韩雪梅', phone } }))).toBe('identity_taken');
  });
});

it('ends an enrolment with its reason, and takes the learner back by hand or by a roster', async () => {
  const row = learner();
  await office.importAll([row]);
  const { personId } = (await office.roster('?view=unregistered')).learners[0]!;
  const path = `/api/cohorts/${school.cohortId}/roster/${personId}`;
  for (let times = 0; times < 2; times++) expect((await world.call(`POST ${path}/ending`, school.scheduler, { payload: { reason: '离职' } })).statusCode).toBe(200);
  expect((await office.roster('?view=ended')).learners).toMatchObject([{ personId, endReason: '离职', endedAt: world.clock.now().toISOString() }]);
  expect((await office.roster('?view=unregistered')).total).toBe(0);
  const ended = (await world.events('enrolment:ended')).filter(({ payload }) => payload.personId === personId);
  expect(ended).toEqual([{ stream: `cohort:${school.cohortId}`, actor_id: school.scheduler.personId, institution_id: school.institutionId, payload: { cohortId: school.cohortId, personId } }]);
  expect((await world.call(`POST ${path}/return`, school.scheduler, { payload: {} })).statusCode).toBe(200);
  expect((await office.roster('?view=ended')).total).toBe(0);
  await world.call(`POST ${path}/ending`, school.scheduler, { payload: { reason: '离职' } });
  expect(await office.importAll([{ ...row, note: '又来了' }])).toMatchObject({ status: 'imported', returned: 1, known: 0, added: 0 });
  expect((await office.roster('?view=unregistered')).learners).toMatchObject([{ personId, note: '又来了', endedAt: null, endReason: null }]);
  expect((await world.events('enrolment:returned')).filter(({ payload }) => payload.personId === personId)).toHaveLength(2);
});

it('of two tables with the same people at the same moment writes one', async () => {
  const rows = learners(300);
  const looks = [await office.look(await workbookOf(rows)), await office.look(await workbookOf([...rows, learner()]))];
  const taken = await Promise.all(looks.map(office.take));
  expect(taken.map(({ status }) => status).sort()).toEqual(['bad', 'imported']);
  expect(await count('enrolment where cohort_id = ?', school.cohortId)).toBe(2 + Math.max(...taken.map(({ added }) => added)));
});

it('that was cut off says so, and can be taken again', async () => {
  const clean = await office.look(await workbookOf([learner()]));
  await world.deps.orm.em.fork().execute(`update roster_import set status = 'writing' where id = ?`, [clean.importId]);
  world.clock.pass(181_000);
  const cut = (await world.call(`GET ${office.base}/${clean.importId}`, school.scheduler)).json<RosterImportState>();
  expect([cut.status, cut.refusal]).toEqual(['failed', 'interrupted']);
  expect(await office.take(cut)).toMatchObject({ status: 'imported', added: 1 });
});
