// What a registration must hold: each fault by its name, and that nothing right is refused.
import { describe, expect, it } from 'vitest';
import { checkDigitOf } from './document.ts';
import { identityFaults, nameFault, passwordFault, plainName, type StatedIdentity } from './registration.ts';

const today = '2026-11-22';
const right: StatedIdentity = { name: '李雷', documentKind: 'id_card', number: '11010519491231002X', phone: '13812345678', learnerCategory: 'enterprise_staff', employer: '示范焊接厂' };
const faults = (change: Partial<StatedIdentity>) => identityFaults({ ...right, ...change }, today);

describe('identity', () => {
  it('takes what is right, foreigners included', () => {
    expect(faults({})).toEqual({});
    expect(faults({ name: 'Anna-Maria O’Neil', documentKind: 'passport', number: 'e1234567', learnerCategory: 'other', employer: '', birthDate: '1990-03-07' })).toEqual({});
    expect(faults({ documentKind: 'permanent_residence', number: 'USA110123456789', birthDate: '1990-03-07' })).toEqual({});
  });
  it.each([
    [{ name: ' ' }, { name: 'missing' }], [{ name: '李' }, { name: 'name_form' }], [{ name: '李雷2' }, { name: 'name_form' }], [{ name: '李'.repeat(61) }, { name: 'too_long' }],
    [{ number: '' }, { number: 'missing' }], [{ number: '1101051949' }, { number: 'form' }], [{ number: '110105194912310021' }, { number: 'check_digit' }],
    [{ number: '990105194912310023' }, { number: 'region' }], [{ number: '110105202611230023' }, { number: 'birth_date' }],
    [{ phone: '' }, { phone: 'missing' }], [{ phone: '12812345678' }, { phone: 'phone_form' }], [{ phone: '+1 415 555 0100' }, { phone: 'phone_form' }],
    [{ employer: ' ' }, { employer: 'missing' }], [{ employer: '厂'.repeat(121) }, { employer: 'too_long' }],
    [{ name: '', phone: '1' }, { name: 'missing', phone: 'phone_form' }],
  ] as const)('%j is told as %j', (change, expected) => expect(faults(change)).toEqual(expected));
  it('asks for the birth date where the document does not tell it, and nowhere else', () => {
    const passport = { documentKind: 'passport', number: 'E1234567' } as const;
    expect([faults(passport), faults({ ...passport, birthDate: '1990-02-30' }), faults({ ...passport, birthDate: '2027-01-01' }), faults({ ...passport, birthDate: '1890-01-01' })])
      .toEqual([{ birthDate: 'missing' }, { birthDate: 'birth_date' }, { birthDate: 'birth_date' }, { birthDate: 'birth_date' }]);
    expect(faults({ birthDate: '2020-01-01' })).toEqual({});
  });
  it('lets nobody in below sixteen, and says below fourteen that a guardian would have to agree', () => {
    const born = (date: string): string => { const seventeen = `110105${date}002`; return seventeen + checkDigitOf(seventeen); };
    expect(['20101122', '20101123', '20121122', '20121123'].map((date) => faults({ number: born(date) }))).toEqual([{}, { number: 'too_young' }, { number: 'too_young' }, { number: 'needs_guardian' }]);
    const passport = (birthDate: string) => faults({ documentKind: 'passport', number: 'E1234567', birthDate });
    expect([passport('2010-11-22'), passport('2010-11-23'), passport('2013-01-01')]).toEqual([{}, { birthDate: 'too_young' }, { birthDate: 'needs_guardian' }]);
  });
  it('names as they are kept', () => {
    expect([' 李  雷 ', '阿依古丽 · 买买提', '  Anna   Maria '].map(plainName)).toEqual(['李雷', '阿依古丽·买买提', 'Anna Maria']);
    expect(['阿依古丽·买买提', 'José', '李 雷'].map(nameFault)).toEqual([null, null, null]);
  });
});

it('passwords', () => {
  const of = (password: string) => passwordFault(password, right);
  expect(['', 'short', '1111111111', '1101051949', '11010519491231002x', 'a13812345678', 'x'.repeat(201)].map(of))
    .toEqual(['missing', 'too_short', 'too_plain', 'like_number', 'like_number', 'like_number', 'too_long']);
  expect(['correct horse', '焊工安全操作第一期班', 'Keshi-2026!'].map(of)).toEqual([null, null, null]);
});
