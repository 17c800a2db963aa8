// Verifies an evidence file in the browser of whoever asks: what the platform says of itself is not believed.
import { EvidenceCheck, type EvidenceVerdict } from '#domain/evidence/evidence-check.ts';
import { evidenceLines } from '#domain/evidence/evidence-lines.ts';
import { knowsSignatures, pageTools } from '#verify-page/page-tools.ts';

async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

/** Null where this browser knows no signatures. */
export async function proofOf(file: Blob): Promise<EvidenceVerdict | null> {
  if (!await knowsSignatures()) return null;
  const check = new EvidenceCheck(pageTools);
  for await (const line of evidenceLines(chunksOf(file.stream()))) if (!await check.take(line)) break;
  return check.done();
}
