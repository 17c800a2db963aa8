// Random changes of an evidence file: one byte, or one record deleted, put in, edited, moved or dated anew.
import { canonicalJson } from '#domain/evidence/canonical.ts';
import type { EvidenceLine } from '#domain/evidence/evidence-file.ts';

export const mutationKinds = ['byte', 'delete', 'insert', 'edit', 'reorder', 'redate'] as const;
export type MutationKind = (typeof mutationKinds)[number];
type Random = () => number;
const below = (random: Random, limit: number): number => Math.floor(random() * limit);

/** Lines as bytes without line feeds. */
const linesOf = (file: Buffer): string[] => file.toString('utf8').split('\n').slice(0, -1);
const joined = (lines: readonly string[]): Buffer => Buffer.from(lines.map((line) => `${line}\n`).join(''));

/** Some value of the record, at any depth, changed into another of its kind. */
function edited(value: unknown, random: Random): unknown {
  if (typeof value === 'number') return value + 1 + below(random, 9);
  if (typeof value === 'boolean') return !value;
  if (value === null) return 'x';
  if (typeof value === 'string') {
    const at = below(random, value.length + 1);
    return `${value.slice(0, at)}${(below(random, 16)).toString(16)}${value.slice(at)}`;
  }
  const keys = Object.keys(value as object);
  if (keys.length === 0) return Array.isArray(value) ? [1] : { x: 1 };
  const key = keys[below(random, keys.length)]!;
  const copy = (Array.isArray(value) ? [...value as unknown[]] : { ...value }) as Record<string, unknown>;
  copy[key] = edited(copy[key], random);
  return copy;
}
const laterBy = (at: string, ms: number): string => new Date(Date.parse(at) + ms).toISOString().replace('Z', `${at.slice(23, -1)}Z`);

const mutations: Record<MutationKind, (file: Buffer, random: Random) => Buffer> = {
  byte: (file, random) => {
    const copy = Buffer.from(file);
    const at = below(random, copy.length);
    copy[at] = copy[at]! ^ (1 + below(random, 255));
    return copy;
  },
  delete: (file, random) => {
    const lines = linesOf(file);
    lines.splice(below(random, lines.length), 1);
    return joined(lines);
  },
  insert: (file, random) => {
    const lines = linesOf(file);
    const copy = lines[below(random, lines.length)]!;
    lines.splice(below(random, lines.length + 1), 0, random() < 0.5 ? copy : canonicalJson(edited(JSON.parse(copy), random)));
    return joined(lines);
  },
  edit: (file, random) => {
    const lines = linesOf(file);
    const at = below(random, lines.length);
    lines[at] = canonicalJson(edited(JSON.parse(lines[at]!), random));
    return joined(lines);
  },
  reorder: (file, random) => {
    const lines = linesOf(file);
    const [from, to] = [below(random, lines.length), below(random, lines.length)];
    [lines[from], lines[to]] = [lines[to]!, lines[from]!];
    return joined(lines);
  },
  redate: (file, random) => {
    const lines = linesOf(file);
    const dated = lines.flatMap((line, index) => (/"at":"/.test(line) ? [index] : []));
    const at = dated[below(random, dated.length)]!;
    const line = JSON.parse(lines[at]!) as EvidenceLine & { at: string };
    lines[at] = canonicalJson({ ...line, at: laterBy(line.at, (1 + below(random, 3600)) * (random() < 0.5 ? -1000 : 1000)) });
    return joined(lines);
  },
};

/** Never the file as it was. */
export function mutated(file: Buffer, kind: MutationKind, random: Random): Buffer {
  for (;;) {
    const made = mutations[kind](file, random);
    if (!made.equals(file)) return made;
  }
}
