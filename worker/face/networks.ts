// The four networks of the face engine: which files, checked by their SHA-256, loaded once per process.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { ConfigError } from '#runtime/config.ts';

interface NetworkFile { file: string; sha256: string; optimisation: 'all' | 'extended' }
const files = {
  detect: { file: 'fr_detect.onnx', sha256: '6c0256ccd3164f844736a401faf936ec2930764a87ae39442180887d0c5c8854', optimisation: 'all' },
  landmarks: { file: 'fr_landmark.onnx', sha256: 'f10b0ba1d2a8a099adefede1ebf3733e44fe370715e7303dbeb7f59c02142258', optimisation: 'all' },
  // The full optimisation makes this one three times slower.
  embed: { file: 'fr_feature.onnx', sha256: '87aacdfe57510db2af90c0251df680e8eec88f122ee94712121d09bcaaaf3581', optimisation: 'extended' },
  liveness: { file: 'fr_liveness.onnx', sha256: 'afa783b7e902fdfcf323a7240cac2a1c580c25314ea4161129dc1b0d100dc32d', optimisation: 'all' },
} as const satisfies Record<string, NetworkFile>;
export type NetworkName = keyof typeof files;

/** One input in, every output by name. Runs may overlap. */
export type Network = (input: Float32Array, shape: readonly number[]) => Promise<Map<string, Float32Array>>;
export type Networks = Record<NetworkName, Network> & { close(): Promise<void> };

async function load(folder: string, { file, sha256, optimisation }: NetworkFile): Promise<InferenceSession> {
  const path = join(folder, file);
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new ConfigError([`FACE_MODELS_DIR=${folder}: ${file} cannot be read (${error.code})`]);
  });
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== sha256) throw new ConfigError([`FACE_MODELS_DIR=${folder}: ${file} is not the expected file (SHA-256 ${found}, expected ${sha256})`]);
  return InferenceSession.create(bytes, {
    intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential', graphOptimizationLevel: optimisation, logSeverityLevel: 3,
  });
}

function network(session: InferenceSession): Network {
  const [inputName] = session.inputNames;
  return async (input, shape) => {
    const results = await session.run({ [inputName!]: new Tensor('float32', input, shape) });
    return new Map(Object.entries(results).map(([name, tensor]) => [name, tensor.data as Float32Array]));
  };
}

/** Throws ConfigError naming the file that is missing or not the expected one. */
export async function loadNetworks(folder: string): Promise<Networks> {
  const sessions = {
    detect: await load(folder, files.detect), landmarks: await load(folder, files.landmarks),
    embed: await load(folder, files.embed), liveness: await load(folder, files.liveness),
  };
  return {
    detect: network(sessions.detect), landmarks: network(sessions.landmarks), embed: network(sessions.embed), liveness: network(sessions.liveness),
    close: async () => { for (const session of Object.values(sessions)) await session.release(); },
  };
}
