// Proving when checks were drawn: from the hash published before, the seed told after, and the rows. Anybody with these files and the answer of the evidence route can do it.
import { createHash } from 'node:crypto';
import type { CheckEvidence } from '#contracts/check-evidence.ts';
import { compareDraw, type Moment } from '#domain/check-schedule.ts';
import { sealSeed, seededRandom } from './seeded-random.ts';

type Session = CheckEvidence['sessions'][number];
export interface EvidenceVerdict {
  /** The seed told afterwards is the one that was sealed. */
  seedFits: boolean;
  /** Rules, units, figures, people, times and their number are those the event of the draw names by its hash. */
  drawFits: boolean;
  /** Sealed, then drawn, then revealed. */
  inOrder: boolean;
  /** Moments the seed gives that are not there, and such as are there and were not drawn. */
  missing: Moment[]; added: Moment[];
  /** All of it: the moments are exactly what the sealed seed gives. */
  proven: boolean;
}

/** What the hash of a draw stands for. */
export interface Drawn extends Pick<Session, 'sessionId' | 'rulePack' | 'seedHash' | 'moments'> {
  draw: Pick<Session['draw'], 'at' | 'units' | 'perUnit' | 'windowMs' | 'perSecond' | 'drawn'>;
}

/**
 * SHA-256, hex, told at the draw, so that nothing of it can be changed later. Over lines, each with a line feed: `session id`, `rules name`, `seed hash`, `at instant`,
 * `figures perUnit windowMs perSecond drawn`, each unit `unit id startMs endMs` in the order of the draw, each moment `dueMs unit person` sorted as text.
 */
export function hashDraw({ sessionId, rulePack, seedHash, draw, moments }: Drawn): string {
  const { at, units, perUnit, windowMs, perSecond, drawn } = draw;
  const lines = [
    `session ${sessionId}`, `rules ${rulePack}`, `seed ${seedHash}`, `at ${at}`, `figures ${perUnit} ${windowMs} ${perSecond} ${drawn}`,
    ...units.map(({ unitId, startMs, endMs }) => `unit ${unitId} ${startMs} ${endMs}`), ...moments.map(({ personId, unitId, dueMs }) => `${dueMs} ${unitId} ${personId}`).sort(),
  ];
  return createHash('sha256').update(lines.map((line) => `${line}\n`).join('')).digest('hex');
}

const atMs = ({ at }: { at: string }): number => Date.parse(at);
const inTime = ({ sealed, draw, late, revealed }: Pick<Session, 'sealed' | 'draw' | 'late' | 'revealed'>): boolean =>
  revealed !== null && atMs(sealed) <= atMs(draw) && [draw, ...late].every((one) => atMs(draw) <= atMs(one) && atMs(one) <= atMs(revealed));

/** Draws again from the seed and compares: the first draw and each late one by itself. Throws internal where the seed was not told yet: during the lesson the moments are secret. */
export function verifyEvidence(session: Omit<Session, 'proven'>): EvidenceVerdict {
  const { seed, seedHash, draw, late, moments } = session;
  const seedFits = sealSeed(seed ?? '') === seedHash;
  const { units, perUnit, windowMs, perSecond } = draw;
  const owner = new Map(late.flatMap((one) => one.personIds.map((personId) => [personId, one] as const)));
  const [missing, added]: [Moment[], Moment[]] = [[], []];
  let drawFits = true;
  for (const one of [draw, ...late]) {
    const own = moments.filter(({ personId }) => (owner.get(personId) ?? draw) === one);
    const again = compareDraw({ units, personIds: one.personIds, perUnit, windowMs, perSecond, randomFor: (label) => seededRandom(seed ?? '', label) }, own);
    missing.push(...again.missing);
    added.push(...again.added);
    drawFits &&= one.drawn === own.length && one.drawHash === hashDraw({ ...session, draw: { ...draw, at: one.at, drawn: one.drawn }, moments: own });
  }
  const inOrder = inTime(session);
  return { seedFits, drawFits, inOrder, missing, added, proven: seedFits && drawFits && inOrder && missing.length === 0 && added.length === 0 };
}
