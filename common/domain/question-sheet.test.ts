// Rows of a table as questions: what is understood, and what is told of what is not.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnsOf, columnWords, kindWords, readRow, readSheet, sheetColumns } from './question-sheet.ts';
import type { SheetCell } from './sheet-cell.ts';

const heading = sheetColumns.map((column) => columnWords[column].zh);
const columns = columnsOf(heading)!;
type Cells = Partial<Record<(typeof sheetColumns)[number], SheetCell>>;
const rowOf = (cells: Cells, row = 2) => ({ row, cells: sheetColumns.map((column) => cells[column] ?? null) });
const single: Cells = { kind: '单选题', stem: '指针在哪个区域？', optionA: '红', optionB: '黄', optionC: '绿', answer: 'C', knowledgePoint: '消防', difficulty: 2, explanation: '绿区正常' };
const codes = (cells: Cells) => {
  const read = readRow(columns, rowOf(cells));
  return Array.isArray(read) ? read.map(({ column, code }) => [column, code]) : read;
};

describe('headings', () => {
  it('are known in both languages, in any order, with marks', () => {
    expect(columns.size).toBe(sheetColumns.length);
    expect(columnsOf(sheetColumns.map((column) => columnWords[column].en))?.size).toBe(sheetColumns.length);
    expect([...columnsOf(['备注', '正确答案（必填）', '题干*', ' 题型 ', null])!]).toEqual([['answer', 1], ['stem', 2], ['kind', 3]]);
  });
  it('are refused when one is missing or stands twice', () => {
    expect(columnsOf(['题型', '题干'])).toBeNull();
    expect(columnsOf(['题型', '题干', '正确答案', '题干'])).toBeNull();
    expect(columnsOf([])).toBeNull();
  });
});

describe('a row', () => {
  it('is a question of each kind', () => {
    expect(readRow(columns, rowOf(single, 7))).toEqual({
      row: 7, content: { kind: 'single', stem: '指针在哪个区域？', options: ['红', '黄', '绿'], right: [2], accepted: [], knowledgePoint: '消防', difficulty: 2, explanation: '绿区正常' },
    });
    expect(readRow(columns, rowOf({ ...single, kind: '多选', answer: 'c、 Ａ' }))).toMatchObject({ content: { kind: 'multiple', right: [0, 2] } });
    expect(readRow(columns, rowOf({ ...single, kind: '排序题', answer: 'C-A-B', difficulty: null }))).toMatchObject({ content: { kind: 'ordering', options: ['绿', '红', '黄'], right: [0, 1, 2], difficulty: 3 } });
    expect(readRow(columns, rowOf({ kind: '填空题', stem: '水在__度沸腾', answer: 100 }))).toMatchObject({ content: { kind: 'fillIn', options: [], accepted: ['100'] } });
    expect(readRow(columns, rowOf({ kind: '填空', stem: '化学式', answer: 'CO2|二氧化碳｜co2' }))).toMatchObject({ content: { accepted: ['CO2', '二氧化碳'] } });
    for (const [answer, right] of [['对', 0], ['错误', 1], [true, 0], ['F', 1], ['√', 0], ['×', 1]] as const) {
      expect(readRow(columns, rowOf({ kind: '判断题', stem: '可以带电作业', answer }))).toMatchObject({ content: { kind: 'trueFalse', options: ['正确', '错误'], right: [right] } });
    }
  });
  it('that is empty is none', () => {
    expect(readRow(columns, rowOf({}))).toBeNull();
    expect(readRow(columns, rowOf({ stem: ' 　', kind: '' }))).toBeNull();
  });
  it.each<[string, Cells, unknown]>([
    ['no kind', { ...single, kind: null }, [['kind', 'kind_missing']]], ['another kind', { ...single, kind: '简答题' }, [['kind', 'kind_unknown']]],
    ['no stem', { ...single, stem: null }, [['stem', 'stem_missing']]], ['no answer', { ...single, answer: null }, [['answer', 'right_missing']]],
    ['an answer in words', { ...single, answer: '绿' }, [['answer', 'answer_unreadable']]], ['an answer without an option', { ...single, answer: 'D' }, [['answer', 'right_invalid']]],
    ['two answers for one', { ...single, answer: 'AB' }, [['answer', 'right_invalid']]], ['neither true nor false', { kind: '判断题', stem: '？', answer: '也许' }, [['answer', 'answer_unreadable']]],
    ['half an order', { ...single, kind: '排序题', answer: 'AB' }, [['answer', 'right_invalid']]], ['a hole in the options', { ...single, optionB: null }, [['optionB', 'option_gap']]],
    ['one option', { ...single, optionB: null, optionC: null, answer: 'A' }, [['optionA', 'options_too_few']]], ['two options that are the same', { ...single, optionB: '红 ' }, [['optionA', 'options_same']]],
    ['options of a fill-in', { ...single, kind: '填空题' }, [['optionA', 'options_not_wanted']]], ['a difficulty in words', { ...single, difficulty: '难' }, [['difficulty', 'difficulty_invalid']]],
    ['difficulty 9', { ...single, difficulty: 9 }, [['difficulty', 'difficulty_invalid']]], ['an answer that became a date', { kind: '填空题', stem: '几分之几', answer: { date: true } }, [['answer', 'cell_is_date']]],
    ['two faults', { ...single, stem: null, answer: null }, [['stem', 'stem_missing'], ['answer', 'right_missing']]],
  ])('with %s says where and what', (_what, cells, found) => {
    expect(codes(cells)).toEqual(found);
  });
  it('shows what the cell holds, cut', () => {
    expect(readRow(columns, rowOf({ ...single, kind: '简'.repeat(100) }))).toEqual([{ row: 2, column: 'kind', code: 'kind_unknown', text: '简'.repeat(60), row2: null }]);
  });
});

describe('a sheet', () => {
  it('tells a question that stands twice, and of its second row', () => {
    const rows = [rowOf(single, 2), rowOf({}, 3), rowOf({ ...single, stem: ' 指针在哪个区域？', explanation: '另一个解析' }, 4), rowOf({ ...single, optionC: '蓝' }, 5)];
    const read = readSheet(columns, rows);
    expect(read).toMatchObject({ rows: 3, problems: [{ row: 4, column: null, code: 'double_in_file', row2: 2 }] });
    expect(read.good.map(({ row }) => row)).toEqual([2, 5]);
  });
  it('never throws, and never loses a row', () => {
    const cell = fc.oneof(fc.string({ maxLength: 5 }), fc.integer(), fc.boolean(), fc.constant(null), fc.constant({ date: true as const }), fc.constantFrom(...Object.values(kindWords).flat(), 'A', 'AB', '对'));
    fc.assert(fc.property(fc.array(fc.array(cell, { maxLength: sheetColumns.length + 2 }), { maxLength: 30 }), (rows) => {
      const read = readSheet(columns, rows.map((cells, index) => ({ row: index + 2, cells })));
      expect(read.good.length + new Set(read.problems.map(({ row }) => row)).size).toBe(read.rows);
    }));
  });
});
