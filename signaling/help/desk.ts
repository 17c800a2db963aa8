// The queue of a desk, with how fast it answers.
import type { HelpDesk } from '#contracts/help-routes.ts';
import type { EntityManager } from '#db/orm.ts';
import { deskTickets, helpFigures, type Desk } from '#db/queries/help.ts';
import { identityOf, openIdentity } from '#db/queries/identities.ts';
import { officesOf } from '#db/queries/institution-access.ts';
import type { Deps } from '../deps.ts';

/** Only of whoever asked to be called (R66): null where no phone is on file. */
const phoneIn = (em: EntityManager, { vault }: Deps) => async (personId: string): Promise<string | null> => {
  const identity = await identityOf(em, personId);
  return identity && openIdentity(vault, identity, ['phone']).phone;
};

async function readDesk(deps: Deps, em: EntityManager, personId: string, desk: Desk): Promise<HelpDesk> {
  const now = deps.now();
  return { tickets: await deskTickets(em, desk, now, phoneIn(em, deps)), figures: await helpFigures(em, desk, now), me: personId, serverAt: now.toISOString() };
}

export async function officeDesk(deps: Deps, personId: string): Promise<HelpDesk> {
  const em = deps.orm.em.fork();
  return readDesk(deps, em, personId, { institutionIds: await officesOf(em, personId) });
}

export const platformDesk = (deps: Deps, personId: string): Promise<HelpDesk> => readDesk(deps, deps.orm.em.fork(), personId, 'platform');
