// An Office file becomes a PDF, by LibreOffice where it is installed.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DocumentTools } from './deps.ts';
import { runLimited } from './limited-run.ts';
import { RefusedFile } from './refused.ts';
import { officeFormOf, requireNoOldMacros } from './office-form.ts';

const limits = { cpuSeconds: 240, memoryMb: 4096, wallMs: 300_000 };
const isZip = (file: Buffer): boolean => file.toString('latin1', 0, 2) === 'PK';

/** Nothing that a document links to is fetched, from the network or from this machine, and no macro runs. */
const security = ['BlockUntrustedRefererLinks', 'DisableMacrosExecution', 'DisableActiveContent'].map((name) =>
  `<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="${name}" oor:op="fuse"><value>true</value></prop></item>`).join('');
const profile = `<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">${security}</oor:items>`;

/** The PDF's path, in `folder`. Throws damaged, zip_bomb, macros, not_office, office_unavailable, too_heavy. */
export async function officeToPdf({ soffice }: Pick<DocumentTools, 'soffice'>, path: string, folder: string, signal: AbortSignal): Promise<string> {
  const file = await readFile(path);
  if (isZip(file)) officeFormOf(file);
  else requireNoOldMacros(file);
  await mkdir(join(folder, 'profile/user'), { recursive: true });
  await writeFile(join(folder, 'profile/user/registrymodifications.xcu'), profile);
  const args = ['--headless', '--norestore', '--nolockcheck', '--nodefault', `-env:UserInstallation=file://${join(folder, 'profile')}`, '--convert-to', 'pdf', '--outdir', folder, path];
  const { end, words } = await runLimited({ bin: soffice, args, cwd: folder, ...limits, signal });
  if (end === 'missing') throw new RefusedFile('office_unavailable', 'LibreOffice is not installed here');
  const made = join(folder, 'original.pdf');
  if (end === 'stopped') throw new RefusedFile('too_heavy', 'LibreOffice took too long');
  if (!existsSync(made)) throw new RefusedFile('damaged', `LibreOffice made nothing of it: ${words.slice(-300)}`);
  return made;
}
