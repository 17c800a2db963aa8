// The draw of an inspection with real numbers: the published seed, mixed with what the inspector added when drawing, so that neither side alone chose it (decision 085).
import { createHash } from 'node:crypto';
import { drawSample, populationText, type Candidate } from '#domain/inspection/sample.ts';
import { seededRandom } from './seeded-random.ts';

export const populationHash = (text: string): string => createHash('sha256').update(text).digest('hex');

/** SHA-256 of the seed's bytes and the words in UTF-8, hex. */
export const drawKey = (seedHex: string, words: string): string => createHash('sha256').update(Buffer.from(seedHex, 'hex')).update(words).digest('hex');

export interface Drawn { population: string; sha256: string; drawn: Candidate[] }
/** `seedHex`: 64 hex digits. Throws internal for another seed. */
export function drawInspection(candidates: readonly Candidate[], size: number, seedHex: string, words: string): Drawn {
  const population = populationText(candidates);
  const key = drawKey(seedHex, words);
  return { population, sha256: populationHash(population), drawn: drawSample(candidates, size, (label) => seededRandom(key, label)) };
}
