// Clients of an institution, and who looks for them.
import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { ClientSwitch } from '#domain/client-switches.ts';

export const Client = defineEntity({
  name: 'Client',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), name: p.text(), creditCode: p.text(), region: p.text().nullable(), contact: p.text(), phone: p.text(),
    /** Functions its learners do not have. */
    switchedOff: p.json().$type<ClientSwitch[]>(), createdAt: p.datetime(), createdBy: p.uuid(),
  },
});
export const ClientMember = defineEntity({
  name: 'ClientMember', properties: { clientId: p.uuid().primary(), personId: p.uuid().primary(), institutionId: p.uuid(), createdAt: p.datetime(), createdBy: p.uuid() },
});
export type Client = InferEntity<typeof Client>;
