// Programs other people open our files with, as tests run them: poppler for PDF, LibreOffice for workbooks and documents.
import { execFileSync, spawnSync } from 'node:child_process';
import { basename, dirname, join } from 'node:path';

const pdftoppm = process.env['PDFTOPPM_BIN'] ?? 'pdftoppm';
/** `pdftotext`, `pdfinfo` and others lie beside the one that was found. */
export const poppler = (tool: string): string => (pdftoppm.includes('/') ? join(dirname(pdftoppm), basename(pdftoppm).replace('pdftoppm', tool)) : tool);

const soffice = process.env['SOFFICE_BIN'] ?? 'soffice';
const libraries = { texts: 'libswlo.so', sheets: 'libsclo.so' } as const;
/** Its parts may be missing where the program is there. */
export const officeReads = (part: keyof typeof libraries): boolean => spawnSync('sh', ['-c', `ls "$(dirname "$(readlink -f "$(command -v ${soffice})")")"/${libraries[part]}`]).status === 0;
/** Writes what it reads of `file` into `folder`; `to` as its own `--convert-to` has it. */
export function officeConvert(file: string, to: string, folder: string): void {
  // A sheet's name is in the name of its file: Chinese, where there may be nothing but ASCII otherwise.
  const env = { ...process.env, LC_ALL: 'C.UTF-8' };
  execFileSync(soffice, [`-env:UserInstallation=file://${folder}/office`, '--headless', '--convert-to', to, '--outdir', folder, file], { stdio: 'ignore', timeout: 90_000, env });
}
/** Comma-separated, texts and texts alone in quotes: of the first sheet, or of each into a file of its own. */
export const csvOf = { first: 'csv:Text - txt - csv (StarCalc):44,34,76,1', each: 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,true,false,false,false,-1' } as const;
