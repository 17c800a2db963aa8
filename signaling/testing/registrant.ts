// People who register in tests: documents nobody has twice, and what they send.
import type { RegistrationBody } from '#contracts/identity.ts';
import { consentVersion } from '#domain/consent.ts';
import { checkDigitOf } from '#domain/identity/document.ts';
import type { HttpWorld, Known } from './http-world.ts';

let count = 0;
/** An identity card of somebody born on `birthDate` (eight digits), right in form. */
export function cardNumber(birthDate = '19900307', region = '110105'): string {
  const seventeen = `${region}${birthDate}${String(++count % 1000).padStart(3, '0')}`;
  return seventeen + checkDigitOf(seventeen);
}
export const phoneNumber = (): string => `138${String(10_000_000 + ++count)}`;

/** What a person knows before a code came. */
export type Stated = Omit<RegistrationBody, 'code'>;
export const stated = (change: Partial<Stated> = {}): Stated => ({
  name: '李雷', documentKind: 'id_card', number: cardNumber(), phone: phoneNumber(), learnerCategory: 'enterprise_staff', employer: '示范焊接厂',
  password: 'correct horse', locale: 'zh', consents: [{ purpose: 'identity', version: consentVersion.identity }], ...change,
});

const codeRoute = (person: Known | null): string => (person ? 'POST /api/me/phone-code' : 'POST /api/registration/phone-code');
/** Orders a code for the phone and answers it. */
export async function orderCode(world: HttpWorld, phone: string, person: Known | null = null): Promise<string> {
  const response = await world.call(codeRoute(person), person, { payload: { phone, locale: 'zh' } });
  if (response.statusCode !== 200) throw new Error(response.body);
  return world.phone.codeOf(phone);
}

/** Orders a code and registers with it. */
export async function register(world: HttpWorld, body: Stated): ReturnType<HttpWorld['call']> {
  return world.call('POST /api/registration', null, { payload: { ...body, code: await orderCode(world, body.phone) } });
}
