// Certificates as a file: one whole, many as bytes that come while they are drawn.
import type { PrintedCertificate } from '#domain/certificate.ts';
import { sheetWords } from './certificate-words.ts';
import { drawnPdf, drawPdf } from './draw-pdf.ts';

/** The same bytes for the same certificate. `origin`: where the check page is. Throws where it cannot be drawn in time. */
export const drawCertificate = (certificate: PrintedCertificate, origin: string): Promise<Buffer> =>
  drawnPdf('certificates', { title: `${sheetWords.title.zh} ${certificate.serial}`, day: certificate.issuedOn, origin }, [[certificate]]);

/** A page each, in their order. `day`: of the newest, `2026-03-02`. */
export const drawCertificates = (pieces: AsyncIterable<readonly PrintedCertificate[]>, { day, origin }: { day: string; origin: string }): AsyncGenerator<Buffer> =>
  drawPdf('certificates', { title: sheetWords.title.zh, day, origin }, pieces);
