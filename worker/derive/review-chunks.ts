// Before a unit is joined: chunks that would now read more are made again, and missing files; then sound that missed its loudness is encoded again.
import { link, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RecordingChunk } from '#db/entities/recording.ts';
import type { EntityManager } from '#db/orm.ts';
import { regains } from '../compose/loudness.ts';
import { firstSoundFrame } from '../compose/sound.ts';
import { countInputs } from '../recording/inputs.ts';
import type { ChunkFacts, InputCount } from '../recording/model.ts';
import { chunkIsWhole, replaceFiles, settleFolder, soundFileNames, workFolder } from './chunk-files.ts';
import { threadsOf, type DeriveDeps } from './deps.ts';
import { factsMark, pageFacts } from './film-pages.ts';
import { encodeSound, makeChunkFiles, spanOf, type StoredChunk } from './make-chunk.ts';
import { chunkCount, chunkPlan, type ChunkPlan, type UnitPlan } from './plan.ts';
import { change } from './recording-rows.ts';
import { placeOf, type RecordingState } from './recording-state.ts';

interface Reviewing { deps: DeriveDeps; state: RecordingState; plans: ChunkPlan[]; chunks: StoredChunk[] }

/** Sound that must be encoded again says so in its row until it is: no frame of a unit has this number, so it follows on nothing. */
const staleFrame = firstSoundFrame - 1;
const stale = (facts: ChunkFacts): ChunkFacts => ({ ...facts, sound: { ...facts.sound, first: staleFrame } });

/** True when some capture has more packets now than the chunk has read. */
export const readsMore = (now: readonly InputCount[], then: readonly InputCount[]): boolean =>
  now.some(({ producerId, packets }) => packets > (then.find((one) => one.producerId === producerId)?.packets ?? 0));

/** Chunks that must be made again, with the reason. */
async function outdated({ deps, state, plans, chunks }: Reviewing): Promise<{ plan: ChunkPlan; why: string }[]> {
  const counts = await countInputs(placeOf(deps.dataDir, state), plans.map(spanOf));
  const found: { plan: ChunkPlan; why: string }[] = [];
  for (const [ordinal, { facts, folder }] of chunks.entries()) {
    const plan = plans[ordinal]!;
    if (readsMore(counts[ordinal]!, facts.inputs)) found.push({ plan, why: 'more was captured' });
    else if ((facts.pages ?? '') !== factsMark(await pageFacts(deps, state, spanOf(plan)))) found.push({ plan, why: 'other pages were shown or drawn on' });
    else if (!await chunkIsWhole(folder, facts.measures.bytes)) found.push({ plan, why: 'files are missing' });
  }
  return found;
}

async function keepFacts(em: EntityManager, chunk: StoredChunk, facts: ChunkFacts): Promise<void> {
  await em.nativeUpdate(RecordingChunk, { id: chunk.id }, { facts: { ...facts } });
  chunk.facts = facts;
}

/** The same chunk from what is on file now, with the gain it had. The next one's sound begins with this one's end, so it is stale with it. */
async function remake({ deps, state, chunks }: Reviewing, plan: ChunkPlan): Promise<void> {
  const [chunk, next] = [chunks[plan.ordinal]!, chunks[plan.ordinal + 1]];
  const making = { plan, before: chunks.slice(0, plan.ordinal), gain: chunk.facts.gain };
  await makeChunkFiles(deps, state, making, ({ facts, folder }) => change(deps.orm, state, async (em) => {
    await keepFacts(em, chunk, facts);
    if (next) await keepFacts(em, next, stale(next.facts));
    await settleFolder(folder, chunk.folder);
  }));
}

/** New gains for all chunks where the unit misses its loudness (R124); in one step, so that a run killed behind it goes on with the same. */
async function setGains({ deps, state, plans, chunks }: Reviewing): Promise<void> {
  const gains = regains(chunks.map(({ facts }) => ({ loudness: facts.measures.loudness, gain: facts.gain })));
  if (!gains) return;
  await change(deps.orm, state, async (em) => {
    for (const [ordinal, chunk] of chunks.entries()) await keepFacts(em, chunk, stale({ ...chunk.facts, gain: gains[ordinal]! }));
  });
  deps.log.info({ recordingId: state.recordingId, unitId: plans[0]!.unitId }, 'the unit misses its loudness: its sound is encoded again');
}

/** The chunk's AAC alone, from the sound it has. */
async function encodeAgain({ deps, state, chunks }: Reviewing, plan: ChunkPlan): Promise<void> {
  const chunk = chunks[plan.ordinal]!;
  const folder = await workFolder(deps.dataDir, state.recordingId, plan.unitId, `sound-${plan.ordinal}`);
  try {
    await link(join(chunk.folder, 'sound.flac'), join(folder, 'sound.flac'));
    const tools = { ffmpegBin: deps.ffmpegBin, folder, threads: threadsOf(deps), signal: deps.signal };
    const sound = await encodeSound(tools, plan, chunks[plan.ordinal - 1], chunk.facts.gain);
    await change(deps.orm, state, async (em) => {
      await keepFacts(em, chunk, { ...chunk.facts, sound });
      await replaceFiles(folder, chunk.folder, soundFileNames);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Puts an ended unit's chunks right and answers them as they then are, in order, their sound without a seam. Killed at any moment, the next run finds in
 * the rows what is still to be done.
 */
export async function reviewChunks(deps: DeriveDeps, state: RecordingState, unit: UnitPlan, stored: StoredChunk[]): Promise<StoredChunk[]> {
  const chunks = stored.slice(0, chunkCount(unit.frames!, deps.chunkFrames));
  const plans = chunks.map((_, ordinal) => chunkPlan(unit, ordinal, deps.chunkFrames)!);
  const reviewing = { deps, state, plans, chunks };
  for (const { plan, why } of await outdated(reviewing)) {
    deps.signal?.throwIfAborted();
    await remake(reviewing, plan);
    deps.log.warn({ recordingId: state.recordingId, unitId: unit.unitId, ordinal: plan.ordinal, why }, 'chunk composed again');
  }
  await setGains(reviewing);
  for (const [ordinal, plan] of plans.entries()) {
    deps.signal?.throwIfAborted();
    const follows = chunks[ordinal - 1]?.facts.sound.end ?? firstSoundFrame;
    if (chunks[ordinal]!.facts.sound.first !== follows) await encodeAgain(reviewing, plan);
  }
  return chunks;
}
