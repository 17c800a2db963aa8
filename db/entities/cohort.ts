// Imports of rosters into cohorts; applications to open a cohort and what was decided of them.
import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { OpeningMove, OpeningState } from '#domain/cohort.ts';
import type { FoundRosterProblem, Mended, RosterColumn, RosterRefusal } from '#domain/roster-sheet.ts';
import type { RosterImportStatus } from '#domain/roster-import.ts';

/** A problem with the letter of its column in that file. */
export type PlacedProblem = FoundRosterProblem & { letter: string };

export const RosterImport = defineEntity({
  name: 'RosterImport',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), cohortId: p.uuid(), createdBy: p.uuid(), createdAt: p.datetime(), fileSha256: p.text(), fileBytes: p.integer(),
    /** Null once it was taken, or after a day. */
    sealedFile: p.blob().nullable().lazy(), status: p.text().$type<RosterImportStatus>(), beatAt: p.datetime(), settledAt: p.datetime().nullable(),
    refusal: p.text().$type<RosterRefusal>().nullable(), refusalColumns: p.json().$type<RosterColumn[]>(), problems: p.json().$type<PlacedProblem[]>(), mended: p.json().$type<Mended>(),
    rows: p.integer(), badRows: p.integer(), doneRows: p.integer(), added: p.integer(), known: p.integer(), returned: p.integer(),
  },
});

export const CohortOpening = defineEntity({
  name: 'CohortOpening',
  properties: {
    cohortId: p.uuid().primary(), institutionId: p.uuid(),
    /** Rises with each save. */
    revision: p.integer(), changedBy: p.uuid(), changedAt: p.datetime(),
    region: p.text().nullable(), plannedFrom: p.date().nullable(), plannedUntil: p.date().nullable(), learnerLimit: p.integer().nullable(), instructorIds: p.json().$type<string[]>(),
    place: p.text(), planText: p.text(), resources: p.text(),
    /** The version that was handed in when this was; null before. */
    dossierId: p.uuid().nullable(),
  },
});
/** Only added to. */
export const CohortMove = defineEntity({
  name: 'CohortMove',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), cohortId: p.uuid(),
    /** From 1, in the order they were made. */
    ordinal: p.integer(), move: p.text().$type<OpeningMove>(), fromState: p.text().$type<OpeningState>(), toState: p.text().$type<OpeningState>(),
    movedBy: p.uuid(), movedAt: p.datetime(), reason: p.text(), revision: p.integer(), rulePack: p.text(),
  },
});
export type CohortOpening = InferEntity<typeof CohortOpening>;
