// The self-test: every control that can be tried is tried, and what came of it is kept as a row. By a button on the operator's page, and by `npm run selftest`.
import { controlIds, controls, failed, failedCount, isTried, type ControlResult, type TriedId } from '#domain/self-test/controls.ts';
import { newId } from '#domain/id.ts';
import { acrossInstitutions } from '../tenancy.ts';
import type { EntityManager } from '../orm.ts';
import type { SelfTestContext } from './context.ts';
import { peopleChecks, type Check } from './people-checks.ts';
import { placeChecks } from './place-checks.ts';
import { recordChecks } from './record-checks.ts';

const checks: Record<TriedId, Check> = { ...peopleChecks, ...recordChecks, ...placeChecks };

export interface SelfTestRun { runId: string; at: string; by: string | null; tookMs: number; failed: number; results: ControlResult[] }

/** A check that breaks has failed, and does not keep the others from being tried. */
async function tryOne(context: SelfTestContext, id: TriedId): Promise<ControlResult> {
  const found = await checks[id](context).catch((error: unknown) => failed((error as { code?: string }).code ?? (error instanceof Error ? error.name : 'error')));
  return { id, ...found };
}

/** One after the other: nobody waits for it, and people are in class. */
export async function runSelfTest(context: SelfTestContext, personId: string | null): Promise<SelfTestRun> {
  return acrossInstitutions(async () => {
    const began = performance.now();
    const at = context.now();
    const results: ControlResult[] = [];
    for (const id of controlIds) results.push(isTried(id) ? await tryOne(context, id) : { id, state: controls[id].evidence === 'missing' ? 'missing' : 'yours', detail: '' });
    const run: SelfTestRun = { runId: newId(), at: at.toISOString(), by: null, tookMs: Math.round(performance.now() - began), failed: failedCount(results), results };
    await context.orm.em.fork().execute('insert into self_test_run (id, at, by_person, took_ms, failed, results) values (?, ?, ?, ?, ?, ?::jsonb)', [run.runId, at, personId, run.tookMs, run.failed, JSON.stringify(results)]);
    return run;
  });
}

/** Null before the first. Controls this version does not know are left out. */
export async function lastSelfTest(em: EntityManager): Promise<SelfTestRun | null> {
  const [row] = await em.execute<SelfTestRun[]>(
    `select r.id as "runId", to_char(r.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, p.name as by, r.took_ms as "tookMs", r.failed, r.results from self_test_run r left join person p on p.id = r.by_person order by r.at desc, r.id desc limit 1`);
  return row ? { ...row, results: row.results.filter(({ id }) => id in controls) } : null;
}
