// Texts of evidence.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  proof: 'Evidence', proofIntro: 'The hash of what is printed is in a log that only grows and is signed each day. The button lets your own browser verify it: you need not believe the platform.', verify: 'Verify here', file: 'Evidence file', how: 'How it works', unable: 'This browser knows no Ed25519 signatures. Use a new Chrome, Edge, Firefox or Safari.',
  right: 'Right: what is printed is in the signed log, unchanged', wrong: 'Something is wrong', under: 'Signed head of {day}, size {size}',
  intro: 'Hashes of hours, sign-ins, answers, checks, recordings and certificates go into one log that only grows and gets a signed head each day. Whoever holds a head from earlier can tell whether the platform has rewritten anything before it, even with the platform’s own key.',
  steps: 'How to verify', step1: 'Now: copy or keep the newest head below (certificates and lists of hours have the one of their day printed on them).', step2: 'When it matters: ask the institution for the evidence file of a class (on the class page, or in the subsidy file), or take that of a certificate on the page that checks it.', step3: 'Open the verification page (no network needed), choose the file, and type the heads you hold.',
  page: 'Download the verification page', key: 'Fingerprint of the platform’s first key:', heads: 'Signed heads', none: 'No head yet. There is one within a day of the first record.', size: 'size {n}', copy: 'Copy', copied: 'Copied', keep: 'Keep', older: 'Older', cohortFile: 'Evidence of the class',
};
