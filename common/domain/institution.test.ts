// What an institution states of itself: credit codes, how long a filing is in force, what is wrong with a form, what changed.
import { describe, expect, it } from 'vitest';
import { creditCodeFault, factChanges, factFaults, filingInForce, filingState, isCondition, noFacts, plainFacts, yearsLater, type FactName, type InstitutionFacts } from './institution.ts';

describe('a credit code', () => {
  // Published by the companies themselves.
  it.each(['91440300708461136T', '91110000802100433B', '9144030071526726XG'])('%s is right', (code) => { expect(creditCodeFault(code)).toBeNull(); });
  it('one sign wrong, or two changed over, is found', () => {
    const code = '91440300708461136T';
    for (let at = 8; at < 17; at++) expect(creditCodeFault(`${code.slice(0, at)}${code[at] === '2' ? '3' : '2'}${code.slice(at + 1)}`)).toBe('check_digit');
    expect(creditCodeFault('91440300704861136T')).toBe('check_digit');
  });
  it.each(['', '91440300708461136', '91440300708461136TT', '91440300708461136I', '9144O300708461136T', 'S1440300708461136T', '91440300708461136t', '９1440300708461136T'])('"%s" has not its form', (code) => { expect(creditCodeFault(code)).toBe('form'); });
});

const filing = { filingFrom: '2026-03-01', filingUntil: '2029-02-28', filingRevokedOn: null };
/** Noon in Shanghai. */
const on = (day: string): Date => new Date(`${day}T04:00:00Z`);
describe('a filing', () => {
  it.each([['2026-02-28', 'not_yet', null], ['2026-03-01', 'in_force', 1095], ['2028-11-29', 'in_force', 91], ['2028-11-30', 'ending', 90], ['2029-02-28', 'ending', 0], ['2029-03-01', 'over', null]] as const)(
    'on %s is %s', (day, state, daysLeft) => { expect(filingState(filing, on(day))).toEqual({ state, daysLeft }); });
  it('begins and ends at midnight in Shanghai', () => {
    expect([filingInForce(filing, new Date('2026-02-28T15:59:59Z')), filingInForce(filing, new Date('2026-02-28T16:00:00Z'))]).toEqual([false, true]);
    expect([filingInForce(filing, new Date('2029-02-28T15:59:59Z')), filingInForce(filing, new Date('2029-02-28T16:00:00Z'))]).toEqual([true, false]);
  });
  it('that is not stated, or was taken back, is not in force', () => {
    for (const part of [{ filingFrom: null }, { filingUntil: null }]) expect(filingInForce({ ...filing, ...part }, on('2027-01-01'))).toBe(false);
    const revoked = { ...filing, filingRevokedOn: '2027-05-01' };
    expect([filingState(revoked, on('2027-04-30')).state, filingState(revoked, on('2027-05-01')).state, filingInForce(revoked, on('2027-05-01'))]).toEqual(['in_force', 'revoked', false]);
  });
  it('a day years later', () => { expect([yearsLater('2026-03-01', 3), yearsLater('2028-02-29', 3), yearsLater('2024-02-29', 4)]).toEqual(['2029-03-01', '2031-02-28', '2028-02-29']); });
});

const facts = (part: Partial<InstitutionFacts>): InstitutionFacts => ({ ...noFacts, ...part });
describe('a form', () => {
  it('with nothing in it is fine, and a full one too', () => {
    expect(factFaults(noFacts)).toEqual({});
    expect(factFaults(facts({
      kinds: ['vocational'], creditCode: '91440300708461136T', ...filing, seatRegion: '130300', trainingRegions: ['130300', '130000'], phone: '0335-123 4567', email: 'a@b.cn', website: 'https://b.cn',
      platformRight: 'right_of_use', platformFrom: '2026-01-01', platformUntil: '2026-01-01',
    }))).toEqual({});
  });
  it.each<[FactName, Partial<InstitutionFacts>, string]>([
    ['creditCode', { creditCode: '91440300708461136X' }, 'check_digit'], ['creditCode', { creditCode: '123' }, 'form'], ['filingFrom', { filingFrom: '2026-02-30' }, 'day'], ['platformUntil', { platformUntil: '2026-13-01' }, 'day'],
    ['filingUntil', { filingFrom: '2026-03-02', filingUntil: '2026-03-01' }, 'order'], ['filingUntil', { filingFrom: '2026-03-01', filingUntil: '2029-03-02' }, 'years'],
    ['filingRevokedOn', { filingFrom: '2026-03-02', filingRevokedOn: '2026-03-01' }, 'order'], ['platformUntil', { platformFrom: '2026-03-02', platformUntil: '2026-03-01' }, 'order'],
    ['seatRegion', { seatRegion: '990000' }, 'region'], ['trainingRegions', { trainingRegions: ['130000', '130001'] }, 'region'], ['phone', { phone: 'call me' }, 'form'], ['hotline', { hotline: '12' }, 'form'],
    ['email', { email: 'a@b' }, 'form'], ['website', { website: 'javascript:alert(1)' }, 'form'], ['address', { address: '路'.repeat(201) }, 'too_long'],
    ['trainingRegions', { trainingRegions: Array.from({ length: 101 }, () => '130000') }, 'too_many'],
  ])('%s of %j: %s', (name, part, fault) => { expect(factFaults(facts(part))).toEqual({ [name]: fault }); });
  it('three years to the day are not too long', () => { expect(factFaults(facts({ filingFrom: '2026-03-01', filingUntil: '2029-03-01' }))).toEqual({}); });
});

it('what is kept is plain, so that writing it otherwise is no change', () => {
  const kept = plainFacts(facts({ creditCode: ' 9144 0300 7084 6113 6t ', kinds: ['entrepreneurship', 'vocational', 'vocational'], trainingRegions: ['130300', '110000', '130300'], phone: ' 12345 ' }));
  expect(kept).toMatchObject({ creditCode: '91440300708461136T', kinds: ['vocational', 'entrepreneurship'], trainingRegions: ['110000', '130300'], phone: '12345' });
  expect(factChanges(kept, plainFacts({ ...kept, phone: '12345  ', trainingRegions: [...kept.trainingRegions].reverse() }))).toEqual([]);
  expect(factChanges(kept, { ...kept, phone: '', seatRegion: '130000' })).toEqual([{ field: 'seatRegion', from: null, to: '130000' }, { field: 'phone', from: '12345', to: '' }]);
  expect([isCondition('seatRegion'), isCondition('responsiblePerson'), isCondition('website')]).toEqual([true, true, false]);
});
