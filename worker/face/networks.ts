// The four networks of the face engine: which files, checked by their SHA-256, loaded once per process.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { detectorFile, detectorInput } from '#domain/face-detector.ts';
import { ConfigError } from '#runtime/config.ts';

/** `shape` of its one input: batch, channels, height, width. Of several optimisations the fastest on this processor is taken; their results are the same but for rounding. */
interface NetworkFile { file: string; sha256: string; optimisations: readonly ('all' | 'extended')[]; shape: readonly [number, number, number, number] }
export const networkFiles = {
  detect: { file: detectorFile.name, sha256: detectorFile.sha256, optimisations: ['all'], shape: [1, 3, detectorInput.height, detectorInput.width] },
  landmarks: { file: 'fr_landmark.onnx', sha256: 'f10b0ba1d2a8a099adefede1ebf3733e44fe370715e7303dbeb7f59c02142258', optimisations: ['all'], shape: [1, 1, 64, 64] },
  // The full optimisation makes this one three times slower on one processor and a quarter faster on another: it is full of numbers near zero.
  embed: { file: 'fr_feature.onnx', sha256: '87aacdfe57510db2af90c0251df680e8eec88f122ee94712121d09bcaaaf3581', optimisations: ['extended', 'all'], shape: [1, 3, 112, 112] },
  liveness: { file: 'fr_liveness.onnx', sha256: 'afa783b7e902fdfcf323a7240cac2a1c580c25314ea4161129dc1b0d100dc32d', optimisations: ['all'], shape: [1, 3, 128, 128] },
} as const satisfies Record<string, NetworkFile>;
export type NetworkName = keyof typeof networkFiles;

/** One input in, as long as the network's shape says; every output by name. Runs may overlap. */
export type Network = (input: Float32Array) => Promise<Map<string, Float32Array>>;
export type Networks = Record<NetworkName, Network> & { close(): Promise<void> };

async function verified(folder: string, { file, sha256 }: NetworkFile): Promise<Buffer> {
  const path = join(folder, file);
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new ConfigError([`FACE_MODELS_DIR=${folder}: ${file} cannot be read (${error.code})`]);
  });
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== sha256) throw new ConfigError([`FACE_MODELS_DIR=${folder}: ${file} is not the expected file (SHA-256 ${found}, expected ${sha256})`]);
  return bytes;
}

/** Runs that an opened network has behind it: the first takes its memory and is slow, which no learner's check should pay for; the others tell how fast it is. */
const tries = 4;

/** Milliseconds of the quickest of some runs on noise. */
async function warm(session: InferenceSession, shape: NetworkFile['shape']): Promise<number> {
  const values = Float32Array.from({ length: shape.reduce<number>((product, side) => product * side, 1) }, (_, index) => Math.sin(index * index));
  let quickest = Infinity;
  for (let run = 0; run < tries; run++) {
    const beganMs = performance.now();
    await session.run({ [session.inputNames[0]!]: new Tensor('float32', values, shape) });
    quickest = Math.min(quickest, performance.now() - beganMs);
  }
  return quickest;
}

/** A network ready to run. One thread: processes share the cores, which is faster than threads within one. Throws ConfigError, see loadNetworks. */
export async function openSession(folder: string, file: NetworkFile): Promise<InferenceSession> {
  const bytes = await verified(folder, file);
  const opened: { session: InferenceSession; ms: number }[] = [];
  for (const graphOptimizationLevel of file.optimisations) {
    const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential', graphOptimizationLevel, logSeverityLevel: 3 });
    opened.push({ session, ms: await warm(session, file.shape) });
  }
  const [best, ...others] = opened.sort((one, other) => one.ms - other.ms);
  for (const { session } of others) await session.release();
  return best!.session;
}

function network(session: InferenceSession, { shape }: NetworkFile): Network {
  const [inputName] = session.inputNames;
  return async (input) => {
    const results = await session.run({ [inputName!]: new Tensor('float32', input, shape) });
    return new Map(Object.entries(results).map(([name, tensor]) => [name, tensor.data as Float32Array]));
  };
}

/** Throws ConfigError naming the file that is missing or not the expected one. */
export async function loadNetworks(folder: string): Promise<Networks> {
  const { detect, landmarks, embed, liveness } = networkFiles;
  const sessions = {
    detect: await openSession(folder, detect), landmarks: await openSession(folder, landmarks), embed: await openSession(folder, embed), liveness: await openSession(folder, liveness),
  };
  return {
    detect: network(sessions.detect, detect), landmarks: network(sessions.landmarks, landmarks), embed: network(sessions.embed, embed), liveness: network(sessions.liveness, liveness),
    close: async () => { for (const session of Object.values(sessions)) await session.release(); },
  };
}
