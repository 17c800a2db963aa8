// A small file that is what it says, and adding it.
import type { LightMyRequestResponse } from 'fastify';
import type { HttpWorld, Known } from './http-world.ts';

/** The smallest that any reader opens: one empty page. `mark` makes them differ. */
export const pdfBytes = (mark = ''): Buffer => Buffer.from(`%PDF-1.4
%${mark}
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj
trailer<</Root 1 0 R>>
%%EOF
`);

export interface AttachmentWish { subjectType?: string; subjectId?: string; kind?: string; fileName?: string; sizeBytes?: number; bytes?: Buffer; type?: string }
/** Of the institution itself, a licence as a PDF, where nothing else is wished. */
export function addAttachment(world: HttpWorld, person: Known | null, institutionId: string, wish: AttachmentWish = {}): Promise<LightMyRequestResponse> {
  const { subjectType = 'institution', subjectId = institutionId, kind = 'licence', fileName = '办学许可证.pdf', bytes = pdfBytes(), type = 'application/pdf' } = wish;
  const query = new URLSearchParams({ subjectType, subjectId, kind, fileName, sizeBytes: String(wish.sizeBytes ?? bytes.length) });
  return world.call(`POST /api/institutions/${institutionId}/attachments?${query}`, person, { payload: bytes, headers: { 'content-type': type } });
}
