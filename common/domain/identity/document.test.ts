// Documents by hand and by construction: what is right passes, one wrong sign does not (R9, R102).
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkDigitOf, checkDocument, maskedNumber, maskedPhone, phoneOf, plainNumber, type DocumentKind } from './document.ts';

const today = '2026-11-22';
const whole = (seventeen: string): string => seventeen + checkDigitOf(seventeen);
const told = (kind: DocumentKind, number: string): unknown => {
  const result = checkDocument(kind, number, today);
  return result.ok ? [result.facts.birthDate, result.facts.regionCode] : result.fault;
};
const good = fc.record({ region: fc.constantFrom('110101', '330781', '460106', '120101'), day: fc.date({ min: new Date('1930-01-01'), max: new Date('2010-12-31'), noInvalidDate: true }), running: fc.integer({ min: 0, max: 999 }) })
  .map(({ region, day, running }) => whole(`${region}${day.toISOString().slice(0, 10).replaceAll('-', '')}${String(running).padStart(3, '0')}`));

describe('identity cards', () => {
  it('the example of the standard', () => {
    expect(told('id_card', '11010519491231002X')).toEqual(['1949-12-31', '110105']);
    expect(told('id_card', ' 110105 1949-1231 002x ')).toEqual(['1949-12-31', '110105']);
    expect(told('id_card', '\ufeff110105\u200b19491231002x')).toEqual(['1949-12-31', '110105']);
    expect(plainNumber('１１０１０５１９４９１２３１００２Ｘ')).toBe('11010519491231002X');
  });
  it('what is wrong is named', () => {
    expect(told('id_card', '110105491231002')).toBe('old_card');
    expect([told('id_card', '11010549123100'), told('passport', '110105491231002')]).toEqual(['form', [null, null]]);
    expect(told('id_card', '110105194912310021')).toBe('check_digit');
    expect(told('id_card', whole('99010519491231002'))).toBe('region');
    expect(told('id_card', whole('11010519490230002'))).toBe('birth_date');
    expect(told('id_card', whole('11010520261123002'))).toBe('birth_date');
    expect(told('id_card', whole('11010518991231002'))).toBe('birth_date');
  });
  it('no single wrong digit and no two neighbours exchanged pass', () => {
    fc.assert(fc.property(good, fc.integer({ min: 0, max: 16 }), fc.integer({ min: 1, max: 9 }), (number, at, by) => {
      expect(checkDocument('id_card', number, today).ok).toBe(true);
      const wrong = number.slice(0, at) + String((Number(number[at]) + by) % 10) + number.slice(at + 1);
      expect(checkDocument('id_card', wrong, today)).toEqual({ ok: false, fault: 'check_digit' });
      if (at < 16 && number[at] !== number[at + 1]) {
        const exchanged = number.slice(0, at) + number[at + 1]! + number[at]! + number.slice(at + 2);
        expect(checkDocument('id_card', exchanged, today)).toEqual({ ok: false, fault: 'check_digit' });
      }
    }));
  });
});

it('documents of others', () => {
  expect(told('residence_permit', whole('81000019900101001'))).toEqual(['1990-01-01', '810000']);
  expect(told('residence_permit', whole('11010519900101001'))).toBe('region');
  expect(told('permanent_residence', whole('91184019900101001'))).toEqual(['1990-01-01', '840']);
  expect(told('permanent_residence', 'USA110123456789')).toEqual([null, null]);
  expect([told('home_return_permit', 'h12345678'), told('home_return_permit', '12345678')]).toEqual([[null, null], 'form']);
  expect([told('taiwan_permit', '12345678'), told('taiwan_permit', '1234567')]).toEqual([[null, null], 'form']);
  expect([told('passport', 'e12345678'), told('passport', 'E1')]).toEqual([[null, null], 'form']);
});

it('masked: enough to tell one from another, not enough to use', () => {
  expect([maskedNumber('11010519491231002X'), maskedNumber('12345678'), maskedNumber('7')]).toEqual(['110*************2X', '******78', '7']);
  expect(maskedPhone('13812345678')).toBe('138****5678');
});

it('phones as people write them', () => {
  expect(['13812345678', '+86 138-1234-5678', '0086 13812345678', '8613812345678', '１３８１２３４５６７８', '\u202d138 1234 5678\u202c', '138–1234–5678'].map(phoneOf)).toEqual(Array.from({ length: 7 }, () => '13812345678'));
  expect(['12812345678', '1381234567', '+1 415 555 0100', ''].map(phoneOf)).toEqual([null, null, null, null]);
});
