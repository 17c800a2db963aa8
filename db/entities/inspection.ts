// Recordings drawn for an inspection, findings, what was said about them, and looks at pictures. Rows are only added; the inspection itself is read and moved in db/queries/inspections.ts.
import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { EvidenceKind, ReplyKind, Severity } from '#domain/inspection/finding.ts';
import type { Risk } from '#domain/inspection/inspection.ts';

export const InspectionUnit = defineEntity({
  name: 'InspectionUnit',
  properties: {
    id: p.uuid().primary(), inspectionId: p.uuid(), institutionId: p.uuid(), ordinal: p.integer(), replayId: p.uuid(), lessonId: p.uuid(), unitId: p.uuid(), risk: p.text().$type<Risk>(),
    /** Of the file as it was when it was drawn. */
    sha256: p.text(),
  },
});
export const InspectionFinding = defineEntity({
  name: 'InspectionFinding',
  properties: {
    id: p.uuid().primary(), inspectionId: p.uuid(), institutionId: p.uuid(), inspectionUnitId: p.uuid(), atMs: p.integer(), severity: p.text().$type<Severity>(), evidence: p.json().$type<EvidenceKind[]>(), words: p.text(),
    madeBy: p.uuid(), madeAt: p.datetime(),
  },
});
export const InspectionAnswer = defineEntity({
  name: 'InspectionAnswer',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), findingId: p.uuid(), ordinal: p.integer(), kind: p.text().$type<ReplyKind>(), words: p.text(),
    /** A new deadline, of what was returned. */
    dueAt: p.datetime().nullable(), madeBy: p.uuid(), madeAt: p.datetime(),
  },
});
/** The purpose somebody gave before a check's picture was shown to them. */
export const InspectionLook = defineEntity({
  name: 'InspectionLook',
  properties: { id: p.uuid().primary(), institutionId: p.uuid(), inspectionId: p.uuid(), inspectionUnitId: p.uuid(), checkId: p.uuid(), personId: p.uuid(), purpose: p.text(), at: p.datetime() },
});
export type InspectionUnit = InferEntity<typeof InspectionUnit>;
export type InspectionFinding = InferEntity<typeof InspectionFinding>;
