// Who oversees which region, granted and ended by whoever runs the platform. Being a regulator of the institutions there follows in the database (migration 0049, R31, R68).
import { ConfigError } from '#runtime/config.ts';
import { isRegionCode } from '#domain/region.ts';
import { newId } from '#domain/id.ts';
import { appendEvents, type EntityManager } from '../orm.ts';

interface Derived { id: string; person_id: string; institution_id: string }
const tellStandings = (em: EntityManager, type: 'membership:added' | 'membership:ended', oversightId: string | null, rows: readonly Derived[], at: Date): Promise<void> =>
  appendEvents(em, rows.map((row) => ({
    actor: { personId: null, institutionId: row.institution_id }, stream: `institution:${row.institution_id}` as const, type, at,
    payload: { membershipId: row.id, personId: row.person_id, role: 'regulator', oversightId },
  })));

const followingSql = 'select id, person_id, institution_id from membership where oversight_id = ? order by institution_id';
const oversee = (em: EntityManager, institutionIds: readonly string[]): Promise<unknown> =>
  em.execute('select keshi_oversee(k.id) from unnest(?::uuid[]) as k(id)', [`{${institutionIds.join(',')}}`]);

/** How many institutions it reaches now; null where it was granted before. Throws ConfigError for a code that is none. */
export async function grantOversight(em: EntityManager, personId: string, regionCode: string, grantedBy: string, at: Date): Promise<number | null> {
  if (!isRegionCode(regionCode)) throw new ConfigError([`${regionCode} is no region: six digits of GB/T 2260, such as 130000, 130300, 130302.`]);
  const id = newId(at.getTime());
  const [made] = await em.execute<{ stem: string }[]>(
    `insert into region_oversight (id, person_id, region_code, role, granted_by, granted_at) values (?, ?, ?, 'regulator', ?, ?)
     on conflict (person_id, region_code) where ended_at is null do nothing returning stem`, [id, personId, regionCode, grantedBy, at]);
  if (!made) return null;
  const there = await em.execute<{ id: string }[]>('select institution_id as id from institution_profile where starts_with(seat_region, ?) order by 1', [made.stem]);
  await oversee(em, there.map((one) => one.id));
  await appendEvents(em, [{ actor: { personId: null, institutionId: null }, stream: `person:${personId}`, type: 'oversight:granted', at, payload: { oversightId: id, personId, regionCode, role: 'regulator' } }]);
  const rows = await em.execute<Derived[]>(followingSql, [id]);
  await tellStandings(em, 'membership:added', id, rows, at);
  return there.length;
}

/** Access ends at once, but where another grant covers an institution. False where there is none to end. */
export async function endOversight(em: EntityManager, personId: string, regionCode: string, at: Date): Promise<boolean> {
  const [ended] = await em.execute<{ id: string }[]>('update region_oversight set ended_at = greatest(?::timestamptz, granted_at) where person_id = ? and region_code = ? and ended_at is null returning id', [at, personId, regionCode]);
  if (!ended) return false;
  const gone = await em.execute<Derived[]>('delete from membership where oversight_id = ? returning id, person_id, institution_id', [ended.id]);
  await oversee(em, gone.map((row) => row.institution_id));
  await appendEvents(em, [{ actor: { personId: null, institutionId: null }, stream: `person:${personId}`, type: 'oversight:ended', at, payload: { oversightId: ended.id, personId, regionCode } }]);
  await tellStandings(em, 'membership:ended', ended.id, gone, at);
  return true;
}

/** The platform confirms that an institution is filed elsewhere: those of its former region oversee it no more. Answers how many. */
export async function confirmMove(em: EntityManager, institutionId: string, at: Date): Promise<number> {
  const gone = await em.execute<Derived[]>(
    `delete from membership m using region_oversight o where m.oversight_id = o.id and m.institution_id = ?
       and not exists (select from institution_profile p where p.institution_id = m.institution_id and starts_with(p.seat_region, o.stem)) returning m.id, m.person_id, m.institution_id`, [institutionId]);
  await oversee(em, [institutionId]);
  await tellStandings(em, 'membership:ended', null, gone, at);
  return gone.length;
}

export interface Oversight { regionCode: string; since: string }
/** Regions this person oversees, the widest first. */
export async function regionsOverseenBy(em: EntityManager, personId: string): Promise<Oversight[]> {
  const rows = await em.execute<{ region_code: string; granted_at: string }[]>('select region_code, granted_at from region_oversight where person_id = ? and ended_at is null order by length(stem), region_code', [personId]);
  return rows.map((row) => ({ regionCode: row.region_code, since: new Date(row.granted_at).toISOString() }));
}

export interface Overseer { regionCode: string; name: string; institutions: number }
/** All of them, by region and name. */
export const allOversight = (em: EntityManager): Promise<Overseer[]> => em.execute(
  `select o.region_code as "regionCode", p.name, (select count(*)::int from membership m where m.oversight_id = o.id) as institutions
   from region_oversight o join person p on p.id = o.person_id where o.ended_at is null order by o.region_code, p.name, o.id`);
