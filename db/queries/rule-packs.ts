// Which rule pack binds: what a session was held under, and before that what its cohort or institution chose.
import { packByName, packFor } from '#domain/rules/packs.ts';
import type { AuthorityStatus } from '#domain/identity/authority.ts';
import type { RulePack } from '#domain/rules/rule-pack.ts';
import type { EntityManager } from '../orm.ts';

/** What decides, of lesson `l`, cohort `c` and institution `i` of a statement. */
export const packColumns = `(select s.rule_pack from lesson_session s where s.lesson_id = l.id order by s.started_at limit 1) as held, c.rule_pack as cohort, i.rule_pack as institution`;
export interface PackRow { held: string | null; cohort: string | null; institution: string | null }
/** The first session fixes it; of a lesson that was not held, what would bind it now. Throws not_found for a pack nobody knows. */
export const packOfRow = ({ held, cohort, institution }: PackRow): RulePack => (held ? packByName(held) : packFor({ cohort, institution }));

/** Of a lesson; the default's where there is none such. Throws not_found for a pack nobody knows. */
export async function packOfLesson(em: EntityManager, lessonId: string): Promise<RulePack> {
  const [row] = await em.execute<PackRow[]>(
    `select ${packColumns} from lesson l join cohort c on c.id = l.cohort_id join institution i on i.id = l.institution_id where l.id = ?`, [lessonId]);
  return packOfRow(row ?? { held: null, cohort: null, institution: null });
}

/** SQL: what is known of the identity of the person in column `person`; null where none is registered (`identityLack`). */
export const authoritySql = (person: string): string => `(select known.authority_status from identity known where known.person_id = ${person})`;

/** The same pack, and in the same statement what is known of this person's identity. Throws not_found for a pack nobody knows. */
export async function packAndIdentity(em: EntityManager, lessonId: string, personId: string): Promise<{ pack: RulePack; authority: AuthorityStatus | null }> {
  const [row] = await em.execute<(PackRow & { authority: AuthorityStatus | null })[]>(
    `select ${packColumns}, ${authoritySql('?::uuid')} as authority from lesson l join cohort c on c.id = l.cohort_id join institution i on i.id = l.institution_id where l.id = ?`,
    [personId, lessonId]);
  const { authority = null, ...chosen } = row ?? { held: null, cohort: null, institution: null };
  return { pack: packOfRow(chosen), authority };
}
