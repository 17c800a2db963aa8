// The thread that draws certificates: told what is printed, it posts the file.
import { parentPort, workerData } from 'node:worker_threads';
import type { PrintedCertificate } from '#domain/certificate.ts';
import { certificatesPdf } from './certificate-pdf.ts';

export interface DrawingTask { certificates: readonly PrintedCertificate[]; origin: string }
const { certificates, origin } = workerData as DrawingTask;
parentPort!.postMessage(new Uint8Array(await certificatesPdf(certificates, origin)));
