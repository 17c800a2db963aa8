// What the courseware job is given.
import type { Orm } from '#db/orm.ts';
import type { Logger } from '#runtime/log.ts';
import type { Storage } from '#runtime/storage.ts';

/** Programs that read documents; each may be missing, then what needs it is refused in words. */
export interface DocumentTools { pdftoppm: string; qpdf: string; soffice: string }
export interface CoursewareDeps { orm: Orm; log: Logger; storage: Storage; dataDir: string; tools: DocumentTools; now: () => Date }
