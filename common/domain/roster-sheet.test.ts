// Rows of a table as learners: what is understood, what is mended, and what is told (R9, R54, R77).
import { describe, expect, it } from 'vitest';
import { checkDigitOf } from './identity/document.ts';
import { readRoster, readRosterRow, rosterColumns, rosterPlaces, rosterWords, type RosterColumn } from './roster-sheet.ts';
import type { SheetCell } from './sheet-cell.ts';

const today = '2026-03-02';
const card = (seventeen: string): string => seventeen + checkDigitOf(seventeen);
const number = card('11010519900307123');
/** Ends in x. */
const withX = (() => { for (let at = 100; ; at++) { const one = card(`11010519900307${at}`); if (one.endsWith('X')) return one; } })();
const headings = rosterPlaces(rosterColumns.map((column) => rosterWords[column].zh[0]!));
const places = headings.ok ? headings.places : new Map<RosterColumn, number>();
type Cells = Partial<Record<RosterColumn, SheetCell>>;
const good: Cells = { name: '李雷', document: '身份证', number, phone: '13800138000', category: '企业职工', employer: '示范焊接厂', note: '夜班' };
const rowOf = (cells: Cells, row = 2) => ({ row, cells: rosterColumns.map((column) => cells[column] ?? null) });
const read = (change: Cells) => readRosterRow(places, rowOf({ ...good, ...change }), today);
const codes = (change: Cells) => read(change)!.problems.map(({ column, code }) => [column, code]);

describe('headings', () => {
  it('are known in both languages, by other usual words, in any order', () => {
    const english = rosterPlaces(rosterColumns.map((column) => rosterWords[column].en[0]!));
    expect(english.ok && english.places.size).toBe(rosterColumns.length);
    const other = rosterPlaces(['序号', '人员类别', '手机号码（必填）', '身份证号码*', ' 姓 名 ']);
    expect(other.ok && [...other.places]).toEqual([['category', 1], ['phone', 2], ['number', 3], ['name', 4]]);
  });
  it('that are missing or stand twice are named', () => {
    expect(rosterPlaces(['姓名', '手机号', '姓名'])).toEqual({ ok: false, twice: ['name'], missing: ['number', 'category'] });
    expect(rosterPlaces(['某某班花名册'])).toMatchObject({ ok: false, missing: ['name', 'number', 'phone', 'category'] });
  });
});

describe('a row', () => {
  it('is a learner in the form everything is kept in', () => {
    expect(read({})).toEqual({
      learner: { row: 2, name: '李雷', documentKind: 'id_card', number, birthDate: '1990-03-07', regionCode: '110105', phone: '13800138000', learnerCategory: 'enterprise_staff', employer: '示范焊接厂', note: '夜班' },
      problems: [], mended: { spaces: 0, fullWidth: 0, smallX: 0 },
    });
    expect(read({ document: null })!.learner?.documentKind).toBe('id_card');
    expect(readRosterRow(places, rowOf({}), today)).toBeNull();
  });
  it('is mended where nothing can be meant but one thing, and that is counted', () => {
    const full = [...number].map((digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)).join('');
    expect(read({ number: full })).toMatchObject({ learner: { number }, mended: { spaces: 0, fullWidth: 1, smallX: 0 } });
    expect(read({ number: `${number.slice(0, 6)} ${number.slice(6)}`, phone: '138 0013 8000' })).toMatchObject({ learner: { number, phone: '13800138000' }, mended: { spaces: 2 } });
    expect(read({ number: withX.toLowerCase() })).toMatchObject({ learner: { number: withX }, mended: { smallX: 1 } });
    expect(read({ phone: 13800138000 })!.learner?.phone).toBe('13800138000');
    expect(read({ name: ' 李 雷 ' })!.learner?.name).toBe('李雷');
  });
  it.each<[string, Cells, RosterColumn, string]>([
    ['no name', { name: '' }, 'name', 'name_missing'], ['a figure for a name', { name: '李雷2' }, 'name', 'name_form'], ['a long name', { name: '李'.repeat(61) }, 'name', 'name_too_long'],
    ['a strange document', { document: '驾驶证' }, 'document', 'document_unknown'], ['no number', { number: null }, 'number', 'number_missing'], ['seventeen digits', { number: number.slice(1) }, 'number', 'number_form'],
    ['an old card', { number: 110105900307123 }, 'number', 'number_old_card'], ['a wrong digit', { number: number.slice(0, 17) + (number.endsWith('1') ? '2' : '1') }, 'number', 'number_check_digit'],
    ['a day that is none', { number: card('11010519900231123') }, 'number', 'number_birth_date'], ['a region that is none', { number: card('99010519900307123') }, 'number', 'number_region'],
    ['a figure of eighteen digits', { number: Number(number) }, 'number', 'number_lost_digits'], ['what the program shows of it', { number: '1.10105E+17' }, 'number', 'number_lost_digits'],
    ['noughts after the fifteenth digit', { number: `${number.slice(0, 15)}000` }, 'number', 'number_lost_digits'],
    ['a child', { number: card('11010520140307123') }, 'number', 'needs_guardian'], ['somebody of fifteen', { number: card('11010520110307123') }, 'number', 'too_young'],
    ['no phone', { phone: ' ' }, 'phone', 'phone_missing'], ['a landline', { phone: '010-12345678' }, 'phone', 'phone_form'], ['no category', { category: null }, 'category', 'category_missing'],
    ['a strange category', { category: '退休' }, 'category', 'category_unknown'], ['staff without an employer', { employer: null }, 'employer', 'employer_missing'], ['a long employer', { employer: '厂'.repeat(121) }, 'employer', 'employer_too_long'],
    ['a long note', { note: '注'.repeat(201) }, 'note', 'note_too_long'], ['a date', { number: { date: true } }, 'number', 'cell_is_date'], ['a formula', { phone: { formula: true } }, 'phone', 'cell_is_formula'],
  ])('with %s is told', (_what, change, column, code) => {
    expect(codes(change)).toEqual([[column, code]]);
    expect(read(change)!.learner).toBeNull();
  });
  it('whose number ends in noughts by right is taken', () => {
    const right = Array.from({ length: 900 }, (_, at) => card(`110105199003${String(1 + (at % 28)).padStart(2, '0')}${Math.floor(at / 28)}00`)).find((one) => /^\d{15}000$/.test(one))!;
    expect(codes({ number: right })).toEqual([]);
  });
  it('tells all its faults at once', () => expect(codes({ name: '', number: '1', phone: '2', category: '' })).toEqual([['name', 'name_missing'], ['number', 'number_form'], ['phone', 'phone_form'], ['category', 'category_missing']]));
});

it('a number or phone that stands twice is told of its second row, with the first', () => {
  const other = card('11010519900307124');
  const rows = [rowOf(good, 2), rowOf({ ...good, number: number.replace(/^/, ' '), phone: '13900139000' }, 5), rowOf({ ...good, number: other }, 6), rowOf({}, 7)];
  const roster = readRoster(places, rows, today);
  expect(roster.problems).toEqual([{ row: 5, column: 'number', code: 'number_twice', row2: 2 }, { row: 6, column: 'phone', code: 'phone_twice', row2: 2 }]);
  expect([roster.rows, roster.good.length]).toEqual([3, 1]);
});
