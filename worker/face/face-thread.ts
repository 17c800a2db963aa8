// A thread that judges pictures: its own engine, one picture at a time. What it is told and what it answers is in engine-threads.ts.
import { parentPort, workerData } from 'node:worker_threads';
import { DomainError } from '#domain/errors.ts';
import { ConfigError } from '#runtime/config.ts';
import { openFaceEngine, type FaceEngine } from './engine.ts';
import type { Answer, ThreadData } from './engine-threads.ts';

const port = parentPort!;
const answer = (told: Answer): void => port.postMessage(told);

async function look(engine: FaceEngine, bytes: Uint8Array): Promise<Answer> {
  try {
    return { analysis: await engine.analyse(bytes) };
  } catch (error) {
    const { message } = error as Error;
    return { error: { code: error instanceof DomainError ? error.code : null, message } };
  }
}

try {
  const engine = await openFaceEngine((workerData as ThreadData).folder);
  port.on('message', (bytes: Uint8Array | null) => {
    // Without a listener nothing keeps the thread.
    if (bytes === null) void engine.close().then(() => port.close());
    else void look(engine, bytes).then(answer);
  });
  answer({ ready: true });
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  answer({ wrong: error.lines });
}
