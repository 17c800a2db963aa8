// REST routes of the ledger: for the office and regulators all of their institutions, for teachers the cohorts they teach, for a learner the own.
import Type from 'typebox';
import { ExportBody, LearnerLedger, LedgerCounts, LedgerCountsQuery, LedgerExport, LedgerPage, LedgerQuery, LedgerScopes, OwnLedger } from './ledger.ts';
import { Closed, OneOf, Uuid } from './shapes.ts';

const readers = ['admin', 'institution', 'teacher', 'regulator'] as const;
const OneExport = Closed({ exportId: Uuid });

export const ledgerRoutes = {
  'GET /api/ledger/scopes': { by: readers, reply: LedgerScopes },
  /** Errors: not_found (an institution, cohort or course whose ledger one does not see). */
  'GET /api/ledger': { by: readers, query: LedgerQuery, reply: LedgerPage },
  'GET /api/ledger/counts': { by: readers, query: LedgerCountsQuery, reply: LedgerCounts },
  /** One's own cohorts. */
  'GET /api/me/ledger': { by: 'account', reply: OwnLedger },
  /** One learner lesson by lesson; a learner only the own. Errors: not_found. */
  'GET /api/cohorts/:cohortId/ledger/:personId': { by: 'account', params: Closed({ cohortId: Uuid, personId: Uuid }), reply: LearnerLedger },
  /** The same to print, with places to sign, as PDF; Chinese without a locale. Errors: not_found. */
  'GET /api/cohorts/:cohortId/ledger/:personId/file': { by: 'account', params: Closed({ cohortId: Uuid, personId: Uuid }), query: Closed({ locale: Type.Optional(OneOf(['zh', 'en'] as const)) }), reply: 'file' },
  /** The same rows as a file, made by the worker and kept for a day for whoever asked. Errors: not_found, too_many_attempts (three of one's own are not finished), ledger_print_long (more learners than one printed file has). */
  'POST /api/ledger/exports': { by: readers, body: ExportBody, reply: LedgerExport },
  /** One's own of the last day, newest first. */
  'GET /api/ledger/exports': { by: readers, reply: Closed({ exports: Type.Array(LedgerExport) }) },
  'GET /api/ledger/exports/:exportId': { by: readers, params: OneExport, reply: LedgerExport },
  /** Errors: not_found (not one's own, not finished, or its time is over). */
  'GET /api/ledger/exports/:exportId/file': { by: readers, params: OneExport, reply: 'file' },
} as const;
