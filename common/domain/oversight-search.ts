// What somebody who looks for a learner typed: a certificate's number, a document's number, or a name (R115).
import { parseSerial } from './certificate-serial.ts';
import { checkDocument, documentKinds, plainNumber, type DocumentKind } from './identity/document.ts';

export const searchedBy = ['certificate', 'number', 'name', 'unclear'] as const;
export type SearchedBy = (typeof searchedBy)[number];
/** `unclear`: looks like a number and is none: a slip in typing. */
export type Sought =
  | { by: 'certificate'; serial: string }
  /** Each kind of document this can be the number of, as it is kept. */
  | { by: 'number'; documents: { kind: DocumentKind; number: string }[] }
  | { by: 'name'; name: string }
  | { by: 'unclear' };

export const searchLimits = { longest: 60, rows: 50 } as const;
/** As names are kept: nothing around, one space between. */
const plainName = (text: string): string => text.normalize('NFKC').trim().replaceAll(/\s+/g, ' ');

/** `today` as `YYYY-MM-DD` in Shanghai. */
export function soughtIn(text: string, today: string): Sought {
  const serial = parseSerial(text);
  if ('serial' in serial) return { by: 'certificate', serial: serial.serial };
  const number = plainNumber(text);
  // Names have no digits; every number of a document has some.
  if (!/\d/.test(number)) return plainName(text) === '' ? { by: 'unclear' } : { by: 'name', name: plainName(text) };
  const documents = documentKinds.flatMap((kind) => {
    const checked = checkDocument(kind, text, today);
    return checked.ok ? [{ kind, number: checked.facts.number }] : [];
  });
  return documents.length > 0 ? { by: 'number', documents } : { by: 'unclear' };
}

/** The least text behind all that begin with this one, in the order of their code units; null where there is none. */
export function afterBeginning(name: string): string | null {
  const points = Array.from(name, (sign) => sign.codePointAt(0)!);
  while (points.length > 0) {
    const last = points.pop()!;
    // Surrogates are no signs.
    if (last < 0x10ffff) return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1);
  }
  return null;
}
