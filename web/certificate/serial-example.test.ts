// The number shown as an example can be typed: it has the right check sign.
import { expect, it } from 'vitest';
import { parseSerial } from '#domain/certificate-serial.ts';
import { texts as en } from '../i18n/en/certificate.ts';
import { texts as zh } from '../i18n/zh/certificate.ts';

it.each([zh, en])('the example is a number', ({ serialHint }) => {
  const example = /2026[-\dA-Z]+/.exec(String(serialHint))?.[0] ?? '';
  expect(parseSerial(example)).toEqual({ serial: example });
});
