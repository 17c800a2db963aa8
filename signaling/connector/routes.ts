// REST of supervision connectors, for whoever runs the platform. What is done here is put down as rows; the worker sends and compares.
import { basename } from 'node:path';
import type { Connector } from '#contracts/connector-routes.ts';
import type { connectorRoutes as table } from '#contracts/connector-routes.ts';
import { addConnector, askReconciliation, mendReconciliation, pauseConnector, replayFrom, sendDeadAgain, type Doing } from '#db/queries/connector-deeds.ts';
import { connectorById, deadFacts, listConnectors, reconciliationsOf } from '#db/queries/connectors.ts';
import { isWebhook, kindsOf } from '#domain/connector/mapping.ts';
import { DomainError } from '#domain/errors.ts';
import { loadMappings } from '#runtime/connector-mappings.ts';
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';

export function connectorRoutes(deps: Deps): Pick<RouteHandlers, keyof typeof table> {
  const { orm, vault, config, now } = deps;
  const mappings = () => loadMappings(config.CONNECTOR_MAPPINGS_DIR);
  const by = (personId: string): Doing => ({ orm, now: now(), personId });
  /** Throws not_found. */
  const shown = async (id: string): Promise<Connector> => {
    const connector = await connectorById(orm.em.fork(), id, new Set((await mappings()).byName.keys()));
    if (!connector) throw new DomainError('not_found', 'no such connector');
    return connector;
  };
  const done = async (id: string, deed: Promise<unknown>): Promise<Connector> => {
    await deed;
    return shown(id);
  };
  return {
    'GET /api/connectors': async () => {
      const { byName, wrong } = await mappings();
      return {
        connectors: await listConnectors(orm.em.fork(), new Set(byName.keys())),
        mappings: [...byName.values()].filter((mapping) => !isWebhook(mapping)).map((mapping) => ({ name: mapping.name, about: mapping.about, kinds: kindsOf(mapping) })),
        wrongMappings: wrong.map(({ file, faults }) => ({ file: basename(file), faults: faults.map(({ code, at }) => ({ code, at: code === 'unreadable' ? '' : at })) })),
        institutions: await orm.em.fork().execute<{ institutionId: string; name: string }[]>('select id as "institutionId", name from institution order by name, id'),
      };
    },
    'POST /api/connectors': async ({ person, body }) => addConnector({ ...by(person.personId), vault, mappings: await mappings(), allowInward: config.CONNECTOR_PRIVATE_ADDRESSES }, body),
    'PUT /api/connectors/:connectorId/pausing': ({ person, params: { connectorId }, body }) => done(connectorId, pauseConnector(by(person.personId), connectorId, body.paused)),
    'GET /api/connectors/:connectorId/dead': async ({ params: { connectorId } }) => ({ facts: await shown(connectorId).then(() => deadFacts(orm.em.fork(), connectorId)) }),
    'POST /api/connectors/:connectorId/sending': ({ person, params: { connectorId }, body }) => done(connectorId, sendDeadAgain(by(person.personId), connectorId, body.factIds)),
    'POST /api/connectors/:connectorId/replays': async ({ person, params: { connectorId }, body }) => done(connectorId, replayFrom(by(person.personId), connectorId, body.from)),
    'GET /api/connectors/:connectorId/reconciliations': async ({ params: { connectorId } }) => ({ reconciliations: await shown(connectorId).then(() => reconciliationsOf(orm.em.fork(), connectorId)) }),
    'POST /api/connectors/:connectorId/reconciliations': ({ person, params: { connectorId }, body }) => done(connectorId, askReconciliation(by(person.personId), connectorId, body.day)),
    'POST /api/connectors/:connectorId/reconciliations/:reconciliationId/mending': ({ person, params: { connectorId, reconciliationId } }) =>
      done(connectorId, mendReconciliation(by(person.personId), connectorId, reconciliationId)),
  };
}
