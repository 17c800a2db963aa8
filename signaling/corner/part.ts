// What somebody is to posts of the public corner.
import type { EntityManager } from '#db/orm.ts';
import type { CornerPart } from '#db/queries/corner.ts';
import { isOperator, officesOf, overseenBy } from '#db/queries/institution-access.ts';

export async function cornerPartOf(em: EntityManager, personId: string): Promise<CornerPart> {
  const offices = new Set(await officesOf(em, personId));
  const overseen = new Set(await overseenBy(em, personId));
  return { personId, offices, overseen, operator: await isOperator(em, personId) };
}
