// What verifying evidence needs, in Node.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { checkEvidence, type EvidenceTools, type EvidenceVerdict, type Held } from '#domain/evidence/evidence-check.ts';
import { evidenceLines } from '#domain/evidence/evidence-lines.ts';

/** False also for a public key or a signature that is none, or is written another way. */
function isSigned(publicKey: string, text: string, signature: string): boolean {
  try {
    const [der, bytes] = [Buffer.from(publicKey, 'base64'), Buffer.from(signature, 'base64')];
    if (der.toString('base64') !== publicKey || bytes.toString('base64') !== signature) return false;
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    return key.asymmetricKeyType === 'ed25519' && verify(null, Buffer.from(text), key, bytes);
  } catch {
    return false;
  }
}

export const nodeTools: EvidenceTools = {
  sha256: (bytes) => createHash('sha256').update(bytes).digest(),
  running: () => {
    const hash = createHash('sha256');
    return { add: (bytes) => { hash.update(bytes); }, hex: () => hash.digest('hex') };
  },
  signed: isSigned,
};

/** Reads a file line by line: memory does not grow with it. */
export const verifyEvidenceFile = (path: string, held: Held = {}): Promise<EvidenceVerdict> =>
  checkEvidence(evidenceLines(createReadStream(path) as AsyncIterable<Uint8Array>), nodeTools, held);
