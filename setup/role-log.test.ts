// The terminal hears of warnings and errors; everything else stays in the file.
import { expect, test } from 'vitest';
import { worthShowing } from './role-log.ts';

test.each([
  ['{"level":"info","msg":"peer joined"}', null],
  ['{"level":"warn","msg":"capture late"}', 'warn: capture late'],
  ['{"level":"error","msg":"request failed","err":{"message":"disk full"}}', 'error: request failed: disk full'],
  ['{"level":', '{"level":'],
  ['TypeError: x is not a function', 'TypeError: x is not a function'],
  ['    at start (file:///app/main.ts:3:1)', null],
  ['node:internal/modules/esm/resolve:272', null],
  ['', null],
])('%s', (line, shown) => expect(worthShowing(line)).toBe(shown));
