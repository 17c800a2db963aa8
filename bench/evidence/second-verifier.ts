// A second verifier of evidence files, written from docs/evidence.md alone and in another style: one pass of plain functions over an array of lines, recursive trees,
// nothing imported from the product. It agrees with the first on every case, or one of them is wrong.
import { createHash, createPublicKey, verify } from 'node:crypto';
type Obj = { [key: string]: Json };
type Json = null | boolean | number | string | Json[] | Obj;
const H = (...parts: Buffer[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();
const [ZERO, ONE] = [Buffer.from([0]), Buffer.from([1])];

// RFC 8785: members sorted by UTF-16 code units, which is how < compares strings here.
function C(x: Json): string {
  if (x === null || typeof x !== 'object') {
    if (typeof x === 'number' && !Number.isFinite(x)) throw new Error('number');
    if (typeof x === 'string' && /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(x)) throw new Error('surrogate');
    return JSON.stringify(x);
  }
  return Array.isArray(x) ? '[' + x.map(C).join() + ']' : '{' + Object.keys(x).sort().map((n) => C(n) + ':' + C(x[n] as Json)).join() + '}';
}
const bytes = (x: Json): Buffer => Buffer.from(C(x), 'utf8');
const is = {
  hash: (x: unknown): x is string => typeof x === 'string' && /^[0-9a-f]{64}$/.test(x),
  whole: (x: unknown): x is number => typeof x === 'number' && Number.isInteger(x) && x >= 0 && x <= Number.MAX_SAFE_INTEGER,
  instant: (x: unknown): x is string => typeof x === 'string' && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3,6}Z$/.test(x),
  text: (x: unknown): x is string => typeof x === 'string',
};
function need(condition: boolean): asserts condition { if (!condition) throw new Error('does not hold'); }
const FIELDS: Record<string, string> = {
  evidence: 'about kind madeAt version', key: 'endorsedBy endorsement keyId kind publicKey since', head: 'at keyId kind proof root signature size', directory: 'count kind path root size', stream: 'count kind leaf path places stream',
  event: 'actorId at hash id institutionId kind payload stream type', file: 'kind leaf path places sha256 subject what', absent: 'key kind places', end: 'keyId kind lines sha256 signature',
};
const WHAT = 'capture unit picture certificate dossier sheet film'.split(' ');

function signed(publicKey: string, statement: Obj, signature: unknown): boolean {
  if (typeof signature !== 'string') return false;
  const [der, sig] = [Buffer.from(publicKey, 'base64'), Buffer.from(signature, 'base64')];
  if (der.toString('base64') !== publicKey || sig.toString('base64') !== signature) return false;
  try {
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    return key.asymmetricKeyType === 'ed25519' && verify(null, bytes(statement), key, sig);
  } catch { return false; }
}

// Largest power of two smaller than n.
const k = (n: number): number => (n <= 2 ? 1 : 2 * k(Math.ceil(n / 2)));

// RFC 6962, 2.1.1, by its recursion: the path is read from its end, where the top is.
function rootFromPath(leaf: Buffer, m: number, n: number, path: Buffer[]): Buffer {
  need((path.length === 0) === (n === 1));
  if (n === 1) return leaf;
  const [top, below, split] = [path.at(-1)!, path.slice(0, -1), k(n)];
  return m < split ? H(ONE, rootFromPath(leaf, m, split, below), top) : H(ONE, top, rootFromPath(leaf, m - split, n - split, below));
}

// RFC 6962, 2.1.2, by its recursion: what the proof makes of the old root and of the new one.
function rootsFromProof(m: number, n: number, proof: Buffer[], whole: boolean, oldRoot: Buffer): [Buffer, Buffer] {
  if (m === n) {
    need(proof.length === (whole ? 0 : 1));
    return whole ? [oldRoot, oldRoot] : [proof[0]!, proof[0]!];
  }
  need(proof.length > 0);
  const [top, below, split] = [proof.at(-1)!, proof.slice(0, -1), k(n)];
  const [a, b] = m <= split ? rootsFromProof(m, split, below, whole, oldRoot) : rootsFromProof(m - split, n - split, below, false, oldRoot);
  return m <= split ? [a, H(ONE, b, top)] : [H(ONE, top, a), H(ONE, top, b)];
}
const hashes = (x: unknown): Buffer[] => {
  need(Array.isArray(x) && x.every(is.hash));
  return (x as string[]).map((h) => Buffer.from(h, 'hex'));
};
type Dir = { size: number; count: number; root: string };
const shaped = (x: unknown, names: string): x is Obj => x !== null && typeof x === 'object' && !Array.isArray(x) && Object.keys(x).sort().join(' ') === names;
function proven(x: unknown, dir: Dir): { key: string; position: number | null; hash: string; index: number } {
  need(shaped(x, 'entry index path') && shaped(x['entry'], 'hash key position') && is.whole(x['index']) && x['index'] < dir.count);
  const { key, position, hash } = x['entry'] as Obj;
  need(is.text(key) && is.hash(hash) && (position === null || is.whole(position)));
  need(rootFromPath(H(ZERO, bytes(x['entry']!)), x['index'], dir.count, hashes(x['path'])).toString('hex') === dir.root);
  return { key, position, hash, index: x['index'] };
}

/** What directories say of a key, null where it is not in one. */
function places(x: unknown, key: string, dirs: Dir[]): ({ position: number | null; hash: string } | null)[] {
  need(Array.isArray(x) && x.length === dirs.length);
  return dirs.map((dir, i) => {
    const place = (x as Json[])[i];
    if (shaped(place, 'entry index path')) {
      const found = proven(place, dir);
      need(found.key === key);
      return found;
    }
    need(shaped(place, 'after before'));
    const before = place['before'] === null ? null : proven(place['before'], dir);
    const after = place['after'] === null ? null : proven(place['after'], dir);
    need((before === null || before.key < key) && (after === null || key < after.key));
    need((after ? after.index : dir.count) === (before ? before.index + 1 : 0));
    return null;
  });
}

// Everything known so far; each kind of line has a function that believes it or throws.
function start(file: Buffer) {
  return { file, at: 1, begin: 0, stage: 0, keys: new Map<string, string>(), heads: new Map<number, string>(), here: new Set<string>(), dirs: [] as Dir[], named: [] as string[], lastKey: null as Obj | null, lastHead: null as Obj | null,
    open: null as { name: string; states: ReturnType<typeof places>; left: number; h: Buffer; leaf: number; path: Buffer[]; count: number } | null };
}
type State = ReturnType<typeof start>;
const inLog = (s: State, leaf: Obj, index: number, path: Buffer[], size = s.lastHead!['size'] as number): boolean =>
  index < size && rootFromPath(H(ZERO, bytes(leaf)), index, size, path).toString('hex') === s.heads.get(size);
const believe: Record<string, (x: Obj, s: State) => void> = {
  evidence({ about, version, madeAt }) {
    need(version === 1 && is.instant(madeAt) && about !== null && typeof about === 'object' && Object.values(about as Obj).every(is.text));
  },
  key(x, s) {
    const { publicKey, since, keyId, endorsedBy, endorsement } = x;
    need(is.text(publicKey) && is.instant(since) && keyId === H(Buffer.from(publicKey)).toString('hex') && !s.keys.has(keyId));
    if (s.lastKey === null) need(endorsedBy === null && endorsement === null);
    else need(endorsedBy === s.lastKey['keyId'] && since >= s.lastKey['since']! && signed(s.lastKey['publicKey'] as string, { statement: 'key', keyId, publicKey, since }, endorsement));
    s.keys.set(keyId, publicKey);
    s.lastKey = x;
  },
  head(x, s) {
    const { size, root, at, keyId } = x;
    const proof = hashes(x['proof']);
    need(is.whole(size) && size > 0 && is.hash(root) && is.instant(at) && is.text(keyId) && s.keys.has(keyId));
    need(signed(s.keys.get(keyId)!, { statement: 'head', size, root, at, keyId }, x['signature']));
    if (s.lastHead === null) need(proof.length === 0);
    else {
      need(size > (s.lastHead['size'] as number) && at >= (s.lastHead['at'] as string));
      const [was, now] = rootsFromProof(s.lastHead['size'] as number, size, proof, true, Buffer.from(s.lastHead['root'] as string, 'hex'));
      need(was.toString('hex') === s.lastHead['root'] && now.toString('hex') === root);
    }
    s.heads.set(size, root);
    s.lastHead = x;
  },
  directory({ kind, size, count, root, path }, s) {
    need(is.whole(size) && is.whole(count) && is.hash(root) && s.heads.has(size) && size > (s.dirs.at(-1)?.size ?? 0) && inLog(s, { kind: kind!, count, root }, size - 1, hashes(path), size));
    s.dirs.push({ size, count, root });
  },
  stream(x, s) {
    const { stream, count, leaf } = x;
    need(s.dirs.at(-1)!.size === s.lastHead!['size'] && is.text(stream) && !s.here.has(`stream ${stream}`) && is.whole(count) && count > 0 && is.whole(leaf));
    s.here.add(`stream ${stream}`);
    const states = places(x['places'], `stream ${stream}`, s.dirs);
    need(states.at(-1)?.position === count && states.every((one) => one === null || (one.position !== null && one.position >= 1 && one.position <= count)));
    s.open = { name: stream, states, left: count, count, h: Buffer.alloc(32), leaf, path: hashes(x['path']) };
  },
  event({ hash, actorId, at, id, institutionId, payload, stream, type }, s) {
    const open = s.open!;
    need(stream === open.name);
    open.h = H(open.h, bytes({ actorId, at, id, institutionId, payload, stream, type } as Obj));
    need(open.h.toString('hex') === hash);
    const { lessonId, sha256 } = Object(payload) as Obj;
    if (open.name.startsWith('cohort:') && type === 'cohort:lessonAdded' && is.text(lessonId)) s.named.push(`stream lesson:${lessonId}`);
    if (open.name.startsWith('cohort:') && /^certificate:(re)?issued$/.test(type as string) && is.text(sha256)) s.named.push(`certificate ${sha256}`);
    const done = open.count - (open.left -= 1);
    need(open.states.every((one) => one === null || one.position !== done || one.hash === hash));
    if (open.left > 0) return;
    need(inLog(s, { kind: 'stream', stream: open.name, position: open.count, head: hash! }, open.leaf, open.path));
    s.open = null;
  },
  file(x, s) {
    const { what, subject, sha256, leaf, path } = x;
    need(WHAT.includes(what as string) && is.text(subject) && is.hash(sha256) && is.whole(leaf) && s.dirs.at(-1)!.size === s.lastHead!['size']);
    const states = places(x['places'], `${what as string} ${subject}`, s.dirs);
    need(states.at(-1) !== null && states.every((one) => one === null || (one.position === null && one.hash === sha256)));
    s.here.add(`${what as string} ${sha256}`);
    if (Object.hasOwn(x, 'content')) need(H(bytes(x['content']!)).toString('hex') === sha256);
    need(inLog(s, { kind: 'file', what: what!, subject, sha256 }, leaf, hashes(path)));
  },
  absent({ key, places: x }, s) {
    need(s.dirs.at(-1)!.size === s.lastHead!['size'] && is.text(key) && key.startsWith('stream ') && places(x, key, s.dirs).every((one) => one === null));
    s.here.add(key);
  },
  end({ lines, sha256, keyId, signature }, s) {
    need(s.named.every((one) => s.here.has(one)) && lines === s.at && sha256 === H(s.file.subarray(0, s.begin)).toString('hex') && is.text(keyId) && s.keys.has(keyId));
    need(signed(s.keys.get(keyId)!, { statement: 'end', lines, sha256, keyId }, signature));
  },
};
const ORDER = ['evidence', 'key', 'head', 'directory', 'stream', 'file', 'absent', 'end'];
/** Number of the first wrong line from 1, 0 where a held head is not met, null where all is right. */
export function secondOpinion(file: Buffer, held: { size: number; root: string }[] = []): number | null {
  const s = start(file);
  try {
    for (; s.begin < file.length; s.at++) {
      const end = file.indexOf(10, s.begin);
      need(end >= 0 && s.stage < 7);
      const raw = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(file.subarray(s.begin, end));
      const x = JSON.parse(raw) as Obj;
      need(x !== null && typeof x === 'object' && !Array.isArray(x) && typeof x['kind'] === 'string' && Object.hasOwn(FIELDS, x['kind']));
      const kind = x['kind'];
      need(Object.keys(x).filter((n) => !(kind === 'file' && n === 'content')).sort().join(' ') === FIELDS[kind] && C(x) === raw && (kind === 'event') === (s.open !== null));
      const order = ORDER.indexOf(kind === 'event' ? 'stream' : kind);
      need(order >= s.stage && (s.at === 1) === (order === 0) && (order <= 1 || s.lastKey !== null) && (order <= 2 || s.lastHead !== null) && (order <= 3 || s.dirs.length > 0));
      s.stage = order;
      believe[kind]!(x, s);
      s.begin = end + 1;
    }
    need(s.stage === 7);
    s.at = 0;
    need(held.every(({ size, root }) => s.heads.get(size) === root && s.dirs.some((dir) => dir.size === size)));
    return null;
  } catch { return s.at; }
}
