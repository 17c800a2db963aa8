// Counts of regions as a tree: province, city, county, each with the sum of what lies in it (R156).
import { isRegionCode, regionAbove } from './region.ts';

export const regionFigures = ['institutions', 'classes', 'present', 'expected'] as const;
export type RegionFigures = Record<(typeof regionFigures)[number], number>;
/** `region` null: of institutions that stated no seat. */
export interface RegionCount extends RegionFigures { region: string | null }
/** `code` null: the one node of what has no region; it stands last. */
export interface RegionNode extends RegionFigures { code: string | null; below: RegionNode[] }

const none = (code: string | null): RegionNode => ({ code, institutions: 0, classes: 0, present: 0, expected: 0, below: [] });
function add(node: RegionNode, count: RegionFigures): void {
  for (const figure of regionFigures) node[figure] += count[figure];
}
const inOrder = (one: RegionNode, other: RegionNode): number => other.classes - one.classes || (one.code ?? '~').localeCompare(other.code ?? '~');

/** Where most happens stands first; what is no code counts as no region. */
export function regionTree(counts: readonly RegionCount[]): RegionNode[] {
  const nodes = new Map<string | null, RegionNode>();
  const tops: RegionNode[] = [];
  const nodeOf = (code: string | null): RegionNode => {
    const known = nodes.get(code);
    if (known) return known;
    const made = none(code);
    nodes.set(code, made);
    const above = code === null ? null : regionAbove(code);
    (above === null ? tops : nodeOf(above).below).push(made);
    return made;
  };
  for (const count of counts) {
    let code = count.region !== null && isRegionCode(count.region) ? count.region : null;
    add(nodeOf(code), count);
    while (code !== null && (code = regionAbove(code)) !== null) add(nodeOf(code), count);
  }
  for (const { below } of nodes.values()) below.sort(inOrder);
  const known = tops.filter(({ code }) => code !== null).sort(inOrder);
  return [...known, ...tops.filter(({ code }) => code === null)];
}
