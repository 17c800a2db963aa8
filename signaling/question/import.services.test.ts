// Importing questions: 5,000 rows at once, all or none, each fault at its place, and files that mean harm refused (R43).
import ExcelJS from 'exceljs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BankPage, ImportReport } from '#contracts/question.ts';
import { columnWords, sheetColumns, type SheetColumn } from '#domain/question-sheet.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addSchool, type School } from '../testing/school.ts';
import { zipFile } from '#testing/zip-file.ts';
import { mostImportRows } from './template.ts';

let world: HttpWorld;
let school: School;
let foreign: School;
beforeAll(async () => {
  world = await openHttpWorld();
  foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
});
beforeEach(async () => { school = await addSchool(world.deps.orm, world.clock.now()); });
afterAll(() => world.close());

const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;
const workbookType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
type Row = Partial<Record<SheetColumn, string | number | Date>>;
const rowNumber = (index: number): Row => ({ kind: '单选题', stem: `第${index}题：压力表的指针应当在哪个区域？`, optionA: '红', optionB: '黄', optionC: '绿', optionD: '白', answer: 'C', knowledgePoint: '消防', difficulty: 1 + (index % 5), explanation: '绿区正常' });
const someRows = (count: number): Row[] => Array.from({ length: count }, (_, index) => rowNumber(index + 1));

async function workbookOf(rows: readonly Row[], heading = sheetColumns.map((column) => columnWords[column].zh)): Promise<Buffer> {
  const workbook = new ExcelJS.Workbook();
  const sheet = workbook.addWorksheet('题目');
  sheet.addRow(heading);
  for (const row of rows) sheet.addRow(sheetColumns.map((column) => row[column] ?? null));
  return Buffer.from(await workbook.xlsx.writeBuffer());
}
const send = (bytes: Buffer, mode: 'look' | 'import' = 'import', person: Known = school.teacher, type = workbookType) =>
  world.call(`POST /api/courses/${school.courseId}/question-import?mode=${mode}`, person, { payload: bytes, headers: { 'content-type': type } });
const report = async (bytes: Buffer, mode: 'look' | 'import' = 'import'): Promise<ImportReport> => {
  const response = await send(bytes, mode);
  expect(response.statusCode, response.body).toBe(200);
  return response.json<ImportReport>();
};
const bank = async (query = ''): Promise<BankPage> => (await world.call(`GET /api/courses/${school.courseId}/questions${query}`, school.teacher)).json<BankPage>();

/** What is done to a row, and where it is told. */
const faults: [change: Row, column: string, letter: string, code: string][] = [
  [{ kind: '简答题' }, 'kind', 'A', 'kind_unknown'], [{ stem: '' }, 'stem', 'B', 'stem_missing'], [{ answer: '' }, 'answer', 'M', 'right_missing'], [{ answer: 'E' }, 'answer', 'M', 'right_invalid'],
  [{ answer: '绿' }, 'answer', 'M', 'answer_unreadable'], [{ optionB: '' }, 'optionB', 'D', 'option_gap'], [{ difficulty: '难' }, 'difficulty', 'O', 'difficulty_invalid'],
  [{ optionB: '红' }, 'optionA', 'C', 'options_same'], [{ explanation: new Date('2026-01-02') }, 'explanation', 'P', 'cell_is_date'], [{ knowledgePoint: '点'.repeat(101) }, 'knowledgePoint', 'N', 'point_too_long'],
];

describe('5,000 rows', () => {
  it('of which 37 are bad are told row by row, and none is imported; mended all are', async () => {
    const rows = someRows(5000);
    const wanted = Array.from({ length: 37 }, (_, index) => {
      const [change, column, letter, code] = faults[index % faults.length]!;
      const at = 17 + index * 131;
      rows[at] = { ...rows[at], ...change };
      return { row: at + 2, column, letter, code };
    });
    const bad = await workbookOf(rows);
    for (const mode of ['look', 'import'] as const) {
      const told = await report(bad, mode);
      expect(told).toMatchObject({ rows: 5000, badRows: 37, imported: 0, more: false });
      expect(told.problems.map(({ row, column, letter, code }) => ({ row, column, letter, code }))).toEqual(wanted);
    }
    expect([(await bank()).total, await world.events('questions:imported')]).toEqual([0, []]);
    const good = await workbookOf(someRows(5000));
    expect(await report(good, 'look')).toMatchObject({ rows: 5000, badRows: 0, problems: [], imported: 0, sample: [{ stem: '第1题：压力表的指针应当在哪个区域？', right: [2] }, {}, {}] });
    expect((await bank()).total).toBe(0);
    expect(await report(good)).toMatchObject({ rows: 5000, badRows: 0, imported: 5000 });
    const { total, questions } = await bank();
    expect([total, questions[0]?.stem, questions[49]?.stem]).toEqual([5000, '第1题：压力表的指针应当在哪个区域？', '第50题：压力表的指针应当在哪个区域？']);
    expect(await world.events('questions:imported')).toMatchObject([{ stream: `institution:${school.institutionId}`, actor_id: school.teacher.personId, payload: { courseId: school.courseId, questions: 5000 } }]);
    // Sent once more (the answer was lost on the way): nothing stands twice.
    const again = await report(good);
    expect([again.badRows, again.imported, again.more, again.problems.length, again.problems[0]]).toEqual([5000, 0, true, 1000, { row: 2, column: null, letter: '', code: 'double_in_bank', text: '第1题：压力表的指针应当在哪个区域？', row2: null }]);
    expect((await bank()).total).toBe(5000);
  });
});

it('takes the template as it is handed out, filled in with its own examples', async () => {
  for (const [locale, fileName] of [['zh', encodeURIComponent('题目导入模板.xlsx')], ['en', 'question-template.xlsx']] as const) {
    const given = await world.call(`GET /api/question-template.xlsx?locale=${locale}`, school.teacher);
    expect(given.headers).toMatchObject({ 'content-type': workbookType, 'content-disposition': expect.stringContaining(fileName) });
    const workbook = new ExcelJS.Workbook();
    await workbook.xlsx.load(given.rawPayload as unknown as ArrayBuffer);
    const [sheet, how] = workbook.worksheets;
    expect(sheet!.getRow(1).values).toEqual([undefined, ...sheetColumns.map((column) => columnWords[column][locale])]);
    expect(sheet!.getColumn(13).numFmt).toBe('@');
    for (let row = how!.rowCount - 4; row <= how!.rowCount; row++) sheet!.addRow((how!.getRow(row).values as unknown[]).slice(1));
    const told = await report(Buffer.from(await workbook.xlsx.writeBuffer()), 'look');
    expect([told.rows, told.problems]).toEqual([5, []]);
  }
});

it('imports every kind, tells doubles, and says nothing of empty rows', async () => {
  const rows: Row[] = [
    { kind: '判断', stem: '可以带电作业', answer: '×' }, {}, { kind: '填空题', stem: '化学式', answer: 'CO2|二氧化碳' }, { kind: '排序题', stem: '步骤', optionA: '按', optionB: '提', optionC: '拔', answer: 'BCA' },
    { kind: '多选题', stem: '条件', optionA: '甲', optionB: '乙', answer: 'A、B' },
  ];
  const twice = await report(await workbookOf([...rows, { ...rows[0], explanation: '另一个' }]));
  expect([twice.rows, twice.problems]).toEqual([5, [{ row: 7, column: null, letter: '', code: 'double_in_file', text: '可以带电作业', row2: 2 }]]);
  expect((await report(await workbookOf(rows))).imported).toBe(4);
  expect((await bank()).questions.map(({ kind, right, accepted }) => [kind, right, accepted])).toEqual([['trueFalse', [1], []], ['fillIn', [], ['CO2', '二氧化碳']], ['ordering', [0, 1, 2], []], ['multiple', [0, 1], []]]);
  expect(await report(await workbookOf([]))).toMatchObject({ rows: 0, imported: 0, problems: [] });
});

it('of two at the same moment imports one', async () => {
  const bytes = await workbookOf(someRows(20));
  const told = await Promise.all([report(bytes), report(bytes)]);
  expect([told.map(({ imported }) => imported).sort((a, b) => a - b), (await bank()).total]).toEqual([[0, 20], 20]);
});

describe('refuses', () => {
  it('what is no workbook, whatever it is called', async () => {
    const files: Buffer[] = [
      Buffer.from('题型,题干,正确答案\n单选题,x,A'), Buffer.from('<html></html>'), Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), (await workbookOf(someRows(3))).subarray(0, 800),
      zipFile([{ name: 'a.txt', content: Buffer.from('x') }]), zipFile([{ name: '[Content_Types].xml', content: Buffer.from('x') }, { name: 'xl/workbook.xml', content: Buffer.from('x') }]),
      await workbookOf([], ['题型', '题干']), await workbookOf([], []),
    ];
    for (const [index, bytes] of files.entries()) {
      const response = await send(bytes);
      expect([index, response.statusCode, codeOf(response)]).toEqual([index, 415, 'sheet_invalid']);
    }
    expect(codeOf(await send(Buffer.alloc(0)))).toBe('sheet_invalid');
  });

  it('bombs: many bytes in few, many parts, and sizes that are lies', async () => {
    const parts = ['[Content_Types].xml', 'xl/workbook.xml'].map((name) => ({ name, content: Buffer.from('x') }));
    const zeros = Buffer.alloc(130 * 1024 * 1024);
    const honest = zipFile([...parts, { name: 'xl/worksheets/sheet1.xml', content: zeros }]);
    expect(honest.length).toBeLessThan(200_000);
    expect(codeOf(await send(honest))).toBe('sheet_too_large');
    expect(codeOf(await send(zipFile([...parts, { name: 'xl/worksheets/sheet1.xml', content: zeros, saidBytes: 1000 }])))).toBe('sheet_invalid');
    expect(codeOf(await send(zipFile([...parts, ...Array.from({ length: 400 }, (_, index) => ({ name: `xl/${index}`, content: Buffer.from('') }))])))).toBe('sheet_too_large');
  });

  it('more bytes than the settings say, and more rows than an import takes', async () => {
    const { QUESTION_IMPORT_MAX_MB: most } = world.deps.config;
    expect(codeOf(await send(Buffer.alloc(most * 1024 * 1024 + 1)))).toBe('sheet_too_large');
    expect(codeOf(await send(await workbookOf(someRows(mostImportRows + 1))))).toBe('sheet_too_large');
  });

  it('a cell far away costs nothing', async () => {
    const workbook = new ExcelJS.Workbook();
    const sheet = workbook.addWorksheet('x');
    sheet.addRow(sheetColumns.map((column) => columnWords[column].zh));
    sheet.getCell('XFD1048576').value = 'x';
    // Beyond the columns that are read: an empty row.
    expect(await report(Buffer.from(await workbook.xlsx.writeBuffer()))).toMatchObject({ rows: 0 });
  });

  it('who does not keep the bank, and keeps nothing', async () => {
    const bytes = await workbookOf(someRows(3));
    for (const person of [foreign.teacher, foreign.scheduler, school.proctor]) expect(codeOf(await send(bytes, 'import', person))).toBe('not_found');
    for (const person of [school.learner, school.regulator]) expect(codeOf(await send(bytes, 'import', person))).toBe('forbidden');
    expect(codeOf(await world.call(`POST /api/courses/${school.courseId}/question-import`, school.teacher, { payload: bytes }))).toBe('bad_request');
    expect((await bank()).total).toBe(0);
  });
});
