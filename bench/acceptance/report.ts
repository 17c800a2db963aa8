// The report of an acceptance run: what is signed, how a page is made of it, and how both are checked.
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { signedBy, type InstanceKey } from '#db/instance-key.ts';
import type { Judged, RunFigures } from './requirements.ts';
import { renderPage } from './page.ts';

export const reportFormat = 'keshi-acceptance-1';
export interface Report {
  format: typeof reportFormat; url: string; startedAt: string; endedAt: string;
  /** Of the checkout that made the load; the platform's own where it was the same machine. */
  commit: string; machine: string; sameMachine: boolean;
  requirements: Judged[]; figures: RunFigures; generators: { processes: number; cpuPercent: number[] };
}
export interface SignedReport { report: Report; signature: { algorithm: 'Ed25519'; publicKey: string; value: string } }

const textOf = (report: Report): string => canonicalize(report) ?? '';
/** Short enough to be read out over the telephone. */
export const fingerprintOf = (publicKey: string): string => createHash('sha256').update(Buffer.from(publicKey, 'base64')).digest('hex').slice(0, 32).replace(/(.{4})(?=.)/g, '$1 ');

export const signReport = (report: Report, key: InstanceKey): SignedReport => ({ report, signature: { algorithm: 'Ed25519', publicKey: key.publicKey, value: key.sign(textOf(report)) } });

const dataMark = 'keshi-acceptance-data';
/** The page holds the signed report itself, so that one file is enough. */
export function pageOf(signed: SignedReport): string {
  const data = JSON.stringify(signed).replaceAll('<', '\\u003c');
  return renderPage(signed.report, { fingerprint: fingerprintOf(signed.signature.publicKey), publicKey: signed.signature.publicKey, data: `<script type="application/json" id="${dataMark}">${data}</script>` });
}

const isSigned = (value: unknown): value is SignedReport => {
  const given = value as Partial<SignedReport> | null;
  return typeof given === 'object' && given?.report?.format === reportFormat && typeof given.signature?.value === 'string' && typeof given.signature.publicKey === 'string';
};

function parse(text: string): { signed: SignedReport; page: boolean } | null {
  const page = text.trimStart().startsWith('<');
  const inside = page ? text.split(`id="${dataMark}">`)[1]?.split('</script>')[0] : text;
  try {
    const value: unknown = JSON.parse(inside ?? '');
    return isSigned(value) ? { signed: value, page } : null;
  } catch {
    return null;
  }
}

export interface Checked { wrong: string[]; signed: SignedReport | null }
/** Every fault by name; none: the file is as it was signed. `expectedKey`: the public key of the instance, where it is known from elsewhere. */
export function checkReport(text: string, expectedKey: string | null): Checked {
  const found = parse(text);
  if (!found) return { wrong: ['this is no acceptance report, or its data are torn'], signed: null };
  const { signed, page } = found;
  const { report, signature } = signed;
  const wrong: string[] = [];
  if (!signedBy(signature.publicKey, textOf(report), signature.value)) wrong.push('the signature does not fit: the report was changed after it was signed');
  if (expectedKey !== null && expectedKey !== signature.publicKey) wrong.push(`signed with another key than this instance's: ${fingerprintOf(signature.publicKey)} instead of ${fingerprintOf(expectedKey)}`);
  if (page && wrong.length === 0 && pageOf(signed) !== text) wrong.push('the page shows something else than its signed figures');
  return { wrong, signed };
}
