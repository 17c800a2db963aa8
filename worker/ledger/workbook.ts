// An XLSX workbook written row by row: every text is a text and never a formula, the first line and column stand still.
import { xmlText } from '#runtime/xml-text.ts';
import { ZipFile } from './zip-file.ts';

/** `share` 0..1 is shown as percent. Null: an empty cell. */
export type Cell = { kind: 'text'; value: string | null } | { kind: 'count' | 'minutes' | 'share'; value: number | null };
export interface Sheet { name: string; headings: readonly string[]; widths: readonly number[]; rows: AsyncIterable<readonly (readonly Cell[])[]> | Iterable<readonly (readonly Cell[])[]> }

const styles = { text: 1, heading: 2, count: 3, minutes: 4, share: 5 } as const;
const escaped = (text: string): string => xmlText(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

function letters(column: number): string {
  return (column >= 26 ? letters(Math.floor(column / 26) - 1) : '') + String.fromCharCode(65 + (column % 26));
}
const textCell = (place: string, text: string, style: number): string => `<c r="${place}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${escaped(text)}</t></is></c>`;

function rowXml(number: number, cells: readonly Cell[], columns: readonly string[]): string {
  return `<row r="${number}">${cells.map(({ kind, value }, index) => {
    if (value === null) return '';
    const place = `${columns[index]}${number}`;
    return kind === 'text' ? textCell(place, value, styles.text) : `<c r="${place}" s="${styles[kind]}"><v>${value}</v></c>`;
  }).join('')}</row>`;
}

async function* sheetXml({ headings, widths, rows }: Sheet): AsyncGenerator<string> {
  const columns = headings.map((_one, index) => letters(index));
  yield `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`
    + `<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView workbookViewId="0"><pane xSplit="1" ySplit="1" topLeftCell="B2" activePane="bottomRight" state="frozen"/></sheetView></sheetViews>`
    + `<cols>${widths.map((width, index) => `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`).join('')}</cols><sheetData>`
    + `<row r="1">${headings.map((heading, index) => textCell(`${columns[index]}1`, heading, styles.heading)).join('')}</row>`;
  let number = 1;
  for await (const some of rows) yield some.map((cells) => rowXml(++number, cells, columns)).join('');
  yield `</sheetData><pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/></worksheet>`;
}

const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packageRelations = 'http://schemas.openxmlformats.org/package/2006/relationships';
const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const stylesXml = `${head}<styleSheet xmlns="${main}"><numFmts count="2"><numFmt numFmtId="164" formatCode="0.0"/><numFmt numFmtId="165" formatCode="0.0%"/></numFmts>`
  + '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
  + '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>'
  + '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="6"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
  + '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>'
  + [1, 164, 165].map((format) => `<xf numFmtId="${format}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>`).join('') + '</cellXfs></styleSheet>';

/** Writes the file; sheets one after the other, so `rows` of a later one may tell what was seen in an earlier one. */
export async function writeWorkbook(path: string, sheets: readonly Sheet[]): Promise<void> {
  const zip = await ZipFile.create(path);
  try {
    await zip.add('[Content_Types].xml', [`${head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>`
      + '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>'
      + sheets.map((_one, index) => `<Override PartName="/xl/worksheets/sheet${index + 1}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`).join('') + '</Types>']);
    await zip.add('_rels/.rels', [`${head}<Relationships xmlns="${packageRelations}"><Relationship Id="rId1" Type="${relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>`]);
    await zip.add('xl/workbook.xml', [`${head}<workbook xmlns="${main}" xmlns:r="${relations}"><sheets>${sheets.map(({ name }, index) => `<sheet name="${escaped(name)}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`).join('')}</sheets></workbook>`]);
    await zip.add('xl/_rels/workbook.xml.rels', [`${head}<Relationships xmlns="${packageRelations}">${sheets.map((_one, index) => `<Relationship Id="rId${index + 1}" Type="${relations}/worksheet" Target="worksheets/sheet${index + 1}.xml"/>`).join('')}<Relationship Id="rId${sheets.length + 1}" Type="${relations}/styles" Target="styles.xml"/></Relationships>`]);
    await zip.add('xl/styles.xml', [stylesXml]);
    for (const [index, sheet] of sheets.entries()) await zip.add(`xl/worksheets/sheet${index + 1}.xml`, sheetXml(sheet));
    await zip.finish();
  } finally {
    await zip.close();
  }
}
