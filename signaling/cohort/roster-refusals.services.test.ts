// Tables that are no roster, mean harm, or come from somebody who has no business here.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { zipFile } from '#testing/zip-file.ts';
import { openHttpWorld, type HttpWorld } from '../testing/http-world.ts';
import { chineseHeading as heading, learner, learners, problemsOf, rosterOffice, workbookOf, type RosterOffice } from '../testing/rosters.ts';
import { addPerson, addSchool, type School } from '../testing/school.ts';

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

describe('refuses', () => {
  it('in words what is no roster', async () => {
    const files: [string, Buffer, string, string[]][] = [
      ['no number', await workbookOf(learners(1), ['姓名', '证件类型', 'x', '手机号', '人员类别']), 'columns_missing', ['number']],
      ['a title above', await workbookOf([], ['某某班花名册']), 'columns_missing', ['name', 'number', 'phone', 'category']],
      ['a column twice', await workbookOf(learners(1), [...heading, '姓名']), 'column_twice', ['name']],
      ['a joined heading', await workbookOf(learners(1), heading, (sheet) => { sheet.mergeCells('F1:G1'); }), 'heading_merged', []],
      ['an empty sheet', await workbookOf([], []), 'no_rows', []], ['a heading alone', await workbookOf([]), 'no_rows', []],
    ];
    for (const [what, bytes, refusal, columns] of files) {
      const state = await office.look(bytes);
      expect([what, state.status, state.refusal, state.refusalColumns]).toEqual([what, 'refused', refusal, columns]);
    }
    expect(await count(`roster_import where status = 'refused' and sealed_file is not null`)).toBe(0);
  });

  it('formulas, cell by cell', async () => {
    const state = await office.look(await workbookOf([learner(), learner()], heading, (sheet) => { sheet.getCell('D3').value = { formula: 'D2', result: '13900000000' }; }));
    expect(problemsOf(state)).toEqual([[3, 'phone', 'D', 'cell_is_formula', null]]);
  });

  it('one row more than the settings say', async () => {
    expect(world.deps.config.ROSTER_IMPORT_MAX_ROWS).toBe(10_000);
    expect(await office.look(await workbookOf(learners(10_001)))).toMatchObject({ status: 'refused', refusal: 'too_many_rows' });
  });

  it('what is no workbook, is a bomb, lies, or is too large, before anything is kept', async () => {
    const parts = ['[Content_Types].xml', 'xl/workbook.xml'].map((name) => ({ name, content: Buffer.from('x') }));
    const zeros = Buffer.alloc(130 * 1024 * 1024);
    const before = await count('roster_import');
    for (const bytes of [Buffer.from('姓名,证件号码'), Buffer.alloc(0), Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), zipFile([{ name: 'a.txt', content: Buffer.from('x') }])]) expect(codeOf(await office.upload(bytes))).toBe('sheet_invalid');
    expect(codeOf(await office.upload(zipFile([...parts, { name: 'xl/worksheets/sheet1.xml', content: zeros }])))).toBe('sheet_too_large');
    expect(codeOf(await office.upload(Buffer.alloc(world.deps.config.ROSTER_IMPORT_MAX_MB * 1024 * 1024 + 1)))).toBe('sheet_too_large');
    expect(await count('roster_import')).toBe(before);
    expect(await office.look(zipFile([...parts, { name: 'xl/worksheets/sheet1.xml', content: zeros, saidBytes: 1000 }]))).toMatchObject({ status: 'refused', refusal: 'sheet_invalid' });
    expect(await office.look(zipFile(parts))).toMatchObject({ status: 'refused', refusal: 'sheet_invalid' });
  });

  it('who is not of the office; teachers of the cohort and regulators read', async () => {
    const bytes = await workbookOf(learners(1));
    const state = await office.look(bytes);
    const stranger = await addPerson(world.deps.orm, world.clock.now(), 'new teacher', school.institutionId, 'teacher');
    for (const person of [foreign.scheduler]) {
      expect(codeOf(await office.upload(bytes, person))).toBe('not_found');
      for (const route of [`GET ${office.base}/${state.importId}`, `GET ${office.base}/${state.importId}/marked.xlsx`, `GET /api/cohorts/${school.cohortId}`, `GET /api/cohorts/${school.cohortId}/roster`]) expect(codeOf(await world.call(route, person))).toBe('not_found');
      expect(codeOf(await world.call(`POST ${office.base}/${state.importId}/taking`, person, { payload: {} }))).toBe('not_found');
    }
    // An import is found in its own cohort only.
    expect(codeOf(await world.call(`GET /api/cohorts/${foreign.cohortId}/roster-imports/${state.importId}`, foreign.scheduler))).toBe('not_found');
    for (const person of [school.teacher, school.regulator, school.learner]) expect(codeOf(await office.upload(bytes, person))).toBe('forbidden');
    for (const person of [school.teacher, school.assistant, school.regulator]) {
      expect((await office.roster('', person)).total).toBe(2);
      expect((await world.call('GET /api/cohorts', person)).json<{ cohorts: object[] }>().cohorts).toMatchObject([{ cohortId: school.cohortId, learners: 2, unregistered: 0, lessons: 1, mayEdit: false }]);
    }
    for (const person of [stranger, school.proctor]) expect(codeOf(await world.call(`GET /api/cohorts/${school.cohortId}/roster`, person))).toBe('not_found');
    expect(codeOf(await world.call('GET /api/cohorts', school.learner))).toBe('forbidden');
  });
});
