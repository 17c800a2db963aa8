// bench faces (R19, R60, R62): how often the face engine is wrong on real pictures, how many checks a core does beside the bare library, and how long a learner waits for a verdict.
import { existsSync } from 'node:fs';
import { loadavg } from 'node:os';
import { foundPaths } from '../setup/found.ts';
import { openFaceEngine, type FaceEngine } from '../worker/face/engine.ts';
import { judgeEnrolment } from '../worker/face/judge.ts';
import { measureAccuracy, snapshots, type Seen } from './faces/accuracy.ts';
import { measureEndToEnd, type Learner } from './faces/end-to-end.ts';
import { readSharedPictures, type SharedPicture } from './faces/pictures.ts';
import { measureSpeed } from './faces/speed.ts';
import { inFolder, numberOption } from './product-world.ts';

type Figures = Record<string, unknown>;
/** Of the checks asked besides, nobody presses in so many: the page takes the picture by itself. */
const untouched = 5;

function neededModels(): string {
  const models = foundPaths(process.env).FACE_MODELS_DIR;
  if (!models || !existsSync(models)) throw new Error('The face models are missing: set FACE_MODELS_DIR, or run npm test once, which fetches them');
  return models;
}

/** Somebody whose two pictures the product takes for an enrolment; the camera shows all of that person. Throws where there is nobody. */
async function enrollable(engine: FaceEngine, seen: readonly Seen[], pictures: readonly SharedPicture[]): Promise<Learner> {
  const bytesOf = (file: string): Buffer => pictures.find((one) => one.file === file)!.bytes;
  for (const one of seen) {
    for (const other of seen.filter(({ person, file }) => person === one.person && file !== one.file)) {
      const enrol = [bytesOf(one.file), bytesOf(other.file)];
      const { reason } = judgeEnrolment(await Promise.all(enrol.map((bytes) => engine.analyse(bytes))), engine.thresholds);
      if (reason === null) return { enrol, camera: seen.filter(({ person }) => person === one.person).map(({ file }) => file) };
    }
  }
  throw new Error('no person of the shared pictures can be enrolled with two of them');
}

/**
 * `--checks` 300 of each checking process; `--e2e-checks` 20 asked on the real platform, `--without-e2e` leaves that out.
 * Throws, naming what is missing, without the shared pictures or the models.
 */
export async function benchFaces(args: readonly string[]): Promise<Figures> {
  const checks = numberOption(args, 'checks', 300);
  const asked = numberOption(args, 'e2e-checks', 20);
  const pictures = await readSharedPictures();
  const models = neededModels();
  const loadAtStart = Math.round(loadavg()[0]! * 100) / 100;
  const engine = await openFaceEngine(models);
  try {
    const { figures: accuracy, seen } = await measureAccuracy(engine, models, pictures);
    const cpu = process.cpuUsage();
    const speed = await inFolder(async (folder) => measureSpeed(folder, models, await snapshots(seen), checks));
    const { user, system } = process.cpuUsage(cpu);
    const endToEnd = args.includes('--without-e2e') ? {} : await measureEndToEnd(await enrollable(engine, seen, pictures), { pressed: asked, untouched: Math.min(untouched, asked) });
    return {
      ...accuracy, ...speed, ...endToEnd, generatorCpuMs: Math.round((user + system) / 1000), loadAtStart,
      method: 'pairs: whole pictures, each with each; altered: 640x480 snapshots against the own and every other person; a check: JPEG of 640x480 with a face of 160 px, decoded, measured, judged; '
        + 'perCore: per processor second of all threads; loopDelayP99Ms: how late the process’s own thread is for anything else; coresFor20000In10Minutes: for 33 checks a second, of worker cores that do nothing else; e2e: times at the learner’s page, pressed as soon as the camera is there',
    };
  } finally {
    await engine.close();
  }
}
