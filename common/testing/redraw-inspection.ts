// A stranger's draw of an inspection: imports nothing of the product, knows only what decision 085 says, and reads the list that the page gives out.
// node redraw-inspection.ts SEED WORDS SIZE < list.txt
import { createHash, createHmac } from 'node:crypto';

class Numbers {
  private readonly queue: bigint[] = [];
  private turn = 0;
  private readonly key: Buffer;
  private readonly label: string;
  constructor(key: Buffer, label: string) { this.key = key; this.label = label; }
  /** 0 .. below - 1 */
  below(below: number): number {
    const all = 1n << 53n;
    const most = all - (all % BigInt(below));
    for (;;) {
      if (this.queue.length === 0) {
        const count = Buffer.from([this.turn >>> 24, (this.turn >>> 16) & 255, (this.turn >>> 8) & 255, this.turn & 255]);
        this.turn += 1;
        const block = createHmac('sha256', this.key).update(this.label, 'utf8').update('\0').update(count).digest();
        for (const at of [0, 8, 16, 24]) this.queue.push(block.readBigUInt64BE(at) >> 11n);
      }
      const next = this.queue.shift()!;
      if (next < most) return Number(next % BigInt(below));
    }
  }
}

type Line = string[];
const at = (field: number) => (line: Line): string => line[field]!;
function split(lines: Line[], field: (line: Line) => string): Map<string, Line[]> {
  const parts = new Map<string, Line[]>();
  for (const key of [...new Set(lines.map(field))].sort()) parts.set(key, lines.filter((line) => field(line) === key));
  return parts;
}

/** Largest remainder with a ceiling each; `weight` says how much one line counts. */
function divide(total: number, parts: Map<string, Line[]>, weight: (key: string) => number, least = 0): Map<string, number> {
  const given = new Map([...parts.keys()].map((key) => [key, least]));
  let rest = total - least * parts.size;
  let keys = [...parts.keys()].filter((key) => parts.get(key)!.length > least);
  const mass = (key: string): number => parts.get(key)!.length * weight(key);
  while (rest > 0 && keys.length > 0) {
    const sum = keys.map(mass).reduce((a, b) => a + b, 0);
    const crowded = keys.filter((key) => rest * mass(key) > sum * (parts.get(key)!.length - least));
    if (crowded.length > 0) {
      for (const key of crowded) {
        given.set(key, parts.get(key)!.length);
        rest -= parts.get(key)!.length - least;
      }
      keys = keys.filter((key) => !crowded.includes(key));
      continue;
    }
    let spare = rest;
    for (const key of keys) {
      const whole = Math.floor((rest * mass(key)) / sum);
      given.set(key, least + whole);
      spare -= whole;
    }
    const order = [...keys].sort((a, b) => ((rest * mass(b)) % sum) - ((rest * mass(a)) % sum) || (a < b ? -1 : 1));
    for (const key of order.slice(0, spare)) given.set(key, given.get(key)! + 1);
    rest = 0;
  }
  return given;
}

/** Ids of the recordings, in the order of the draw. */
export function redrawInspection(list: string, seedHex: string, words: string, size: number): string[] {
  const key = createHash('sha256').update(Buffer.concat([Buffer.from(seedHex, 'hex'), Buffer.from(words, 'utf8')])).digest();
  const lines = list.split('\n').filter(Boolean).map((line) => line.split(' '));
  const total = Math.min(size, lines.length);
  const institutions = split(lines, at(1));
  const ofInstitutions = divide(total, institutions, () => 1, total >= institutions.size ? 1 : 0);
  const found: string[] = [];
  for (const [institution, own] of institutions) {
    const courses = split(own, at(2));
    const ofCourses = divide(ofInstitutions.get(institution)!, courses, () => 1);
    for (const [course, some] of courses) {
      const risks = split(some, at(6));
      const ofRisks = divide(ofCourses.get(course)!, risks, (risk) => ({ high: 3, middle: 2, low: 1 })[risk]!);
      for (const [risk, few] of risks) {
        const numbers = new Numbers(key, `${institution} ${course} ${risk}`);
        const ids = few.map(at(0)).sort();
        for (let place = 0; place < ofRisks.get(risk)!; place++) {
          const from = place + numbers.below(ids.length - place);
          const taken = ids[from]!;
          ids[from] = ids[place]!;
          ids[place] = taken;
          found.push(taken);
        }
      }
    }
  }
  return found;
}

export const listHash = (list: string): string => createHash('sha256').update(list, 'utf8').digest('hex');

if (import.meta.main) {
  const [seed = '', words = '', size = ''] = process.argv.slice(2);
  let list = '';
  for await (const part of process.stdin) list += String(part);
  console.log([`sha256 ${listHash(list)}`, ...redrawInspection(list, seed, words, Number(size))].join('\n'));
}
