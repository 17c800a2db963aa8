// Texts of the page that shows the interface for programs.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  intro: 'For developers: how programs of an institution read from this platform. The same stands in the OpenAPI 3.1 file.',
  signTitle: 'How a request is signed', signText: 'The office of the institution makes a number and a secret under Institution → Programs. Each request has four headers:',
  header: { client: 'number of the program', time: 'the time now in Unix milliseconds, at most {minutes} minutes off the server’s', nonce: '16 to 64 letters, digits, “-” or “_”, random and never used again', signature: 'HMAC-SHA256 with the secret over the text below, hexadecimal in small letters' },
  pages: 'A page has up to {most} rows. Put the cursor of an answer into the next request as it is: nothing is skipped and nothing comes twice. Keep the last cursor; the next time reading goes on there.',
  download: 'Download the OpenAPI 3.1 file', search: 'Find a route', none: 'Nothing found.', programs: 'For programs (signed requests)',
  path: 'In the address', query: 'After the question mark', body: 'Body', answer: 'Answer', optional: 'optional', bodyExample: 'A body', answerExample: 'An answer',
};
