// Programs that read an institution's data by signed requests: what they may be given, and what is signed.

export const apiScopes = ['lessons:read', 'ledger:read', 'certificates:read', 'events:read'] as const;
export type ApiScope = (typeof apiScopes)[number];
/** `clockMs`: how far a request's clock may be off, and how long its nonce is remembered on either side. */
export const apiLimits = { clockMs: 5 * 60_000, pageUsual: 100, pageMost: 1000, perMinuteUsual: 120 } as const;
export const apiHeaders = { client: 'x-keshi-client', time: 'x-keshi-time', nonce: 'x-keshi-nonce', signature: 'x-keshi-signature' } as const;
export const noncePattern = /^[A-Za-z0-9_-]{16,64}$/;

/** What the HMAC-SHA256 of a request is taken over. `time`: epoch ms as sent; `path` with its query as sent; `bodySha256`: hexadecimal, of no bytes where there is no body. */
export const signedRequest = (time: string, nonce: string, method: string, path: string, bodySha256: string): string => [time, nonce, method, path, bodySha256].join('\n');
