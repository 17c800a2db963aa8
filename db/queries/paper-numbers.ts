// Document numbers of a roster as they are, for a paper that has to have them: that they were opened, by whom and for what, is written in the same transaction, and each learner sees it (R144, R158).
import { newId } from '#domain/id.ts';
import { Identity } from '../entities/identity.ts';
import { appendEvent, type Actor, type EntityManager } from '../orm.ts';
import type { Vault } from '../vault.ts';
import { noteView, openIdentity } from './identities.ts';
import type { RosterPerson } from './paper-facts.ts';

export interface Opening { actor: Actor & { personId: string }; institutionId: string; /** Which paper, of which cohort. */ reason: string; at: Date }

/** Whoever is not registered stays without a number. Whether the asker may is asked before. */
export async function openRosterNumbers(em: EntityManager, vault: Vault, { actor, institutionId, reason, at }: Opening, roster: readonly RosterPerson[]): Promise<RosterPerson[]> {
  const rows = new Map((await em.find(Identity, { personId: { $in: roster.map(({ personId }) => personId) } }, { disableIdentityMap: true })).map((row) => [row.personId, row]));
  const opened: RosterPerson[] = [];
  for (const one of roster) {
    const { personId } = one;
    const identity = rows.get(personId);
    if (!identity) {
      opened.push(one);
      continue;
    }
    const viewId = newId(at.getTime());
    await noteView(em, { id: viewId, personId, viewerId: actor.personId, institutionId, fields: ['number'], reason, at });
    await appendEvent(em, actor, `person:${personId}`, 'identity:revealed', at, { viewId, personId, fields: ['number'], reason: await vault.digest(em, personId, reason) });
    opened.push({ ...one, learner: { ...one.learner, number: openIdentity(vault, identity, ['number']).number } });
  }
  return opened;
}
