// What regulators looked at, for the office of the institution.
import type { Looks } from '#contracts/institution-routes.ts';
import { requireOffice } from '#db/queries/institution-access.ts';
import { looksAt } from '#db/queries/looks.ts';
import { lookArea } from '#domain/look.ts';
import type { Deps } from '../deps.ts';

const perPage = 50;

/** Throws not_found. */
export async function listLooks({ orm }: Deps, personId: string, institutionId: string, before: string | null): Promise<Looks> {
  const em = orm.em.fork();
  await requireOffice(em, personId, institutionId);
  const rows = await looksAt(em, institutionId, { before, most: perPage + 1 });
  const looks = rows.slice(0, perPage).map(({ inspectionId, ...row }) => ({ ...row, area: lookArea(row.route), inspection: inspectionId !== null }));
  return { looks, before: rows.length > perPage ? looks.at(-1)!.lookId : null };
}
