// `npm run witness -- ADDRESS FOLDER`: on a machine of whoever oversees. Keeps every signed head of a platform and says when its log does not go on from what was kept. Needs no database and no account.
import { open, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { EvidenceHeads } from '#contracts/evidence-routes.ts';
import { canonicalJson } from '#domain/evidence/canonical.ts';
import { EvidenceCheck, type EvidenceFaultCode } from '#domain/evidence/evidence-check.ts';
import { bareHead, evidenceVersion, printedHead, type EvidenceLine, type SignedHead } from '#domain/evidence/evidence-file.ts';
import { faultWords } from '#domain/evidence/fault-words.ts';
import { nodeTools } from '#runtime/evidence-tools.ts';
import { UsageError } from './verify.ts';

const usage = [
  'Usage: npm run witness -- ADDRESS FOLDER [--key KEY] [--every MINUTES]',
  '  ADDRESS  of the platform, such as https://class.example.cn',
  '  FOLDER   where heads are kept, one line each; nothing in it is ever changed',
  '  KEY      fingerprint of the platform\'s first key, as you hold it (64 digits); without it the one that is met first is kept',
  '  MINUTES  looks again and again, 1 to 1440; without it once',
  'Exit codes: 0 goes on, 1 the log was rewritten or is not signed as it must be, 2 asked wrongly, 3 not reached.',
];
interface Kept { firstKey: string; head: SignedHead }
/** `line` of heads.jsonl. */
interface KeptLine extends SignedHead { firstKey: string; seenAt: string }
export type Watched = { state: 'kept'; heads: number; head: SignedHead } | { state: 'broken'; code: EvidenceFaultCode; record: string } | { state: 'unreached'; why: string };
class Unreached extends Error {}

const answerMs = 20_000;
const mostBytes = 8_000_000;
async function ask(address: string, before: number | null): Promise<EvidenceHeads> {
  try {
    const answer = await fetch(new URL(`/api/evidence/heads${before === null ? '' : `?before=${before}`}`, address), { signal: AbortSignal.timeout(answerMs) });
    const body = await answer.text();
    if (!answer.ok) throw new Error(`answered ${answer.status}`);
    if (body.length > mostBytes) throw new Error(`answered ${body.length} bytes`);
    const told = JSON.parse(body) as EvidenceHeads;
    if (!Array.isArray(told.heads) || !Array.isArray(told.keys)) throw new Error('what answers is no platform of this kind, or an older one');
    return told;
  } catch (error) {
    throw new Unreached(`${(error as Error).message}${(error as Error).cause instanceof Error ? ` (${((error as Error).cause as Error).message})` : ''}`);
  }
}

/** Heads of the platform from the kept one on, oldest first; all of them where nothing was kept. */
async function headsSince(address: string, size: number): Promise<{ keys: EvidenceHeads['keys']; heads: EvidenceHeads['heads'] }> {
  const first = await ask(address, null);
  const heads = [...first.heads];
  for (let more = first.more; more && heads.at(-1)!.size > size;) {
    const next = await ask(address, heads.at(-1)!.size);
    if (next.heads.length === 0 || next.heads[0]!.size >= heads.at(-1)!.size) break;
    heads.push(...next.heads);
    more = next.more;
  }
  return { keys: first.keys, heads: heads.filter((head) => head.size >= size).toReversed() };
}

const fileOf = (folder: string): string => join(folder, 'heads.jsonl');
async function keptIn(folder: string): Promise<Kept | null> {
  const text = await readFile(fileOf(folder), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw new UsageError([`${fileOf(folder)} cannot be read: ${error.code}`]);
  });
  // A line that was cut off while it was written was not kept.
  const last = text.split('\n').slice(0, -1).at(-1);
  if (last === undefined) return null;
  try {
    const { firstKey, size, root, at, keyId, signature } = JSON.parse(last) as KeptLine;
    if (!/^[0-9a-f]{64}$/.test(firstKey) || !Number.isSafeInteger(size) || !/^[0-9a-f]{64}$/.test(root)) throw new Error('fields');
    return { firstKey, head: { size, root, at, keyId, signature } };
  } catch {
    throw new UsageError([`${fileOf(folder)}: its last line is no head`]);
  }
}

/** On the disk before it is said to be kept. */
async function keep(folder: string, lines: readonly KeptLine[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const text = await readFile(fileOf(folder), 'utf8').catch(() => '');
  const file = await open(fileOf(folder), 'a');
  try {
    await file.write(`${text === '' || text.endsWith('\n') ? '' : '\n'}${lines.map((line) => `${canonicalJson(line)}\n`).join('')}`);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** One look. Throws UsageError for a folder that cannot be used. */
export async function watch(address: string, folder: string, key: string | null, now: Date): Promise<Watched> {
  const kept = await keptIn(folder);
  let told: Awaited<ReturnType<typeof headsSince>>;
  try {
    told = await headsSince(address, kept?.head.size ?? 0);
  } catch (error) {
    if (error instanceof Unreached) return { state: 'unreached', why: error.message };
    throw error;
  }
  const { keys, heads } = told;
  const broken = (code: EvidenceFaultCode, record: string): Watched => ({ state: 'broken', code, record });
  const firstKey = keys[0]?.keyId;
  if (kept && (heads[0]?.size !== kept.head.size)) return broken('held_head_missing', `head ${kept.head.size}`);
  if (kept && heads[0]!.root !== kept.head.root) return broken('held_head_differs', `head ${kept.head.size}`);
  if (heads.length === 0 || firstKey === undefined) return { state: 'unreached', why: 'nothing was signed there yet' };
  const mine = key ?? kept?.firstKey ?? firstKey;
  if (firstKey !== mine) return broken('key_not_yours', `key ${firstKey}`);
  const check = new EvidenceCheck(nodeTools);
  const lines: EvidenceLine[] = [
    { kind: 'evidence', version: evidenceVersion, madeAt: now.toISOString(), about: {} }, ...keys.map((line): EvidenceLine => ({ kind: 'key', ...line })),
    ...heads.map((head, index): EvidenceLine => ({ kind: 'head', ...head, proof: index === 0 ? [] : head.proof })),
  ];
  for (const line of lines) {
    if (await check.take(canonicalJson(line))) continue;
    const { code, record } = check.done().fault!;
    return broken(code, record);
  }
  const fresh = heads.slice(kept ? 1 : 0).map((head): KeptLine => ({ ...bareHead(head), firstKey, seenAt: now.toISOString() }));
  if (fresh.length > 0) await keep(folder, fresh);
  return { state: 'kept', heads: fresh.length, head: bareHead(heads.at(-1)!) };
}

function wordsOf(address: string, watched: Watched): { code: number; lines: string[] } {
  if (watched.state === 'kept') return { code: 0, lines: [`KEPT   ${watched.heads} new heads of ${address}; newest ${printedHead(watched.head)}`] };
  if (watched.state === 'unreached') return { code: 3, lines: [`?      ${address}: ${watched.why}`] };
  const { zh, en } = faultWords[watched.code];
  return { code: 1, lines: [`WRONG  ${address}: ${watched.record}`, `       ${watched.code}: ${en}`, `       ${zh}`, '       What was kept is unchanged in the folder: it is the evidence.'] };
}

/** Answers the exit code of the last look; with `--every` it ends at the first one that finds the log rewritten. Throws UsageError. */
export async function runWitness(args: readonly string[], say: (line: string) => void): Promise<number> {
  let given;
  try {
    given = parseArgs({ args: [...args], allowPositionals: true, options: { key: { type: 'string' }, every: { type: 'string' } } });
  } catch (error) {
    throw new UsageError([(error as Error).message, ...usage]);
  }
  const { positionals: [address, folder, ...more], values: { key, every } } = given;
  if (!address || !folder || more.length > 0) throw new UsageError(usage);
  if (!/^https?:$/.test(URL.parse(address)?.protocol ?? '')) throw new UsageError([`${address}: an address begins with https://`]);
  if (key !== undefined && !/^[0-9a-f]{64}$/.test(key)) throw new UsageError([`--key ${key}: 64 digits of 0-9 and a-f`]);
  const minutes = every === undefined ? null : Number(every);
  if (minutes !== null && !(Number.isInteger(minutes) && minutes >= 1 && minutes <= 1440)) throw new UsageError([`--every ${every}: whole minutes from 1 to 1440`]);
  for (;;) {
    const { code, lines } = wordsOf(address, await watch(address, folder, key ?? null, new Date()));
    for (const line of lines) say(line);
    if (minutes === null || code === 1) return code;
    await pause(minutes * 60_000);
  }
}

if (import.meta.main) {
  try {
    process.exitCode = await runWitness(process.argv.slice(2), (line) => process.stdout.write(`${line}\n`));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    for (const line of error.lines) process.stderr.write(`${line}\n`);
    process.exitCode = 2;
  }
}
