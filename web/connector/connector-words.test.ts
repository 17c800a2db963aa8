// Words of a connector: every code of ours has its own, everything else is told as it came.
import { expect, it } from 'vitest';
import type { Connector } from '#contracts/connector-routes.ts';
import { deadWords, kindWords, stateOf, troubleWords } from './connector-words.ts';

const t = (key: string, named?: Record<string, unknown>): string => `${key}${named ? ` ${JSON.stringify(named)}` : ''}`;

it('says what is the matter', () => {
  expect(['timeout', 'http_503', 'strange'].map((code) => troubleWords(code, t))).toEqual(['connector.trouble.timeout', 'connector.trouble.http {"status":"503"}', 'connector.trouble.other {"code":"strange"}']);
  expect(['own source_absent traineeNo', 'own fact_gone', 'own strange x', 'TRAINEE_UNKNOWN'].map((code) => deadWords(code, t))).toEqual(
    ['connector.own.source_absent {"field":"traineeNo"}', 'connector.own.fact_gone {"field":""}', 'own strange x', 'TRAINEE_UNKNOWN']);
});

it('has a word for the usual kinds', () => {
  expect(['ledger', 'check:missed', 'quiz:closed', '*'].map((kind) => kindWords(kind, t))).toEqual(['connector.kind.ledger', 'connector.kind.check_missed', 'quiz:closed', '*']);
});

it('says how a connector is: what somebody did goes before what happened', () => {
  const states = [{ pausedAt: 'x', trouble: 'y', waiting: 1, sent: 1 }, { pausedAt: null, trouble: 'y', waiting: 1, sent: 1 }, { pausedAt: null, trouble: null, waiting: 1, sent: 1 }, { pausedAt: null, trouble: null, waiting: 0, sent: 1 }, { pausedAt: null, trouble: null, waiting: 0, sent: 0 }];
  expect(states.map((one) => stateOf(one as Connector))).toEqual(['paused', 'trouble', 'waits', 'well', 'idle']);
});
