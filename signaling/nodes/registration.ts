// Media nodes make themselves known: POST /internal/media-nodes with the shared secret. The database's clock says when.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { mediaNodesPath, NodeRegistration, nodeStaleMs, type NodeRegistered } from '#contracts/media-node.ts';
import { DomainError } from '#domain/errors.ts';
import { platform, unitOfWork, type Orm } from '#db/orm.ts';
import { registerNode } from '#db/queries/media-nodes.ts';
import { checker } from '#runtime/answer.ts';
import type { Logger } from '#runtime/log.ts';

/** Three registrations may be lost before a node counts as silent. */
const againMs = nodeStaleMs / 3;
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const checkRegistration = checker(NodeRegistration);

function requireSecret(authorization: string | undefined, secret: string | undefined): void {
  const given = authorization?.match(/^Bearer (.+)$/)?.[1];
  if (secret && given !== undefined && timingSafeEqual(digest(given), digest(secret))) return;
  throw new DomainError('unauthenticated', 'the secret of the media nodes is missing or wrong');
}

/** Where signaling will call, and other nodes: an address a socket can be opened to. */
function requireControlUrl(controlUrl: string): void {
  const url = URL.parse(controlUrl);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.search || url.hash) {
    throw new DomainError('bad_request', '/controlUrl must be an address such as http://10.0.0.5:4400');
  }
}

export function registrationRoute(app: FastifyInstance, { orm, log, secret }: { orm: Orm; log: Logger; secret: string | undefined }): void {
  app.post(mediaNodesPath, { onRequest: async (request) => requireSecret(request.headers.authorization, secret) }, async (request): Promise<NodeRegistered> => {
    const registration = checkRegistration(request.body);
    requireControlUrl(registration.controlUrl);
    const { nodeId, bootId, controlUrl } = registration;
    const registered = await unitOfWork(orm, platform, (em) => registerNode(em, registration));
    if (!registered) {
      log.error({ nodeId, bootId, controlUrl }, 'two media nodes have one name: give each its own NODE_ID');
      throw new DomainError('forbidden', `another node is called ${nodeId}`);
    }
    return { draining: registered.draining, againMs };
  });
}
