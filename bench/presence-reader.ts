// A process of its own that reckons a whole lesson from its rows, as the report does: facts of some hundred learners at a time, read on one connection.
import { readFileSync } from 'node:fs';
import { openDatabase } from '#db/orm.ts';
import { factsInBatches } from '#db/queries/presence-facts.ts';
import { taughtOf } from '#db/queries/taught.ts';
import { heldUnits } from '#domain/attendance.ts';
import { ledgerOf } from '#domain/presence/ledger.ts';
import type { RowsCounts, RowsTask } from './presence-rows.ts';

const peakBytes = (): number => Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? Number.NaN) * 1024;

async function reckon({ url, lessonId }: RowsTask): Promise<RowsCounts> {
  const orm = await openDatabase(url);
  const em = orm.em.fork();
  const now = new Date();
  const cpu = process.cpuUsage();
  const beganMs = performance.now();
  const taught = (await taughtOf(em, [lessonId])).get(lessonId);
  if (!taught) throw new Error('the made lesson is not there');
  const { units } = heldUnits(taught.units, taught.interruptions, now);
  const people = await em.execute<{ person_id: string }[]>('select e.person_id from enrolment e join lesson l on l.cohort_id = e.cohort_id where l.id = ? order by e.person_id', [lessonId]);
  const counts = { learners: 0, creditedMs: 0 };
  for await (const { personIds, facts } of factsInBatches(em, lessonId, people.map(({ person_id: id }) => id), now.getTime())) {
    for (const personId of personIds) counts.creditedMs += ledgerOf(facts(personId), units, taught.pack, now.getTime()).creditedMs;
    counts.learners += personIds.length;
  }
  const seconds = (performance.now() - beganMs) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  await orm.close();
  return { ...counts, seconds, cpuSeconds: (user + system) / 1e6, peakBytes: peakBytes() };
}

process.once('message', (task: RowsTask) => {
  void reckon(task).then((counts) => process.send!(counts, () => process.exit(0)), (error: unknown) => { throw error; });
});
