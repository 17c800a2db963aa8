// What an evidence file is made of: one canonical JSON a line. docs/evidence.md says the same to whoever writes a verifier of their own.

import type { Place } from './directory.ts';

export const evidenceVersion = 1;
export interface AboutLine { kind: 'evidence'; version: number; madeAt: string; about: Readonly<Record<string, string>> }
/** A key the platform signed with; each but the first is endorsed by the one before. DER (SPKI) in base64. */
export interface KeyLine { kind: 'key'; keyId: string; publicKey: string; since: string; endorsedBy: string | null; endorsement: string | null }
export interface SignedHead { size: number; root: string; at: string; keyId: string; signature: string }
/** With the proof that it goes on from the head before it in the file. */
export interface HeadLine extends SignedHead { kind: 'head'; proof: readonly string[] }
/** The directory of the log as of the head of that size: its leaf is the last one under the head. */
export interface DirectoryLine { kind: 'directory'; size: number; count: number; root: string; path: readonly string[] }
/** `count` events follow; their last hash is a leaf of the log. `places`: in each directory of the file, in their order. */
export interface StreamLine { kind: 'stream'; stream: string; count: number; leaf: number; path: readonly string[]; places: readonly Place[] }
export interface EvidenceEvent { id: string; stream: string; type: string; at: string; payload: unknown; institutionId: string | null; actorId: string | null }
export interface EventLine extends EvidenceEvent { kind: 'event'; hash: string }
/** A hash that is a leaf: of a recording, a picture, a certificate. `content`: where the file carries what was hashed, as canonical JSON. */
export interface FileLine { kind: 'file'; what: FileKind; subject: string; sha256: string; leaf: number; path: readonly string[]; places: readonly Place[]; content?: unknown }
/** What an event of the file names and no directory has: planned, and nothing of it recorded under the newest head. */
export interface AbsentLine { kind: 'absent'; key: string; places: readonly Place[] }
export interface EndLine { kind: 'end'; lines: number; sha256: string; keyId: string; signature: string }
export type EvidenceLine = AboutLine | KeyLine | HeadLine | DirectoryLine | StreamLine | EventLine | FileLine | AbsentLine | EndLine;

export const fileKinds = ['capture', 'unit', 'picture', 'certificate', 'dossier', 'sheet', 'film'] as const;
export type FileKind = (typeof fileKinds)[number];

/** Which fields each line has: exactly these. */
export const lineFields: Readonly<Record<EvidenceLine['kind'], { all: readonly string[]; maybe: readonly string[] }>> = {
  evidence: { all: ['kind', 'version', 'madeAt', 'about'], maybe: [] },
  key: { all: ['kind', 'keyId', 'publicKey', 'since', 'endorsedBy', 'endorsement'], maybe: [] },
  head: { all: ['kind', 'size', 'root', 'at', 'keyId', 'signature', 'proof'], maybe: [] },
  directory: { all: ['kind', 'size', 'count', 'root', 'path'], maybe: [] },
  stream: { all: ['kind', 'stream', 'count', 'leaf', 'path', 'places'], maybe: [] },
  event: { all: ['kind', 'id', 'stream', 'type', 'at', 'payload', 'institutionId', 'actorId', 'hash'], maybe: [] },
  file: { all: ['kind', 'what', 'subject', 'sha256', 'leaf', 'path', 'places'], maybe: ['content'] },
  absent: { all: ['kind', 'key', 'places'], maybe: [] },
  end: { all: ['kind', 'lines', 'sha256', 'keyId', 'signature'], maybe: [] },
};

/** Which of its kind a line is, for a person. */
export function recordName(line: EvidenceLine, position: number): string {
  switch (line.kind) {
    case 'event': return `event ${position} ${line.id} (${line.type})`;
    case 'stream': return `stream ${line.stream}`;
    case 'file': return `${line.what} ${line.subject}`;
    case 'absent': return line.key;
    case 'head': case 'directory': return `${line.kind} ${line.size}`;
    case 'key': return `key ${line.keyId}`;
    default: return line.kind;
  }
}

/** What a leaf of the log is: canonical JSON of this. */
export const streamLeaf = (stream: string, position: number, head: string) => ({ kind: 'stream', stream, position, head });
export const directoryLeaf = (count: number, root: string) => ({ kind: 'directory', count, root });
export const fileLeaf = (what: string, subject: string, sha256: string) => ({ kind: 'file', what, subject, sha256 });

/** What a key signs: canonical JSON of this. */
export const headStatement = ({ size, root, at, keyId }: Omit<SignedHead, 'signature'>) => ({ statement: 'head', size, root, at, keyId });
export const keyStatement = ({ keyId, publicKey, since }: Pick<KeyLine, 'keyId' | 'publicKey' | 'since'>) => ({ statement: 'key', keyId, publicKey, since });
export const endStatement = ({ lines, sha256, keyId }: Pick<EndLine, 'lines' | 'sha256' | 'keyId'>) => ({ statement: 'end', lines, sha256, keyId });

/** Without its place in a file: as it is pushed and kept. */
export const bareHead = ({ size, root, at, keyId, signature }: SignedHead): SignedHead => ({ size, root, at, keyId, signature });

/** As heads are printed and read over the phone: size, day and the whole root. */
export const printedHead = ({ size, root, at }: Pick<SignedHead, 'size' | 'root' | 'at'>): string => `${size} · ${at.slice(0, 10)} · ${root}`;

/** A head as somebody holds it: what was pushed to them (JSON), or what is printed on a paper. Null where the text is neither. */
export function heldHead(text: string): { size: number; root: string } | null {
  const printed = /^\s*(\d{1,15})\s*[·:.,\s]\s*(?:\d{4}-\d\d-\d\d\s*[·:.,\s]\s*)?([0-9a-fA-F\s]{64,})\s*$/.exec(text);
  if (printed) {
    const root = printed[2]!.replace(/\s/g, '').toLowerCase();
    return root.length === 64 ? { size: Number(printed[1]), root } : null;
  }
  try {
    const { size, root } = JSON.parse(text) as { size?: unknown; root?: unknown };
    return Number.isSafeInteger(size) && typeof root === 'string' && /^[0-9a-f]{64}$/.test(root) ? { size: size as number, root } : null;
  } catch {
    return null;
  }
}
