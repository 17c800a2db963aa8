// Makes the page that verifies evidence: its script in one piece, put into its HTML, so that the file needs nothing beside it.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build, type Rollup } from 'vite';

const folder = fileURLToPath(new URL('../common/verify-page/', import.meta.url));

export async function verifyPage(): Promise<string> {
  const built = await build({
    root: folder, configFile: false, logLevel: 'silent', publicDir: false,
    build: { write: false, minify: true, target: 'es2022', lib: { entry: `${folder}page.ts`, formats: ['iife'], name: 'verifyEvidence' } },
  });
  const [script] = ([built].flat() as Rollup.RollupOutput[])[0]!.output;
  const template = await readFile(`${folder}template.html`, 'utf8');
  // `</script` inside a text of the script would end it.
  return template.replace('<!-- script -->', () => script.code.replaceAll('</script', '<\\/script').trim());
}
