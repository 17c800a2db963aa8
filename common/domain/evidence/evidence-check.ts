// Verifies an evidence file line by line and names the first record that is wrong. Needs SHA-256 and Ed25519 and nothing else: it runs in Node and on a page without a network.
import { canonicalJson } from './canonical.ts';
import {
  directoryLeaf, endStatement, evidenceVersion, fileKinds, fileLeaf, headStatement, keyStatement, lineFields, recordName, streamLeaf,
  type AbsentLine, type DirectoryLine, type EndLine, type EventLine, type EvidenceLine, type FileLine, type HeadLine, type KeyLine, type SignedHead, type StreamLine,
} from './evidence-file.ts';
import { entryIn, fileKey, streamKey, type DirectoryRoot, type Entry } from './directory.ts';
import { namedBy } from './named.ts';
import { hashFrom, hexOf, isConsistent, joined, leafHash, rootOfPath, sameBytes, type Bytes, type Sha256 } from './tree.ts';

export const evidenceFaults = [
  'not_a_line', 'not_canonical', 'fields_wrong', 'out_of_order', 'version_unknown', 'key_wrong', 'key_not_endorsed', 'signature_wrong', 'time_runs_back', 'head_not_consistent',
  'directory_wrong', 'directory_missing', 'place_wrong', 'stream_twice', 'wrong_stream', 'event_changed', 'events_missing', 'stream_not_in_log', 'content_differs', 'stream_cut', 'stream_rewritten', 'file_not_in_log', 'file_replaced', 'named_missing', 'end_missing', 'end_differs', 'after_the_end',
  'held_head_missing', 'held_head_differs', 'held_head_newer', 'held_head_unproven', 'key_not_yours',
] as const;
export type EvidenceFaultCode = (typeof evidenceFaults)[number];
/** `line` from 1; `record`: the record as a person would look for it. */
export interface EvidenceFault { line: number; record: string; code: EvidenceFaultCode }

export interface EvidenceTools {
  sha256: Sha256;
  /** A running SHA-256 over the whole file. */
  running(): { add(bytes: Bytes): void; hex(): string };
  /** Ed25519; false also where key or signature are none. */
  signed(publicKey: string, text: string, signature: string): Promise<boolean> | boolean;
}
/** What whoever verifies holds already: heads from earlier, the fingerprint of the first key. */
export interface Held { heads?: readonly { size: number; root: string }[]; keyId?: string | null }
export interface EvidenceVerdict {
  ok: boolean; fault: EvidenceFault | null; lines: number; events: number; streams: number; files: number; keyId: string | null;
  /** The newest head in the file, and every older one that was asked for was found in it. */
  head: SignedHead | null; about: Readonly<Record<string, string>> | null; madeAt: string | null;
}

const ranks: Readonly<Record<EvidenceLine['kind'], number>> = { evidence: 0, key: 1, head: 2, directory: 3, stream: 4, event: 4, file: 5, absent: 6, end: 7 };
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,6}Z$/;
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const utf8 = new TextEncoder();
class Refused extends Error {
  readonly code: EvidenceFaultCode;
  readonly record: string;
  constructor(code: EvidenceFaultCode, record: string) {
    super(code);
    [this.code, this.record] = [code, record];
  }
}

export class EvidenceCheck {
  readonly #tools: EvidenceTools;
  readonly #running: { add(bytes: Bytes): void; hex(): string };
  readonly #keys = new Map<string, string>();
  readonly #heads = new Map<number, string>();
  readonly #directories = new Map<number, DirectoryRoot>();
  /** Streams by key, certificates by hash, and what is proven not to be there. */
  readonly #present = new Set<string>();
  readonly #named = new Set<string>();
  #lastKey: KeyLine | null = null;
  #head: (HeadLine & { bytes: Bytes }) | null = null;
  /** `known`: what directories say of it, by position. */
  #open: { line: StreamLine; known: ReadonlyMap<number, string>; done: number; hash: Bytes } | null = null;
  #rank = -1;
  #ended = false;
  #shown = 'file';
  readonly #sum = { lines: 0, events: 0, streams: 0, files: 0, firstKey: null as string | null, about: null as Readonly<Record<string, string>> | null, madeAt: null as string | null };
  #fault: EvidenceFault | null = null;

  constructor(tools: EvidenceTools) {
    this.#tools = tools;
    this.#running = tools.running();
  }

  /** One line without its line feed. Answers false from the first wrong one on: nothing after it is looked at. */
  async take(text: string): Promise<boolean> {
    if (this.#fault) return false;
    this.#sum.lines++;
    this.#shown = 'line';
    try {
      await this.#line(text);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#fault = { line: this.#sum.lines, record: error.record, code: error.code };
    }
    return this.#fault === null;
  }

  /** After the last line. */
  done(held: Held = {}): EvidenceVerdict {
    const fault = this.#fault ?? this.#missing() ?? this.#against(held);
    const { lines, events, streams, files, about, madeAt, firstKey } = this.#sum;
    const head = this.#head && { size: this.#head.size, root: this.#head.root, at: this.#head.at, keyId: this.#head.keyId, signature: this.#head.signature };
    return { ok: fault === null, fault, lines, events, streams, files, keyId: firstKey, head, about, madeAt };
  }

  #missing(): EvidenceFault | null {
    return this.#ended ? null : { line: this.#sum.lines + 1, record: 'end', code: 'end_missing' };
  }

  /** Whoever holds a head that the platform once signed need not trust its key: the log must still begin with what that head stood for. */
  #against(held: Held): EvidenceFault | null {
    const fault = (code: EvidenceFaultCode, record: string): EvidenceFault => ({ line: 0, record, code });
    if (held.keyId && held.keyId !== this.#sum.firstKey) return fault('key_not_yours', `key ${this.#sum.firstKey}`);
    for (const { size, root } of held.heads ?? []) {
      const found = this.#heads.get(size);
      if (found === root) {
        // The head alone shows that the log goes on; that no other state was put behind the true one, its directory shows.
        if (this.#directories.has(size)) continue;
        return fault('held_head_unproven', `head ${size}`);
      }
      if (found) return fault('held_head_differs', `head ${size}`);
      return fault(size > (this.#head?.size ?? 0) ? 'held_head_newer' : 'held_head_missing', `head ${size}`);
    }
    return null;
  }

  #parsed(text: string): EvidenceLine {
    let line: EvidenceLine;
    try {
      line = JSON.parse(text) as EvidenceLine;
    } catch {
      throw new Refused('not_a_line', this.#shown);
    }
    const fields = line !== null && typeof line === 'object' && Object.hasOwn(lineFields, line.kind) ? lineFields[line.kind] : null;
    if (!fields) throw new Refused('not_a_line', this.#shown);
    this.#shown = recordName(line, (this.#open?.done ?? 0) + 1);
    if (fields.all.some((name) => !Object.hasOwn(line, name)) || Object.keys(line).some((name) => !fields.all.includes(name) && !fields.maybe.includes(name))) this.#refuse('fields_wrong');
    if (this.#canonical(line) !== text) this.#refuse('not_canonical');
    return line;
  }

  #canonical(value: unknown): string {
    try {
      return canonicalJson(value);
    } catch {
      return this.#refuse('not_canonical');
    }
  }

  #refuse(code: EvidenceFaultCode): never {
    throw new Refused(code, this.#shown);
  }

  async #line(text: string): Promise<void> {
    if (this.#ended) throw new Refused('after_the_end', 'line');
    const line = this.#parsed(text);
    const rank = ranks[line.kind];
    if (this.#open && line.kind !== 'event') this.#refuse('events_missing');
    if (rank < this.#rank || (this.#sum.lines === 1) !== (line.kind === 'evidence') || (rank > 2 && !this.#head) || (rank > 3 && this.#directories.size === 0) || (rank === 2 && !this.#lastKey)) this.#refuse('out_of_order');
    this.#rank = rank;
    if (line.kind === 'end') return this.#end(line);
    this.#running.add(utf8.encode(`${text}\n`));
    switch (line.kind) {
      case 'evidence': {
        if (line.version !== evidenceVersion) this.#refuse('version_unknown');
        if (!instant.test(line.madeAt) || line.about === null || typeof line.about !== 'object' || Object.values(line.about).some((value) => typeof value !== 'string')) this.#refuse('fields_wrong');
        [this.#sum.about, this.#sum.madeAt] = [line.about, line.madeAt];
        return;
      }
      case 'key': return this.#key(line);
      case 'head': return this.#headLine(line);
      case 'directory': return this.#directory(line);
      case 'stream': return this.#stream(line);
      case 'event': return this.#event(line);
      case 'file': return this.#file(line);
      case 'absent': return this.#absent(line);
    }
  }

  async #key(line: KeyLine): Promise<void> {
    const before = this.#lastKey;
    const known = typeof line.publicKey === 'string' && typeof line.since === 'string' && line.keyId === hexOf(this.#tools.sha256(utf8.encode(line.publicKey)));
    if (!known || this.#keys.has(line.keyId) || !instant.test(line.since)) this.#refuse('key_wrong');
    if (before === null) {
      if (line.endorsedBy !== null || line.endorsement !== null) this.#refuse('key_wrong');
      this.#sum.firstKey = line.keyId;
    } else {
      const endorsed = line.endorsedBy === before.keyId && typeof line.endorsement === 'string' && await this.#tools.signed(before.publicKey, canonicalJson(keyStatement(line)), line.endorsement);
      if (!endorsed) this.#refuse('key_not_endorsed');
      if (line.since < before.since) this.#refuse('time_runs_back');
    }
    this.#keys.set(line.keyId, line.publicKey);
    this.#lastKey = line;
  }

  async #signature(line: { keyId: string; signature: string }, statement: object): Promise<void> {
    const publicKey = this.#keys.get(line.keyId);
    if (!publicKey || typeof line.signature !== 'string' || !(await this.#tools.signed(publicKey, canonicalJson(statement), line.signature))) this.#refuse('signature_wrong');
  }

  async #headLine(line: HeadLine): Promise<void> {
    const bytes = hashFrom(line.root);
    const proof = this.#hashes(line.proof);
    if (!bytes || !isCount(line.size) || line.size === 0 || typeof line.at !== 'string' || !instant.test(line.at)) return this.#refuse('fields_wrong');
    await this.#signature(line, headStatement(line));
    const before = this.#head;
    if (before && (line.at < before.at || line.size <= before.size)) this.#refuse('time_runs_back');
    const consistent = before ? isConsistent(this.#tools.sha256, { size: before.size, root: before.bytes }, { size: line.size, root: bytes }, proof) : proof.length === 0;
    if (!consistent) this.#refuse('head_not_consistent');
    this.#heads.set(line.size, line.root);
    this.#head = { ...line, bytes };
  }

  #hashes(texts: unknown): Bytes[] {
    if (!Array.isArray(texts)) return this.#refuse('fields_wrong');
    return texts.map((text) => hashFrom(text) ?? this.#refuse('fields_wrong'));
  }

  #inLog(leaf: object, index: number, path: unknown, head: { size: number; root: Bytes } = { size: this.#head!.size, root: this.#head!.bytes }): boolean {
    const root = rootOfPath(this.#tools.sha256, leafHash(this.#tools.sha256, utf8.encode(canonicalJson(leaf))), index, head.size, this.#hashes(path));
    return root !== null && sameBytes(root, head.root);
  }

  #directory(line: DirectoryLine): void {
    const [root, head] = [hashFrom(line.root), hashFrom(this.#heads.get(line.size) ?? null)];
    if (!root || !isCount(line.count) || !isCount(line.size)) return this.#refuse('fields_wrong');
    if (!head || line.size <= Math.max(0, ...this.#directories.keys()) || !this.#inLog(directoryLeaf(line.count, line.root), line.size - 1, line.path, { size: line.size, root: head })) return this.#refuse('directory_wrong');
    this.#directories.set(line.size, { count: line.count, root });
  }

  /** What each directory says of `key`. */
  #places(key: string, places: unknown): (Entry | 'absent')[] {
    if (!this.#directories.has(this.#head!.size)) this.#refuse('directory_missing');
    if (!Array.isArray(places) || places.length !== this.#directories.size) return this.#refuse('fields_wrong');
    return [...this.#directories.values()].map((directory, index) => entryIn(this.#tools.sha256, key, places[index], directory) ?? this.#refuse('place_wrong'));
  }

  /** The newest directory has to say something. */
  #entries(key: string, places: unknown): Entry[] {
    const found = this.#places(key, places);
    if (found.at(-1) === 'absent') this.#refuse('place_wrong');
    return found.filter((entry) => entry !== 'absent');
  }

  #absent({ key, places }: AbsentLine): void {
    if (typeof key !== 'string' || !key.startsWith('stream ')) this.#refuse('fields_wrong');
    if (this.#places(key, places).some((found) => found !== 'absent')) this.#refuse('place_wrong');
    this.#present.add(key);
  }

  #stream(line: StreamLine): void {
    this.#hashes(line.path);
    if (typeof line.stream !== 'string' || !isCount(line.count) || line.count === 0 || !isCount(line.leaf)) this.#refuse('fields_wrong');
    const key = streamKey(line.stream);
    if (this.#present.has(key)) this.#refuse('stream_twice');
    this.#present.add(key);
    const entries = this.#entries(key, line.places);
    if (entries.at(-1)!.position !== line.count) this.#refuse('stream_cut');
    const known = new Map<number, string>();
    for (const { position, hash } of entries) {
      if (position === null || position < 1 || position > line.count || (known.get(position) ?? hash) !== hash) this.#refuse('stream_rewritten');
      known.set(position!, hash);
    }
    this.#sum.streams++;
    this.#open = { line, known, done: 0, hash: new Uint8Array(32) };
  }

  #event({ kind: _, hash, ...event }: EventLine): void {
    const open = this.#open;
    if (!open) return this.#refuse('out_of_order');
    if (event.stream !== open.line.stream) this.#refuse('wrong_stream');
    open.hash = this.#tools.sha256(joined(open.hash, utf8.encode(canonicalJson(event))));
    if (hexOf(open.hash) !== hash) this.#refuse('event_changed');
    open.done++;
    this.#sum.events++;
    const named = namedBy(event);
    if (named !== null) this.#named.add(named);
    if ((open.known.get(open.done) ?? hash) !== hash) this.#refuse('stream_rewritten');
    if (open.done < open.line.count) return;
    this.#open = null;
    if (this.#inLog(streamLeaf(open.line.stream, open.line.count, hash), open.line.leaf, open.line.path)) return;
    throw new Refused('stream_not_in_log', recordName(open.line, 0));
  }

  #file(line: FileLine): void {
    if (!fileKinds.includes(line.what) || typeof line.subject !== 'string' || !hashFrom(line.sha256) || !isCount(line.leaf)) this.#refuse('fields_wrong');
    if (Object.hasOwn(line, 'content') && hexOf(this.#tools.sha256(utf8.encode(canonicalJson(line.content)))) !== line.sha256) this.#refuse('content_differs');
    if (!this.#inLog(fileLeaf(line.what, line.subject, line.sha256), line.leaf, line.path)) this.#refuse('file_not_in_log');
    if (this.#entries(fileKey(line.what, line.subject), line.places).some(({ position, hash }) => position !== null || hash !== line.sha256)) this.#refuse('file_replaced');
    if (line.what === 'certificate') this.#present.add(fileKey(line.what, line.sha256));
    this.#sum.files++;
  }

  async #end(line: EndLine): Promise<void> {
    for (const named of this.#named) if (!this.#present.has(named)) throw new Refused('named_missing', named);
    if (line.lines !== this.#sum.lines || line.sha256 !== this.#running.hex()) this.#refuse('end_differs');
    await this.#signature(line, endStatement(line));
    this.#ended = true;
  }
}

/** All lines of a file. */
export async function checkEvidence(lines: AsyncIterable<string> | Iterable<string>, tools: EvidenceTools, held: Held = {}): Promise<EvidenceVerdict> {
  const check = new EvidenceCheck(tools);
  for await (const line of lines) if (!(await check.take(line))) break;
  return check.done(held);
}
