// Certificates are drawn in a thread.
import { join } from 'node:path';
import type { DrawingTask } from './certificate-thread.ts';
import { drawInTurn } from './drawing-thread.ts';

/** The same bytes for the same task. Throws where it cannot be drawn in time. */
export const drawCertificates = (task: DrawingTask): Promise<Buffer> => drawInTurn(join(import.meta.dirname, 'certificate-thread.ts'), task);
