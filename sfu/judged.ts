// Mediasoup checks its own structures in depth; what it refuses becomes an error with a code.
import { DomainError } from '#domain/errors.ts';

/** Runs one mediasoup call. A refusal is bad_request, unless `gone` says that what it was asked of closed meanwhile: then transport_not_found. */
export async function judged<T>(gone: () => boolean, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DomainError) throw error;
    if (gone()) throw new DomainError('transport_not_found', 'the transport is closed');
    throw new DomainError('bad_request', error instanceof Error ? error.message : 'refused');
  }
}
