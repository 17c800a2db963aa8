// What the engine says of the shared pictures: pairs of whole pictures at its own threshold, and of each altered snapshot the product's verdict.
import type { Verdict } from '#domain/check.ts';
import type { FaceEngine, MainFace } from '../../worker/face/engine.ts';
import { detectFaces } from '../../worker/face/detect.ts';
import { judgeCheck } from '../../worker/face/judge.ts';
import { loadNetworks } from '../../worker/face/networks.ts';
import { decodePicture } from '../../worker/face/picture.ts';
import { upperBound95 } from '../statistics.ts';
import { alteredSnapshots, snapshotOf, type Framed } from './altered.ts';
import { countPairs, pairFigures, type Portrait } from './pairs.ts';
import type { SharedPicture } from './pictures.ts';

type Figures = Record<string, unknown>;
/** One person's picture, looked at once. */
export interface Seen extends Portrait { main: MainFace; framed: Framed }
export interface Accuracy { figures: Figures; seen: Seen[] }
type Counts = Partial<Record<Verdict, number>>;

/** All pictures of one known person. Throws where the engine finds nobody on one: then the pictures or the models are not the ones meant. */
async function lookAt(engine: FaceEngine, models: string, pictures: readonly SharedPicture[]): Promise<Seen[]> {
  const networks = await loadNetworks(models);
  try {
    const seen: Seen[] = [];
    for (const { file, person, bytes } of pictures) {
      if (!person) continue;
      const { main } = await engine.analyse(bytes);
      const picture = await decodePicture(bytes);
      const [face] = await detectFaces(networks.detect, picture);
      if (!main || !face) throw new Error(`no face is found in ${file}`);
      seen.push({ file, person, vector: main.vector, main, framed: { picture, box: face.box } });
    }
    return seen;
  } finally {
    await networks.close();
  }
}

/** The person's other pictures, as if they had been enrolled. */
const enrolledBut = (seen: readonly Seen[], { file, person }: Seen): Float32Array[] => seen.filter((one) => one.person === person && one.file !== file).map(({ vector }) => vector);

/** Of all altered snapshots against their own person. They are copies of the same few pictures and no pairs: nothing is inferred from their number. */
function ownFigures(altered: Record<string, Counts>): Figures {
  const sum = (verdicts: readonly Verdict[]): number => Object.values(altered).reduce((total, counts) => total + verdicts.reduce((of, verdict) => of + (counts[verdict] ?? 0), 0), 0);
  return { alteredAgainstOwn: { matched: sum(['matched']), takenAgain: sum(['poor_quality', 'no_face', 'several_faces']), toAPerson: sum(['review']), refused: sum(['mismatched']) } };
}

/** Every altered snapshot against its own person, and against every other one: that one `matched` is a false accept. */
async function judgeAltered(engine: FaceEngine, seen: readonly Seen[]): Promise<Figures> {
  const altered: Record<string, Counts> = {};
  let [judged, falseAccepts] = [0, 0];
  const persons = [...new Set(seen.map(({ person }) => person))];
  for (const one of seen) {
    for await (const { name, bytes } of alteredSnapshots(one.framed)) {
      const analysis = await engine.analyse(bytes);
      const verdictAgainst = (enrolled: Float32Array[]): Verdict => judgeCheck(analysis, enrolled, engine.thresholds).verdict;
      const counts = (altered[name] ??= {});
      const verdict = verdictAgainst(enrolledBut(seen, one));
      counts[verdict] = (counts[verdict] ?? 0) + 1;
      for (const other of persons.filter((person) => person !== one.person)) {
        judged++;
        if (verdictAgainst(seen.filter(({ person }) => person === other).map(({ vector }) => vector)) === 'matched') falseAccepts++;
      }
    }
  }
  return { altered, ...ownFigures(altered), alteredAgainstOthers: judged, alteredFalseAccepts: falseAccepts, alteredFalseAcceptUpper95: Math.round(upperBound95(falseAccepts, judged) * 1e4) / 1e4 };
}

/** The verdict on the pictures that show nobody, several, a print or a screen, against the first person; and whether a print or screen is suspected. */
async function judgeScenes(engine: FaceEngine, pictures: readonly SharedPicture[], against: Float32Array[]): Promise<Figures> {
  const scenes: Record<string, string> = {};
  for (const { file, person, bytes } of pictures) {
    if (person) continue;
    const { verdict, measures } = judgeCheck(await engine.analyse(bytes), against, engine.thresholds);
    scenes[file] = measures['spoofSuspected'] === 1 ? `${verdict}, spoof suspected` : verdict;
  }
  return { scenes };
}

export async function measureAccuracy(engine: FaceEngine, models: string, pictures: readonly SharedPicture[]): Promise<Accuracy> {
  const seen = await lookAt(engine, models, pictures);
  const { match } = engine.thresholds;
  const first = seen.filter(({ person }) => person === seen[0]?.person).map(({ vector }) => vector);
  const figures = {
    model: engine.modelId, threshold: match, persons: new Set(seen.map(({ person }) => person)).size, pictures: seen.length,
    ...pairFigures(countPairs(seen, match)), ...await judgeAltered(engine, seen), ...await judgeScenes(engine, pictures, first),
  };
  return { figures, seen };
}

/** What learners would send: for each picture a snapshot, and whom it is compared with. */
export const snapshots = (seen: readonly Seen[]): Promise<{ bytes: Buffer; enrolled: Float32Array[] }[]> =>
  Promise.all(seen.map(async (one) => ({ bytes: await snapshotOf(one.framed), enrolled: enrolledBut(seen, one) })));
