// Whose page asks: the browser's own word counts first, then Origin; programs send neither.
import { expect, it } from 'vitest';
import { fromOwnPage } from './same-origin.ts';

it.each([
  [{}, true], [{ 'sec-fetch-site': 'same-origin' }, true], [{ 'sec-fetch-site': 'none' }, true],
  [{ 'sec-fetch-site': 'same-site' }, false], [{ 'sec-fetch-site': 'cross-site', origin: 'https://a.cn', host: 'a.cn' }, false],
  [{ origin: 'https://a.cn', host: 'a.cn' }, true], [{ origin: 'https://a.cn:444', host: 'a.cn' }, false], [{ origin: 'https://b.cn', host: 'a.cn' }, false],
  [{ origin: 'null', host: 'a.cn' }, false], [{ origin: '', host: 'a.cn' }, false],
])('judges %j as %s', (headers, own) => expect(fromOwnPage(headers)).toBe(own));
