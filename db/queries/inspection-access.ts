// Whom somebody may inspect, and what they are to an inspection: asked here and nowhere else.
import { seenByOffice, type InspectionState } from '#domain/inspection/inspection.ts';
import type { EntityManager } from '../orm.ts';
import { officesOf, overseenBy } from './institution-access.ts';

/** Institutions this person may inspect: those for whose authority they speak. Whoever oversees a region is let in here. */
export const inspectedBy = (em: EntityManager, personId: string): Promise<string[]> => overseenBy(em, personId);

export interface InspectionReader { personId: string; inspected: ReadonlySet<string>; offices: ReadonlySet<string> }
export async function inspectionReader(em: EntityManager, personId: string): Promise<InspectionReader> {
  return { personId, inspected: new Set(await inspectedBy(em, personId)), offices: new Set(await officesOf(em, personId)) };
}

/** What of an inspection somebody sees: an inspector all of it, an office its own institutions once it may know. */
export interface InspectionPart { part: 'inspector' | 'office'; institutionIds: string[] }
export function partOf({ inspected, offices }: InspectionReader, of: { institutionIds: readonly string[]; announced: boolean; state: InspectionState; drawn: boolean }): InspectionPart | null {
  if (of.institutionIds.every((id) => inspected.has(id))) return { part: 'inspector', institutionIds: [...of.institutionIds] };
  const own = of.institutionIds.filter((id) => offices.has(id));
  return own.length > 0 && seenByOffice(of) ? { part: 'office', institutionIds: own } : null;
}
