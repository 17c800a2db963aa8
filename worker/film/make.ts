// Job film-make: an uploaded film is looked at, made into chunks of a minute, and joined to files of units for a person to look at. Begun again it goes on where it was.
import { mkdir, rm, statfs } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { JobData } from '#contracts/jobs.ts';
import { filmWorkDirectory } from '#contracts/places.ts';
import type { Film } from '#db/entities/film.ts';
import { filmLimits, filmParts, filmProgress, refusalOfFilm, type FilmKind, type FilmPart } from '#domain/film.ts';
import type { Later } from '#runtime/queues.ts';
import { encodeChunkSound } from '../compose/sound.ts';
import { frameMs, samplesPerFrame } from '../compose/grid.ts';
import { steadyGain } from '../compose/loudness.ts';
import { packPart } from '../compose/pack.ts';
import { verifyPart } from '../compose/verify.ts';
import { chunkCount, chunkFrames } from '../derive/plan.ts';
import { askTurn } from '../derive/yielding.ts';
import { judgeQuality } from '../quality/judge.ts';
import type { ChunkGain, SoundFrames, SyncFigures } from '../recording/model.ts';
import { assembleFilm, isAssembled } from './assemble.ts';
import type { FilmSpan } from './chunk-arguments.ts';
import { makeFilmChunk, standingChunk, type FilmChunk } from './chunk.ts';
import type { FilmDeps } from './deps.ts';
import { lookAtFilm, type FilmSource } from './look.ts';
import { RefusedFilm } from './refused.ts';
import { keepFilm, noteMaking, openFilm, refuseFilm, type MadeFile } from './rows.ts';

interface Making { deps: FilmDeps; film: Film; source: FilmSource; folder: string; signal: AbortSignal }

/** Live lessons come first: on a busy machine a film waits for half a day before it takes one thread of it. */
const patienceMs = 12 * 3_600_000;
const roomAgainMs = 60_000;
/** Nothing was sent over a network here: what is known of clocks and packets is nothing. */
const noSync: SyncFigures = { maxAudioVideoOffsetMs: 0, usedReports: 0, rejectedReports: 0, streamsWithoutReports: 0, receivedPackets: 0, lostPackets: 0, recoveredPackets: 0, damagedBytes: 0 };

function spansOf({ durationMs }: FilmSource, longest = chunkFrames): FilmSpan[] {
  const frames = Math.floor(durationMs / frameMs);
  return Array.from({ length: chunkCount(frames, longest) }, (_, index) => ({ fromFrame: index * longest, frames: Math.min(longest, frames - index * longest) }));
}

const turnFor = ({ deps, film, signal }: Making): ReturnType<typeof askTurn> => {
  const ageMs = deps.now().getTime() - film.heardAt.getTime();
  return deps.turn ? deps.turn() : askTurn(deps.orm, ageMs > patienceMs ? ageMs : 0, signal);
};

/** All chunks in order, made or found; or when to come again; null where nobody waits for the film any more. */
async function makeChunks(making: Making): Promise<FilmChunk[] | Later | null> {
  const { deps, film, source, folder, signal } = making;
  const spans = spansOf(source, deps.chunkFrames);
  const chunks: FilmChunk[] = [];
  let since: { done: number; atMs: number } | null = null;
  for (const [index, span] of spans.entries()) {
    const place = join(folder, 'chunks', String(index).padStart(4, '0'));
    const standing = await standingChunk(place, span);
    if (!standing) {
      if (!(await openFilm(deps, film.id))) return null;
      const turn = await turnFor(making);
      if (!turn.go) return { laterMs: turn.waitMs };
      since ??= { done: index, atMs: deps.now().getTime() };
      await noteMaking(deps, film, filmProgress(index, spans.length, since, deps.now().getTime()));
      chunks.push(await makeFilmChunk({ ffmpegBin: deps.ffmpegBin, folder: join(folder, 'work'), threads: turn.threads, signal }, place, source, span));
    } else {
      chunks.push(standing);
    }
  }
  return chunks;
}

interface SoundChunk extends FilmChunk { gain: ChunkGain; sound: SoundFrames }

/** The film's sound as one stream of AAC, at one gain: all of it was measured before any of it is encoded. */
async function encodeSound({ deps, signal }: Making, chunks: readonly FilmChunk[]): Promise<SoundChunk[]> {
  const gain = steadyGain(chunks.flatMap(({ measures }) => measures.loudness));
  const encoded: SoundChunk[] = [];
  for (const [index, chunk] of chunks.entries()) {
    const before = encoded.at(-1);
    const sound = await encodeChunkSound({ ffmpegBin: deps.ffmpegBin, folder: chunk.folder, threads: 1, signal }, {
      startSample: chunk.fromFrame * samplesPerFrame, samples: chunk.frames * samplesPerFrame, gain, last: index === chunks.length - 1,
      previous: before ? { folder: before.folder, samples: before.frames * samplesPerFrame, gain, sound: before.sound } : null,
    });
    encoded.push({ ...chunk, gain, sound });
  }
  return encoded;
}

/** Throws RefusedFilm for a file that is not as it must be. */
async function makeFile({ deps, folder, signal }: Making, chunks: readonly SoundChunk[], part: FilmPart, index: number): Promise<MadeFile> {
  const work = join(folder, `file-${index + 1}`);
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  const { fromFrame, toFrame } = part;
  const tools = { ffmpegBin: deps.ffmpegBin, folder: work, threads: availableParallelism(), signal };
  const files = await packPart(tools, { chunks: chunks.map(({ folder: of, frames, sound }) => ({ folder: of, frames, sound })), fromFrame, toFrame, chapters: [] });
  const { facts, faults } = await verifyPart(tools, files, { frames: toFrame - fromFrame });
  if (faults.length > 0) throw new RefusedFilm('failed', faults.join('; '));
  const judged = chunks.map(({ frames, measures, gain }) => ({ frames, facts: { measures, gain, sync: noSync } }));
  const { report, holdReasons } = judgeQuality({ chunks: judged, fromFrame, toFrame, gaps: [], part: facts });
  return { part, facts, files, quality: report, holdReasons };
}

async function makeFiles(making: Making): Promise<void | Later> {
  const { deps, film, source, signal } = making;
  await noteMaking(deps, film, { durationMs: Math.floor(source.durationMs), progress: 0, secondsLeft: null });
  const chunks = await makeChunks(making);
  if (chunks === null) return;
  if (!Array.isArray(chunks)) return chunks;
  await noteMaking(deps, film, { progress: 1, secondsLeft: null });
  const sounding = await encodeSound(making, chunks);
  const frames = Math.floor(source.durationMs / frameMs);
  const made: MadeFile[] = [];
  for (const [index, part] of filmParts(frames, Math.floor((deps.limits ?? filmLimits).leastUnitMs / frameMs), deps.longestPartFrames).entries()) {
    signal.throwIfAborted();
    made.push(await makeFile(making, sounding, part, index));
  }
  const kept = await keepFilm(deps, film, made);
  deps.log.info({ filmId: film.id, files: made.length, frames, kept, holdReasons: made.flatMap(({ holdReasons }) => holdReasons) }, 'film made');
}

/** The pieces once more as one file (where it does not stand yet), and chunks about as large: less than that is a disk that live lessons need. */
async function hasRoom({ dataDir, log }: FilmDeps, film: Film, folder: string): Promise<boolean> {
  await mkdir(folder, { recursive: true });
  const { bavail, bsize } = await statfs(dataDir);
  const [freeBytes, neededBytes] = [bavail * bsize, ((await isAssembled(film, folder)) ? 1 : 2) * film.sizeBytes];
  if (freeBytes >= neededBytes) return true;
  log.warn({ filmId: film.id, freeBytes, neededBytes }, 'film waits for room on the disk');
  return false;
}

async function lookAndMake(deps: FilmDeps, film: Film, folder: string, signal: AbortSignal): Promise<void | Later> {
  if (!(await hasRoom(deps, film, folder))) return { laterMs: roomAgainMs };
  const path = await assembleFilm(deps, film, folder, signal);
  const { found, source } = await lookAtFilm({ ffmpegBin: deps.ffmpegBin, folder, signal }, { path, kind: film.kind as FilmKind });
  const refusal = refusalOfFilm(found, deps.limits);
  if (!refusal && source) return makeFiles({ deps, film, source, folder, signal });
  await refuseFilm(deps, film, refusal ?? 'unreadable', source ? Math.floor(found.durationMs) : null);
  deps.log.info({ filmId: film.id, refusal, found }, 'film refused');
}

/** Its work is removed when nothing more is to be done; what a stopped worker made of it stays for the next one. */
export async function makeFilm(deps: FilmDeps, { filmId }: JobData<'film-make'>, signal: AbortSignal): Promise<void | Later> {
  const folder = join(deps.dataDir, filmWorkDirectory(filmId));
  const film = await openFilm(deps, filmId);
  try {
    const later = film && await lookAndMake(deps, film, folder, signal);
    if (later) return later;
  } catch (error) {
    if (!film || !(error instanceof RefusedFilm)) throw error;
    deps.log.info({ filmId, refusal: error.refusal, reason: error.message }, 'film refused');
    await refuseFilm(deps, film, error.refusal);
  }
  await rm(folder, { recursive: true, force: true });
}

/** After the last attempt: nobody waits for ever. */
export async function giveUpFilm(deps: FilmDeps, { filmId }: JobData<'film-make'>): Promise<void> {
  const film = await openFilm(deps, filmId);
  if (film) await refuseFilm(deps, film, 'failed');
  await rm(join(deps.dataDir, filmWorkDirectory(filmId)), { recursive: true, force: true });
}
