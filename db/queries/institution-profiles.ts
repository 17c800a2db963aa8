// What an institution states of itself: read by its page, and by whatever depends on its filing.
import { noFacts, type FactChange, type Filing, type InstitutionFacts } from '#domain/institution.ts';
import { InstitutionProfile } from '../entities/institution.ts';
import type { EntityManager } from '../orm.ts';

function factsOf(row: InstitutionProfile): InstitutionFacts {
  const { kinds, creditCode, filingNumber, trainingRegions, responsiblePerson, responsiblePost, phone, address, email, website, hotline, hotlineHours, administrator, administratorPhone, platformProvider } = row;
  return {
    kinds, creditCode, filingNumber, filingFrom: row.filingFrom ?? null, filingUntil: row.filingUntil ?? null, filingRevokedOn: row.filingRevokedOn ?? null, seatRegion: row.seatRegion ?? null, trainingRegions,
    responsiblePerson, responsiblePost, phone, address, email, website, hotline, hotlineHours, administrator, administratorPhone,
    platformRight: row.platformRight ?? null, platformProvider, platformFrom: row.platformFrom ?? null, platformUntil: row.platformUntil ?? null,
  };
}

export interface StatedFacts { facts: InstitutionFacts; revision: number; changedAt: Date | null; changedBy: string | null }

/** Revision 0 and nothing in it where nothing was stated. */
export async function statedFacts(em: EntityManager, institutionId: string): Promise<StatedFacts> {
  const row = await em.findOne(InstitutionProfile, { institutionId }, { disableIdentityMap: true });
  if (!row) return { facts: noFacts, revision: 0, changedAt: null, changedBy: null };
  return { facts: factsOf(row), revision: row.revision, changedAt: row.changedAt, changedBy: row.changedBy };
}

/** What `filingInForce` judges: asked before a class is opened. */
export const filingOf = async (em: EntityManager, institutionId: string): Promise<Filing> => (await statedFacts(em, institutionId)).facts;

interface ChangeRow { id: string; at: string; by: string; changes: FactChange[]; condition: boolean; reported_on: string | null; reported_at: string | null; reported_by: string | null }
export interface ChangeView { changeId: string; at: string; by: string; changes: FactChange[]; condition: boolean; reported: { on: string; at: string; by: string } | null }
const shown = 200;

/** The last 200, newest first. */
export async function institutionChanges(em: EntityManager, institutionId: string): Promise<ChangeView[]> {
  const rows = await em.execute<ChangeRow[]>(
    `select c.id, c.at, p.name as by, c.changes, c.condition, to_char(c.reported_on, 'YYYY-MM-DD') as reported_on, c.reported_at, r.name as reported_by
     from institution_change c join person p on p.id = c.changed_by left join person r on r.id = c.reported_by where c.institution_id = ? order by c.at desc, c.id desc limit ${shown}`, [institutionId]);
  return rows.map((row) => ({
    changeId: row.id, at: new Date(row.at).toISOString(), by: row.by, changes: row.changes, condition: row.condition,
    reported: row.reported_on !== null && row.reported_at !== null ? { on: row.reported_on, at: new Date(row.reported_at).toISOString(), by: row.reported_by ?? '' } : null,
  }));
}
