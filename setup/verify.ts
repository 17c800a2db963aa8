// `npm run verify -- FILE`: whether an evidence file is what the platform recorded, and which record is wrong first. Needs no network, no database and no settings.
import { open } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { EvidenceVerdict } from '#domain/evidence/evidence-check.ts';
import { printedHead } from '#domain/evidence/evidence-file.ts';
import { faultWords } from '#domain/evidence/fault-words.ts';
import { ConfigError } from '#runtime/config.ts';
import { verifyEvidenceFile } from '#runtime/evidence-tools.ts';
import { headsOf } from './backup/held-heads.ts';

const usage = [
  'Usage: npm run verify -- FILE [--head HEAD]… [--key KEY] [--json]',
  '  FILE  an evidence file (.ndjson), as it was handed out; one of a subsidy file is unpacked first',
  '  HEAD  a head you hold from earlier: a file with its JSON, or "SIZE · DAY · ROOT" as it is printed on papers',
  '  KEY   fingerprint of the platform\'s first key, as you hold it (64 digits)',
];
export class UsageError extends Error {
  readonly lines: readonly string[];
  constructor(lines: readonly string[]) {
    super(lines.join('\n'));
    this.lines = lines;
  }
}

function headsHeld(texts: readonly string[]): { size: number; root: string }[] {
  try {
    return headsOf(texts);
  } catch (error) {
    throw error instanceof ConfigError ? new UsageError(error.lines) : error;
  }
}

/** The first bytes tell what people take for it most often. */
async function requireEvidence(path: string): Promise<void> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => { throw new UsageError([`${path} cannot be read: ${error.code}`]); });
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(2), 0, 2, 0).catch((error: NodeJS.ErrnoException) => { throw new UsageError([`${path} cannot be read: ${error.code}`]); });
    if (bytesRead === 2 && buffer.toString('latin1') === 'PK') throw new UsageError([`${path} is an archive: unpack it, and verify the .ndjson file in it`]);
  } finally {
    await file.close();
  }
}

function wordsOf({ ok, fault, lines, events, streams, files, keyId, head, about, madeAt }: EvidenceVerdict): string[] {
  if (!ok && fault) {
    const { zh, en } = faultWords[fault.code];
    return [`WRONG  ${fault.line > 0 ? `line ${fault.line}: ` : ''}${fault.record}`, `       ${fault.code}: ${en}`, `       ${zh}`];
  }
  return [
    `RIGHT  ${events} events of ${streams} streams and ${files} hashes of files, ${lines} lines, made ${madeAt}`, ...Object.entries(about ?? {}).map(([name, value]) => `       ${name}: ${value}`),
    `       newest head: ${head ? printedHead(head) : ''}`, `       first key:   ${keyId}`,
  ];
}

/** 0: right; 1: wrong. Throws UsageError. */
export async function runVerify(args: readonly string[], say: (line: string) => void): Promise<number> {
  let given;
  try {
    given = parseArgs({ args: [...args], allowPositionals: true, options: { head: { type: 'string', multiple: true }, key: { type: 'string' }, json: { type: 'boolean' } } });
  } catch (error) {
    throw new UsageError([(error as Error).message, ...usage]);
  }
  const { positionals: [path, ...more], values } = given;
  if (!path || more.length > 0) throw new UsageError(usage);
  if (values.key !== undefined && !/^[0-9a-f]{64}$/.test(values.key)) throw new UsageError([`--key ${values.key}: 64 digits of 0-9 and a-f`]);
  const held = { heads: headsHeld(values.head ?? []), keyId: values.key ?? null };
  await requireEvidence(path);
  const verdict = await verifyEvidenceFile(path, held);
  for (const line of values.json ? [JSON.stringify(verdict)] : wordsOf(verdict)) say(line);
  return verdict.ok ? 0 : 1;
}

if (import.meta.main) {
  try {
    process.exitCode = await runVerify(process.argv.slice(2), (line) => process.stdout.write(`${line}\n`));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    for (const line of error.lines) process.stderr.write(`${line}\n`);
    process.exitCode = 2;
  }
}
