// A platform's evidence, made for measuring and for tests: events in streams, linked, in the log, under heads of several days.
import { newId } from '#domain/id.ts';
import type { EvidenceLine, SignedHead } from '#domain/evidence/evidence-file.ts';
import { loadSigner } from '#db/evidence-key.ts';
import { appendEvents, platform, unitOfWork, type Orm, type Stream } from '#db/orm.ts';
import { evidenceFile, type WantedEvidence } from '#db/queries/evidence-export.ts';
import { lessonAdded } from '#db/queries/timetable-plan.ts';
import { sealNow } from '#db/queries/tree-heads.ts';
import { linkAll } from '../../worker/events/linker.ts';
import type { LogLeaf } from './forge.ts';

export const someStreams = (count: number): Stream[] => Array.from({ length: count }, (): Stream => `lesson:${newId()}`);

/** What a class leaves behind: who was there, what was answered, what a check said. */
export const someEvents = (stream: Stream, count: number, at: Date) => Array.from({ length: count }, (_, index) => ({
  actor: platform, stream, type: ['connection:opened', 'quiz:answered', 'check:settled'][index % 3]!, at: new Date(at.getTime() + index),
  payload: { personId: newId(), figure: index, share: index / 7, nested: { text: '\u2028"é', list: [index, null, true] } },
}));

/** Facts of a class that name these lessons; answers its stream. */
export async function addClass(orm: Orm, lessons: readonly Stream[], at: Date): Promise<Stream> {
  const cohortId = newId();
  const facts = lessons.map((stream) => lessonAdded(platform, cohortId, stream.slice('lesson:'.length), at));
  await unitOfWork(orm, platform, (em) => appendEvents(em, facts));
  return facts[0]!.stream;
}

/** `perStream` events more in each, linked and under a head of `at`. */
export async function addDay(orm: Orm, keyFile: string, streams: readonly Stream[], perStream: number, at: Date): Promise<SignedHead> {
  for (const stream of streams) await unitOfWork(orm, platform, (em) => appendEvents(em, someEvents(stream, perStream, at)));
  await linkAll(orm, () => at);
  const head = await sealNow(orm, keyFile, at);
  if (!head) throw new Error('no head was signed');
  return head;
}

export async function exported(orm: Orm, keyFile: string, wanted: Partial<WantedEvidence> & Pick<WantedEvidence, 'streams'>, now: Date): Promise<Buffer> {
  const parts: string[] = [];
  for await (const line of evidenceFile(orm.em.fork(), await loadSigner(keyFile), { about: { test: 'made' }, files: [], heads: 'all', held: [], ...wanted }, now)) parts.push(line);
  return Buffer.from(parts.join(''));
}
export const parsed = (file: Buffer): EvidenceLine[] => file.toString('utf8').split('\n').slice(0, -1).map((line) => JSON.parse(line) as EvidenceLine);
/** The file without a stream, as an exporter would leave it out: nothing else in it is different, and `forge` signs its end anew. */
export const without = (lines: readonly EvidenceLine[], stream: string): EvidenceLine[] => lines.filter((line) => !((line.kind === 'stream' || line.kind === 'event') && line.stream === stream));
export const allLeaves = async (orm: Orm): Promise<LogLeaf[]> =>
  (await orm.em.fork().execute<(Omit<LogLeaf, 'amount'> & { amount: string | null })[]>('select kind, what, subject, amount, sha256 from tree_leaf order by position')).map((leaf) => ({ ...leaf, amount: leaf.amount === null ? null : Number(leaf.amount) }));
