// Evidence to take away: heads for everybody, files of a cohort or of one certificate.
import { AsyncLocalStorage } from 'node:async_hooks';
import { Readable } from 'node:stream';
import { readFile } from 'node:fs/promises';
import type { EvidenceHeads } from '#contracts/evidence-routes.ts';
import { Certificate } from '#db/entities/certificate.ts';
import { evidenceKeyFile, evidenceKeys, signerInForce } from '#db/evidence-key.ts';
import { requireSeenCohort } from '#db/queries/cohort-access.ts';
import { certificateEvidence, cohortEvidence } from '#db/queries/cohort-evidence.ts';
import { evidenceFile, type WantedEvidence } from '#db/queries/evidence-export.ts';
import { treeSize } from '#db/queries/evidence-tree.ts';
import { headsBefore, newestHead } from '#db/queries/tree-heads.ts';
import { acrossInstitutions } from '#db/tenancy.ts';
import { parseSerial } from '#domain/certificate-serial.ts';
import { DomainError } from '#domain/errors.ts';
import { bareHead } from '#domain/evidence/evidence-file.ts';
import { verifyPagePath } from '#runtime/verify-page.ts';
import type { Deps } from '../deps.ts';
import type { FileAnswer } from '../http/file-answer.ts';

const shownHeads = 50;
export async function evidenceHeads({ orm }: Deps, before: number | null): Promise<EvidenceHeads> {
  const em = orm.em.fork();
  const [keys, heads, size, newest] = [await evidenceKeys(em), await headsBefore(em, before, shownHeads + 1), await treeSize(em), await newestHead(em)];
  return { keyId: keys[0]?.keyId ?? null, keys: keys.map(({ keyId, publicKey, since, endorsedBy, endorsement }) => ({ keyId, publicKey, since, endorsedBy, endorsement })), heads: heads.slice(0, shownHeads).map((head) => ({ ...bareHead(head), proof: [...head.proof] })), more: heads.length > shownHeads, waiting: size - (newest?.size ?? 0) };
}

export async function verifyPageFile(): Promise<FileAnswer> {
  const bytes = await readFile(verifyPagePath);
  return { type: 'text/html; charset=utf-8', sizeBytes: bytes.length, fileName: 'keshi-verify.html', open: () => bytes };
}

/** Rows of the log are nobody's, and facts of a stream may be the platform's own: who may have the file was asked before. */
async function* readAcross(lines: AsyncGenerator<string>, asAsker = AsyncLocalStorage.snapshot()): AsyncGenerator<string> {
  for (;;) {
    // The file is read on when the socket has room, outside of the request: still as whoever asked.
    const { done, value } = await asAsker(() => acrossInstitutions(() => lines.next()));
    if (done) return;
    yield value;
  }
}

/** The first line is read at once, so that what is refused is refused and not cut off. */
async function fileOf({ orm, config, now }: Deps, wanted: WantedEvidence, fileName: string): Promise<FileAnswer> {
  const em = orm.em.fork();
  if (!await newestHead(em)) throw new DomainError('evidence_not_yet', 'no head was signed yet');
  const lines = readAcross(evidenceFile(em, await signerInForce(em, evidenceKeyFile(config), now()), wanted, now()));
  const first = await lines.next();
  async function* all() {
    if (!first.done) yield first.value;
    yield* lines;
  }
  return { type: 'application/x-ndjson', sizeBytes: null, fileName, open: () => Readable.from(all(), { objectMode: false }) };
}

const heldSizes = (held: string | undefined): number[] => (held === undefined ? [] : [Number(held)]);

/** Throws not_found, evidence_not_yet. */
export async function cohortFile(deps: Deps, askerId: string, cohortId: string, held: string | undefined): Promise<FileAnswer> {
  const em = deps.orm.em.fork();
  await requireSeenCohort(em, askerId, cohortId);
  return fileOf(deps, await cohortEvidence(em, cohortId, heldSizes(held)), `evidence-${cohortId}.ndjson`);
}

/** Throws serial_invalid, not_found, evidence_not_yet (the head that covers it is signed within the hour). */
export async function certificateFile(deps: Deps, typed: string, held: string | undefined): Promise<FileAnswer> {
  const parsed = parseSerial(typed);
  if ('fault' in parsed) throw new DomainError('serial_invalid', parsed.fault);
  return acrossInstitutions(async () => {
    const em = deps.orm.em.fork();
    const found = await em.findOne(Certificate, { serial: parsed.serial }, { disableIdentityMap: true });
    if (!found) throw new DomainError('not_found', 'no such certificate');
    const [under] = await em.execute<{ yes: boolean }[]>(
      `select exists (select from tree_leaf where kind = 'file' and what = 'certificate' and subject = ? and position < coalesce((select max(size) from tree_head), 0)) as yes`, [found.serial]);
    if (!under!.yes) throw new DomainError('evidence_not_yet', 'not under a signed head yet');
    return fileOf(deps, certificateEvidence(found, heldSizes(held)), `evidence-${found.serial}.ndjson`);
  });
}
