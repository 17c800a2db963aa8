// Learners as rows of a table: which columns, what a row says, and what keeps it from being a learner (R1, R9, R54, R77).
import { checkDocument, documentKinds, phoneOf, type DocumentKind } from './identity/document.ts';
import { learnerCategories, type LearnerCategory } from './identity/learner-category.ts';
import { employerFault, nameFault, numberFault, phoneFault, plainName } from './identity/registration.ts';
import { comparedWord, headingWord, textOfCell, type SheetCell, type SheetRow } from './sheet-cell.ts';

/** In the order of the template; a file may have them in any. */
export const rosterColumns = ['name', 'document', 'number', 'phone', 'category', 'employer', 'note'] as const;
export type RosterColumn = (typeof rosterColumns)[number];
/** Without a kind of document it is an identity card; without a column of employers only those may be in it who need none. */
export const neededRosterColumns = ['name', 'number', 'phone', 'category'] as const satisfies readonly RosterColumn[];
/** The first of each language is what the template writes. */
export const rosterWords: Record<RosterColumn, { zh: readonly string[]; en: readonly string[] }> = {
  name: { zh: ['姓名', '学员姓名'], en: ['Name'] }, document: { zh: ['证件类型', '证件种类'], en: ['Document', 'Document type'] },
  number: { zh: ['证件号码', '身份证号', '身份证号码', '证件号'], en: ['Number', 'Document number', 'ID number'] }, phone: { zh: ['手机号', '手机号码', '联系电话', '手机'], en: ['Phone', 'Phone number', 'Mobile'] },
  category: { zh: ['人员类别', '学员类别'], en: ['Category', 'Group'] }, employer: { zh: ['单位', '工作单位', '所在单位', '单位名称'], en: ['Employer', 'Company'] }, note: { zh: ['备注'], en: ['Note', 'Notes', 'Remark'] },
};
/** The first is what the template offers. */
export const documentWords: Record<DocumentKind, readonly string[]> = {
  id_card: ['居民身份证', '身份证', '二代身份证', 'id card', 'identity card', 'id'], residence_permit: ['港澳台居民居住证', '居住证', 'residence permit'],
  permanent_residence: ['外国人永久居留身份证', '外国人永久居留证', 'permanent residence'], home_return_permit: ['港澳居民来往内地通行证', '回乡证', 'home return permit'],
  taiwan_permit: ['台湾居民来往大陆通行证', '台胞证', 'taiwan permit'], passport: ['护照', 'passport'],
};
export const categoryWords: Record<LearnerCategory, readonly string[]> = {
  enterprise_staff: ['企业职工', '企业在职职工', '单位职工', '在职职工', 'employee', 'enterprise staff'], key_group: ['就业重点群体', '重点群体', 'key group'], low_income: ['脱贫人口', '贫困劳动力', '脱贫劳动力', 'low income'],
  high_risk: ['高危行业从业人员', '高危行业', 'high risk', 'high-risk work'], self_employed: ['个体和灵活就业', '灵活就业', '灵活就业人员', '个体工商户', 'self-employed', 'self employed'], other: ['其他', '其它', 'other'],
};
export const noteLongest = 200;

export const rosterProblems = [
  'name_missing', 'name_form', 'name_too_long', 'document_unknown', 'number_missing', 'number_form', 'number_old_card', 'number_check_digit', 'number_birth_date', 'number_region', 'number_lost_digits',
  'needs_guardian', 'too_young', 'phone_missing', 'phone_form', 'category_missing', 'category_unknown', 'employer_missing', 'employer_too_long', 'note_too_long', 'cell_is_date', 'cell_is_formula',
  'number_twice', 'phone_twice', 'in_cohort', 'number_other_name', 'phone_of_another', 'phone_stated_otherwise',
] as const;
export type RosterProblem = (typeof rosterProblems)[number];
/** `row2`: the other row, of what stands twice. */
export interface FoundRosterProblem { row: number; column: RosterColumn | null; code: RosterProblem; row2: number | null }
/** In the form everything is kept and compared in. */
export interface RosterLearner {
  row: number; name: string; documentKind: DocumentKind; number: string; birthDate: string | null; regionCode: string | null; phone: string; learnerCategory: LearnerCategory; employer: string | null; note: string | null;
}
/** Cells that were put right without asking: spaces taken out, full-width digits made usual ones, a small x made a large one. */
export interface Mended { spaces: number; fullWidth: number; smallX: number }

export type RosterPlaces = ReadonlyMap<RosterColumn, number>;
export type Headings = { ok: true; places: RosterPlaces } | { ok: false; twice: RosterColumn[]; missing: RosterColumn[] };

const squeezed = (text: string): string => comparedWord(text).replaceAll(/\s/g, '');
const columnOfWord = (word: string): RosterColumn | undefined => rosterColumns.find((one) => [...rosterWords[one].zh, ...rosterWords[one].en].some((name) => squeezed(name) === word));

/** Where each column stands, by its heading in either language; what no heading names is not looked at. */
export function rosterPlaces(heading: readonly SheetCell[]): Headings {
  const places = new Map<RosterColumn, number>();
  const twice = new Set<RosterColumn>();
  for (const [at, cell] of heading.entries()) {
    const column = columnOfWord(headingWord(cell));
    if (!column) continue;
    if (places.has(column)) twice.add(column);
    else places.set(column, at);
  }
  const missing = neededRosterColumns.filter((column) => !places.has(column));
  return twice.size + missing.length === 0 ? { ok: true, places } : { ok: false, twice: [...twice], missing };
}

const kindOfWord = <K extends string>(kinds: readonly K[], words: Record<K, readonly string[]>, text: string): K | null =>
  kinds.find((kind) => kind === squeezed(text) || words[kind].some((word) => squeezed(word) === squeezed(text))) ?? null;

/** Table programs keep fifteen digits of a figure. A longer number typed into a cell that is no text has lost what came after: nobody can know it any more. */
const figuresKept = 15;
function digitsWereLost(cell: SheetCell | undefined, documentKind: DocumentKind, today: string): boolean {
  if (typeof cell === 'number') return !Number.isInteger(cell) || Math.abs(cell) >= 10 ** figuresKept;
  const text = textOfCell(cell).normalize('NFKC').replaceAll(/\s/g, '');
  if (/^\d+(\.\d+)?e\+?\d+$/i.test(text)) return true;
  // Copied as text after it was lost; a right check digit says that it was not.
  return /^\d{15}000$/.test(text) && !checkDocument(documentKind, text, today).ok;
}

function mendedIn(texts: readonly string[]): Mended {
  const count = (is: (text: string) => boolean): number => texts.filter(is).length;
  return { spaces: count((text) => /[\s\p{Cf}]/u.test(text)), fullWidth: count((text) => /[\uFF01-\uFF5E]/.test(text)), smallX: count((text) => /^\d{17}[xｘ]$/.test(text.normalize('NFKC').replaceAll(/\s/g, ''))) };
}

interface Stood { cell(column: RosterColumn): SheetCell | undefined; text(column: RosterColumn): string }
const stood = (places: RosterPlaces, cells: readonly SheetCell[]): Stood => {
  const cell = (column: RosterColumn): SheetCell | undefined => cells[places.get(column) ?? -1];
  return { cell, text: (column) => textOfCell(cell(column)) };
};

/** Every fault of a row, by the rules of registering, each with its column. */
function faultsOf({ cell, text }: Stood, documentKind: DocumentKind | null, category: LearnerCategory | null, today: string): [RosterColumn, RosterProblem][] {
  const found: [RosterColumn, RosterProblem | null][] = [];
  const named = (column: 'name' | 'number' | 'phone' | 'employer', fault: string | null): void => { found.push([column, fault === null ? null : (`${column}_${fault}`.replace('name_name_', 'name_').replace('phone_phone_', 'phone_') as RosterProblem)]); };
  named('name', nameFault(text('name')));
  if (!documentKind) found.push(['document', 'document_unknown']);
  else if (digitsWereLost(cell('number'), documentKind, today)) found.push(['number', 'number_lost_digits']);
  else {
    const fault = numberFault(documentKind, text('number'), today);
    if (fault === 'needs_guardian' || fault === 'too_young') found.push(['number', fault]);
    else named('number', fault);
  }
  named('phone', phoneFault(text('phone')));
  if (!category) found.push(['category', text('category') === '' ? 'category_missing' : 'category_unknown']);
  else named('employer', employerFault(category, text('employer')));
  if (text('note').length > noteLongest) found.push(['note', 'note_too_long']);
  return found.filter((one): one is [RosterColumn, RosterProblem] => one[1] !== null);
}

/** Cells that hold no text people typed: dates the program made, and formulas. */
const notTyped = (places: RosterPlaces, cells: readonly SheetCell[]): [RosterColumn, RosterProblem][] => [...places].flatMap(([column, at]): [RosterColumn, RosterProblem][] => {
  const cell = cells[at];
  if (typeof cell !== 'object' || cell === null) return [];
  return [[column, 'date' in cell ? 'cell_is_date' : 'cell_is_formula']];
});

export interface ReadRosterRow { learner: RosterLearner | null; problems: FoundRosterProblem[]; mended: Mended }
/** One row: a learner, or what is wrong with it; null for one that is empty in all columns known here. `today`: `YYYY-MM-DD` where the people are. */
export function readRosterRow(places: RosterPlaces, { row, cells }: SheetRow, today: string): ReadRosterRow | null {
  const here = stood(places, cells);
  const { text } = here;
  const strange = notTyped(places, cells);
  if (strange.length === 0 && [...places.keys()].every((column) => text(column) === '')) return null;
  const documentKind = text('document') === '' ? 'id_card' : kindOfWord(documentKinds, documentWords, text('document'));
  const learnerCategory = kindOfWord(learnerCategories, categoryWords, text('category'));
  const faults = strange.length > 0 ? strange : faultsOf(here, documentKind, learnerCategory, today);
  const problems = faults.map(([column, code]) => ({ row, column, code, row2: null }));
  const mended = mendedIn((['number', 'phone'] as const).map((column) => here.cell(column)).filter((cell) => typeof cell === 'string'));
  const document = documentKind && checkDocument(documentKind, text('number'), today);
  const phone = phoneOf(text('phone'));
  if (problems.length > 0 || !documentKind || !document?.ok || phone === null || !learnerCategory) return { learner: null, problems, mended };
  return { learner: { row, name: plainName(text('name')), documentKind, ...document.facts, phone, learnerCategory, employer: text('employer') || null, note: text('note') || null }, problems: [], mended };
}

/** What keeps a whole file from being read as a roster. `columns`: those that are missing or stand twice. */
export const rosterRefusals = ['sheet_invalid', 'sheet_too_large', 'columns_missing', 'column_twice', 'heading_merged', 'no_rows', 'too_many_rows', 'interrupted'] as const;
export type RosterRefusal = (typeof rosterRefusals)[number];

export interface ReadRoster { rows: number; good: RosterLearner[]; problems: FoundRosterProblem[]; mended: Mended }

/** Remembers the first row of each, and tells the second. */
class Firsts {
  readonly #rows = new Map<string, number>();
  firstOf(key: string, row: number): number | null {
    const first = this.#rows.get(key);
    if (first === undefined) this.#rows.set(key, row);
    return first ?? null;
  }
}

/** All rows below the heading. A number or phone that stands twice is told of its second row. */
export function readRoster(places: RosterPlaces, below: readonly SheetRow[], today: string): ReadRoster {
  const read: ReadRoster = { rows: 0, good: [], problems: [], mended: { spaces: 0, fullWidth: 0, smallX: 0 } };
  const [numbers, phones] = [new Firsts(), new Firsts()];
  for (const one of below) {
    const found = readRosterRow(places, one, today);
    if (!found) continue;
    read.rows++;
    for (const key of ['spaces', 'fullWidth', 'smallX'] as const) read.mended[key] += found.mended[key];
    read.problems.push(...found.problems);
    if (!found.learner) continue;
    const { row, documentKind, number, phone } = found.learner;
    const twice = numbers.firstOf(`${documentKind} ${number}`, row);
    const phoneTwice = phones.firstOf(phone, row);
    if (twice !== null) read.problems.push({ row, column: 'number', code: 'number_twice', row2: twice });
    else if (phoneTwice !== null) read.problems.push({ row, column: 'phone', code: 'phone_twice', row2: phoneTwice });
    else read.good.push(found.learner);
  }
  return read;
}
