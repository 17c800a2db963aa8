// What processes say of themselves for whoever runs the platform.
import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { SignalingReport, WorkerReport } from '#contracts/operator.ts';

/** One run of a process. `heardAt` is the database's clock. */
export const ProcessReport = defineEntity({
  name: 'ProcessReport',
  properties: {
    id: p.text().primary(), role: p.text().$type<'signaling' | 'worker'>(), host: p.text(), pid: p.integer(),
    report: p.json().$type<SignalingReport | WorkerReport>(), startedAt: p.datetime(), heardAt: p.datetime(),
  },
});
export type ProcessReport = InferEntity<typeof ProcessReport>;
