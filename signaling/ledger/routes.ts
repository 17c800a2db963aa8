// REST of the ledger.
import type { LedgerNarrowing, LearnerLedger } from '#contracts/ledger.ts';
import type { ledgerRoutes } from '#contracts/ledger-routes.ts';
import { learnerLedger } from '#db/queries/learner-ledger.ts';
import { ledgerScopes, requireScope, seesLearner } from '#db/queries/ledger-scope.ts';
import { ledgerCounts, ledgerOfPerson, ledgerRows } from '#db/queries/ledger.ts';
import { printedNewest } from '#db/queries/tree-heads.ts';
import { DomainError } from '#domain/errors.ts';
import { ledgerLimits, type LedgerSort } from '#domain/ledger.ts';
import { drawnPdf } from '#runtime/pdf/draw-pdf.ts';
import { hoursHead, hoursPieces } from '#runtime/pdf/hours-list.ts';
import { listWords, type Locale } from '#runtime/pdf/ledger-words.ts';
import type { Deps } from '../deps.ts';
import type { FileAnswer } from '../http/file-answer.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { askExport, exportFile, oneExport, ownExports } from './exports.ts';

const usualPage = 100;
interface PageAsk extends LedgerNarrowing { sort?: LedgerSort; order?: 'up' | 'down'; offset?: string; limit?: string }

async function page({ orm, now }: Deps, personId: string, { sort, order, offset: from, limit, ...narrowing }: PageAsk) {
  const em = orm.em.fork();
  const scope = await requireScope(em, personId, narrowing);
  const offset = Number(from ?? 0);
  const rows = await ledgerRows(em, { scope, narrowing, sort, down: order === 'down' }, { offset, limit: Math.min(Number(limit ?? usualPage), ledgerLimits.page) });
  return { rows, offset, generatedAt: now().toISOString() };
}

async function counts({ orm, now }: Deps, personId: string, narrowing: LedgerNarrowing) {
  const em = orm.em.fork();
  return ledgerCounts(em, { scope: await requireScope(em, personId, narrowing), narrowing }, now());
}

/** Throws not_found, also for a learner who asks for another. */
async function oneLearner({ orm, now }: Deps, askerId: string, who: { cohortId: string; personId: string }): Promise<LearnerLedger> {
  const em = orm.em.fork();
  if (!await seesLearner(em, askerId, who)) throw new DomainError('not_found', 'no such learner');
  return learnerLedger(em, who, now());
}

/** Whoever sees the page may print it. Throws not_found. */
async function oneList(deps: Deps, askerId: string, who: { cohortId: string; personId: string }, locale: Locale): Promise<FileAnswer> {
  const ledger = await oneLearner(deps, askerId, who);
  const bytes = await drawnPdf('table', hoursHead(locale, { footer: `${ledger.institutionName} · ${ledger.learner.name}`, made: deps.now() }), hoursPieces(ledger, locale, await printedNewest(deps.orm.em.fork())));
  return { type: 'application/pdf', sizeBytes: bytes.length, fileName: `${listWords.title[locale]}-${ledger.learner.name}.pdf`, open: () => bytes };
}

export function ledgerHandlers(deps: Deps): Pick<RouteHandlers, keyof typeof ledgerRoutes> {
  return {
    'GET /api/ledger/scopes': ({ person }) => ledgerScopes(deps.orm.em.fork(), person.personId),
    'GET /api/ledger': ({ person, query }) => page(deps, person.personId, query),
    'GET /api/ledger/counts': ({ person, query }) => counts(deps, person.personId, query),
    'GET /api/me/ledger': async ({ person }) => ({ rows: await ledgerOfPerson(deps.orm.em.fork(), person.personId, null) }),
    'GET /api/cohorts/:cohortId/ledger/:personId': ({ person, params }) => oneLearner(deps, person.personId, params),
    'GET /api/cohorts/:cohortId/ledger/:personId/file': ({ person, params, query }) => oneList(deps, person.personId, params, query.locale ?? 'zh'),
    'POST /api/ledger/exports': ({ person, body }) => askExport(deps, person.personId, body),
    'GET /api/ledger/exports': async ({ person }) => ({ exports: await ownExports(deps, person.personId) }),
    'GET /api/ledger/exports/:exportId': ({ person, params }) => oneExport(deps, person.personId, params.exportId),
    'GET /api/ledger/exports/:exportId/file': ({ person, params }) => exportFile(deps, person.personId, params.exportId),
  };
}
