// The thread that draws: told a piece it draws it and posts what of the file is ready, told null it posts the rest.
import { once } from 'node:events';
import { setTimeout as later } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { CertificateDrawing, type CertificateHead } from './certificate-pdf.ts';
import type { PrintedCertificate } from '#domain/certificate.ts';
import type { Doc } from './page-parts.ts';
import { TableDrawing, type TableHead, type TablePiece } from './table-pdf.ts';

/** What can be drawn: told once, and told piece by piece. */
export interface Drawings {
  certificates: { head: CertificateHead; piece: readonly PrintedCertificate[] };
  table: { head: TableHead; piece: TablePiece };
}
export type DrawingKind = keyof Drawings;
export interface DrawingTask<K extends DrawingKind = DrawingKind> { kind: K; head: Drawings[K]['head'] }
interface Drawing { doc: Doc; draw(piece: unknown): void }

const makers: { [K in DrawingKind]: (head: Drawings[K]['head']) => { doc: Doc; draw(piece: Drawings[K]['piece']): void } } = {
  certificates: (head) => new CertificateDrawing(head),
  table: (head) => new TableDrawing(head),
};
const { kind, head } = workerData as DrawingTask;
const drawing = (makers[kind] as (head: unknown) => Drawing)(head);
let ready: Buffer[] = [];
drawing.doc.on('data', (bytes: Buffer) => ready.push(bytes));
const end = once(drawing.doc, 'end');

parentPort!.on('message', (piece: unknown) => {
  void (async () => {
    if (piece === null) {
      drawing.doc.end();
      await end;
    } else {
      drawing.draw(piece);
      // A page that is full is written by a timer.
      await later(0);
    }
    const bytes = Buffer.concat(ready);
    ready = [];
    parentPort!.postMessage(new Uint8Array(bytes));
  })();
});
