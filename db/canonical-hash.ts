// The hash of a record: SHA-256 over canonical JSON (RFC 8785), so that anybody can compute it again from what is shown.
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** 64 hexadecimal digits. */
export const canonicalHash = (value: object): string => createHash('sha256').update(canonicalize(value) ?? '').digest('hex');
