// The append-only log of facts that count for hours or money, and the chain over it.
import { defineEntity, p } from '@mikro-orm/postgresql';

export const Event = defineEntity({
  name: 'Event',
  properties: {
    id: p.uuid().primary(), stream: p.text(), type: p.text(), at: p.datetime(), payload: p.json().$type<Record<string, unknown>>(),
    institutionId: p.uuid().nullable(), actorId: p.uuid().nullable(),
  },
});
