// Certificates as a file: one whole, many as bytes that come while they are drawn.
import type { PrintedCertificate } from '#domain/certificate.ts';
import { sheetWords } from './certificate-words.ts';
import { drawnPdf, drawPdf } from './draw-pdf.ts';

export interface Printing { /** Where the check page is. */ origin: string; /** The newest head of the evidence log, as it is printed. */ evidence: string | null }
/** The same bytes for the same certificate and head. Throws where it cannot be drawn in time. */
export const drawCertificate = (certificate: PrintedCertificate, printing: Printing): Promise<Buffer> =>
  drawnPdf('certificates', { title: `${sheetWords.title.zh} ${certificate.serial}`, day: certificate.issuedOn, ...printing }, [[certificate]]);

/** A page each, in their order. `day`: of the newest, `2026-03-02`. */
export const drawCertificates = (pieces: AsyncIterable<readonly PrintedCertificate[]>, { day, ...printing }: Printing & { day: string }): AsyncGenerator<Buffer> =>
  drawPdf('certificates', { title: sheetWords.title.zh, day, ...printing }, pieces);
