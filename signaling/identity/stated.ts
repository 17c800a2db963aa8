// What somebody says of themselves while registering: checked by the rule of the form, and what they agreed to.
import type { OwnIdentityBody } from '#contracts/identity.ts';
import type { NewIdentity } from '#db/queries/identities.ts';
import { consentVersion, registrationPurposes } from '#domain/consent.ts';
import { shanghaiDay } from '#domain/day.ts';
import { DomainError, type ErrorCode } from '#domain/errors.ts';
import { checkDocument, phoneOf, statedBirthDate } from '#domain/identity/document.ts';
import { identityFaults, plainName, type IdentityField } from '#domain/identity/registration.ts';

type RegistrationPurpose = (typeof registrationPurposes)[number];
export type Stated = Omit<NewIdentity, 'personId' | 'authorityStatus'> & { name: string };

const codeOf: Record<IdentityField, ErrorCode> = { name: 'bad_request', number: 'document_invalid', birthDate: 'bad_request', phone: 'phone_invalid', employer: 'bad_request' };

/** Throws phone_invalid. */
export function statedPhone(text: string): string {
  const phone = phoneOf(text);
  if (!phone) throw new DomainError('phone_invalid', 'not a mobile number of the mainland');
  return phone;
}

/** In the form it is kept. Throws document_invalid, phone_invalid, too_young, bad_request, with the field and what is wrong with it. */
export function statedIdentity(body: OwnIdentityBody, name: string, now: Date): Stated {
  const { documentKind, learnerCategory, employer } = body;
  const today = shanghaiDay(now);
  const [wrong] = Object.entries(identityFaults({ ...body, name }, today)) as [IdentityField, string][];
  const young = wrong && (wrong[1] === 'needs_guardian' || wrong[1] === 'too_young');
  if (wrong) throw new DomainError(young ? 'too_young' : codeOf[wrong[0]], `${wrong[0]}: ${wrong[1]}`);
  const document = checkDocument(documentKind, body.number, today);
  if (!document.ok) throw new DomainError('document_invalid', `number: ${document.fault}`);
  const { number, birthDate, regionCode } = document.facts;
  return {
    name: plainName(name), documentKind, number, birthDate: birthDate ?? statedBirthDate(body.birthDate ?? '', today), regionCode,
    phone: statedPhone(body.phone), learnerCategory, employer: employer.trim() || null,
  };
}

/** What was agreed to. Throws consent_missing without `identity`, bad_request for a text that is not today's. */
export function agreedPurposes(consents: OwnIdentityBody['consents']): RegistrationPurpose[] {
  for (const { purpose, version } of consents) {
    if (version !== consentVersion[purpose]) throw new DomainError('bad_request', `the text of ${purpose} is version ${consentVersion[purpose]}: read it again`);
  }
  const agreed = registrationPurposes.filter((purpose) => consents.some((consent) => consent.purpose === purpose));
  if (!agreed.includes('identity')) throw new DomainError('consent_missing', 'without consent nothing of an identity is kept');
  return agreed;
}
