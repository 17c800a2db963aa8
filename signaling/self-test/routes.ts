// REST of the self-test and of the security log.
import type { BackupShown, SecurityLog, SecurityQuery, SelfTestPage, selfTestRoutes as table } from '#contracts/self-test-routes.ts';
import { backupState, type BackupState } from '#db/queries/backups.ts';
import { readSecurityLog, securityPage } from '#db/queries/security-log.ts';
import { lastSelfTest, runSelfTest } from '#db/self-test/run.ts';
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';

const figure = (value: unknown): number | null => (typeof value === 'number' ? value : null);
function shownBackup({ ever, baseMs, walMs, drillMs, lastDrill, failing }: BackupState): BackupShown {
  const drill = lastDrill && { at: lastDrill.at, ok: lastDrill.ok, code: lastDrill.code, lostFacts: figure(lastDrill.detail['lostFacts']), lostSeconds: figure(lastDrill.detail['lostSeconds']), tookMs: figure(lastDrill.detail['tookMs']) };
  return { ever, baseMs, walMs, drillMs, drill, failing };
}

async function page({ orm }: Deps): Promise<SelfTestPage> {
  const em = orm.em.fork();
  const last = await lastSelfTest(em);
  return { last: last && { at: last.at, by: last.by, tookMs: last.tookMs, failed: last.failed, results: last.results }, backup: shownBackup(await backupState(em)) };
}

async function securityLog({ orm }: Deps, { kind, outcome, personId, from, before }: SecurityQuery): Promise<SecurityLog> {
  const rows = await readSecurityLog(orm.em.fork(), { kind: kind ?? null, outcome: outcome ?? null, personId: personId ?? null, from: from ? new Date(from) : null, before: before ?? null });
  return {
    rows: rows.map(({ detail, ...row }) => ({ ...row, detail: Object.entries(detail).map(([name, value]) => `${name}=${String(value)}`).join(' ') })),
    next: rows.length === securityPage ? rows.at(-1)!.id : null,
  };
}

/** Several may press the button: one test serves all that ask while it runs. */
export function selfTestHandlers(deps: Deps): Pick<RouteHandlers, keyof typeof table> {
  let running: Promise<unknown> | null = null;
  return {
    'GET /api/self-test': () => page(deps),
    'POST /api/self-tests': async ({ person }) => {
      await (running ??= runSelfTest(deps, person.personId).finally(() => { running = null; }));
      return page(deps);
    },
    'GET /api/security-log': ({ query }) => securityLog(deps, query),
  };
}
