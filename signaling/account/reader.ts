// Whoever only oversees, in requests and in classrooms: under the role that reads, whatever a handler gets wrong (decisions 088, 099).
import { ownAccountOnly, readingOnly } from '#db/tenancy.ts';
import { DomainError } from '#domain/errors.ts';

/** PostgreSQL: insufficient_privilege. */
function isRefused(error: unknown): boolean {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown };
  return code === '42501' || (cause !== undefined && isRefused(cause));
}

const refusing = <T>(work: Promise<T>): Promise<T> =>
  work.catch((error: unknown) => { throw isRefused(error) ? new DomainError('reads_only', 'whoever oversees reads, and changes nothing') : error; });

/** What the database refuses it leaves as reads_only. */
export const asReader = <T>(work: () => Promise<T>): Promise<T> => refusing(readingOnly(work));
/** The same for what is of their own account. */
export const asReaderOfOwn = <T>(work: () => Promise<T>): Promise<T> => refusing(ownAccountOnly(work));
