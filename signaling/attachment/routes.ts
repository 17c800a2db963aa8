// REST of attachments: the list of a subject, adding, reading, withdrawing.
import type { attachmentRoutes as table } from '#contracts/attachment-routes.ts';
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { addAttachment, listAttachments, readAttachment, withdrawAttachment } from './service.ts';

export function attachmentRoutes(deps: Deps): Pick<RouteHandlers, keyof typeof table> {
  return {
    'GET /api/institutions/:institutionId/attachments': ({ person, params, query }) => listAttachments(deps, person.personId, params.institutionId, query),
    'POST /api/institutions/:institutionId/attachments': ({ person, params, query, body }) => addAttachment(deps, person.personId, params.institutionId, query, body),
    'GET /api/institutions/:institutionId/attachments/:attachmentId': ({ person, params }) => readAttachment(deps, person.personId, params.institutionId, params.attachmentId),
    'POST /api/institutions/:institutionId/attachments/:attachmentId/withdrawal': ({ person, params, body }) => withdrawAttachment(deps, person.personId, params.institutionId, params.attachmentId, body.reason),
  };
}
