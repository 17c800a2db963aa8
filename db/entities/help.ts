// Reports of trouble, what was written under them, and the log of incidents.
import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { Diagnostics } from '#contracts/help-routes.ts';
import type { HelpCategory, HelpSeverity, HelpState } from '#domain/help.ts';

/** `institutionId` null: for the platform's desk; `personId` null: sent without login. */
export const HelpTicket = defineEntity({
  name: 'HelpTicket',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid().nullable(), personId: p.uuid().nullable(), lessonId: p.uuid().nullable(), category: p.text().$type<HelpCategory>(), severity: p.text().$type<HelpSeverity>(),
    state: p.text().$type<HelpState>(), words: p.text(), diagnostics: p.json().$type<Diagnostics>(), callBack: p.boolean(), askedAt: p.datetime(), dueAt: p.datetime(), firstAnsweredAt: p.datetime().nullable(),
    assignedTo: p.uuid().nullable(), handedUpAt: p.datetime().nullable(), incidentId: p.uuid().nullable(),
  },
});
/** Only added to. */
export const HelpPost = defineEntity({
  name: 'HelpPost',
  properties: { id: p.uuid().primary(), institutionId: p.uuid().nullable(), ticketId: p.uuid(), personId: p.uuid(), byDesk: p.boolean(), words: p.text(), at: p.datetime() },
});
/** `found`: code of what the platform found itself. Each change is an event with the hash of what it says. */
export const Incident = defineEntity({
  name: 'Incident',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid().nullable(), found: p.text().nullable(), fromAt: p.datetime(), untilAt: p.datetime().nullable(), what: p.text(), whom: p.text(), cause: p.text(), measures: p.text(),
    reportedAt: p.datetime().nullable(), lessonIds: p.json().$type<string[]>(), revision: p.integer(), changedAt: p.datetime(), changedBy: p.uuid(),
  },
});
export type HelpTicket = InferEntity<typeof HelpTicket>;
export type Incident = InferEntity<typeof Incident>;
