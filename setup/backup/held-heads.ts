// Heads of the evidence log as whoever restores holds them, and what was found of the log, in words.
import { existsSync, readFileSync } from 'node:fs';
import { heldHead } from '#domain/evidence/evidence-file.ts';
import type { HeldHead, LogState } from '#db/queries/evidence-log.ts';
import { ConfigError } from '#runtime/config.ts';

/** Each a file with a head's JSON, or "SIZE · DAY · ROOT" as papers have it. Throws ConfigError. */
export function headsOf(texts: readonly string[]): HeldHead[] {
  return texts.map((text) => {
    const head = heldHead(existsSync(text) ? readFileSync(text, 'utf8') : text);
    if (!head) throw new ConfigError([`--head ${text}: neither a file with a head nor "SIZE · DAY · ROOT" with 64 digits of the root`]);
    return head;
  });
}

export const logWords = ({ leaves, heads, directories, held, newest }: LogState): string =>
  (newest ? `Evidence log: ${leaves} leaves, ${heads} signed heads, ${directories} directories, ${held} heads you hold: all as they were signed. Newest: ${newest.size} ${newest.root}` : `Evidence log: ${leaves} leaves, no head was signed yet.`);
