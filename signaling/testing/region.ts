// Where an institution of a test is filed and may train.
import { noFacts } from '#domain/institution.ts';
import type { HttpWorld } from './http-world.ts';
import type { School } from './school.ts';

/** The first thing its office states; `region` as `130300`. */
export async function filedIn(world: Pick<HttpWorld, 'call'>, { institutionId, scheduler }: Pick<School, 'institutionId' | 'scheduler'>, region: string): Promise<void> {
  const response = await world.call(`PUT /api/institutions/${institutionId}/profile`, scheduler, { payload: { revision: 0, facts: { ...noFacts, phone: '12345', seatRegion: region, trainingRegions: [region] } } });
  if (response.statusCode !== 200) throw new Error(response.body);
}
