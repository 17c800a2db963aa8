// Imports of rosters into cohorts.
import { defineEntity, p } from '@mikro-orm/postgresql';
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
