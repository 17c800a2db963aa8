// Real names over REST: registering, one-time codes, masks, and the looks at what is sealed.
import Type, { type Static } from 'typebox';
import { authorityStatuses } from '#domain/identity/authority.ts';
import { consentPurposes, registrationPurposes, withdrawablePurposes } from '#domain/consent.ts';
import { documentKinds } from '#domain/identity/document.ts';
import { learnerCategories } from '#domain/identity/learner-category.ts';
import { employerLongest, passwordLongest } from '#domain/identity/registration.ts';
import { identityParts } from '#domain/identity/reveal.ts';
import { Closed, Instant, Nullable, OneOf, Uuid } from './shapes.ts';

const Locale = OneOf(['zh', 'en'] as const);
/** As typed; the service says what is wrong with it. */
const Phone = Type.String({ minLength: 1, maxLength: 32 });
const Code = Type.String({ pattern: '^\\d{6}$' });

/** The same answer for every phone that is one, known or not. */
export const PhoneCodeBody = Closed({ phone: Phone, locale: Locale });
export const PhoneCodeReply = Closed({ expiresAt: Instant });

/** A tick on the text of that version; what is not in the list was not agreed to. */
const Agreed = Type.Array(Closed({ purpose: OneOf(registrationPurposes), version: Type.Integer({ minimum: 1 }) }), { maxItems: registrationPurposes.length });
const stated = {
  documentKind: OneOf(documentKinds), number: Type.String({ minLength: 1, maxLength: 40 }), phone: Phone, code: Code,
  learnerCategory: OneOf(learnerCategories), employer: Type.String({ maxLength: employerLongest }), consents: Agreed,
  /** Needed where the document does not tell it. */
  birthDate: Type.Optional(Type.String({ maxLength: 10 })),
};
/** For somebody who has no account. They sign in with the phone afterwards. */
export const RegistrationBody = Closed({ ...stated, name: Type.String({ minLength: 1, maxLength: 120 }), password: Type.String({ minLength: 1, maxLength: passwordLongest }), locale: Locale });
export type RegistrationBody = Static<typeof RegistrationBody>;
/**
 * For somebody whose account an institution made: the name stays the one it gave. Also in place of an identity that an authority denied; there `name` may be corrected too,
 * and counts only when the authority confirms it with the number.
 */
export const OwnIdentityBody = Closed({ ...stated, name: Type.Optional(Type.String({ minLength: 1, maxLength: 120 })) });
export type OwnIdentityBody = Static<typeof OwnIdentityBody>;
export const RegistrationReply = Closed({ personId: Uuid, authority: OneOf(authorityStatuses) });

/** With the password: a phone opens the account, so whoever found a computer logged in must not change it. */
export const PhoneChangeBody = Closed({ phone: Phone, code: Code, password: Type.String({ minLength: 1, maxLength: passwordLongest }) });

export const MaskedIdentity = Closed({
  documentKind: OneOf(documentKinds), numberMask: Type.String(), 
  /** Null where no phone is on file. */
  phoneMask: Nullable(Type.String()), learnerCategory: OneOf(learnerCategories),
  employer: Nullable(Type.String()), regionCode: Nullable(Type.String()), authority: OneOf(authorityStatuses), authorityAt: Nullable(Instant), registeredAt: Instant,
});
export type MaskedIdentity = Static<typeof MaskedIdentity>;
export const IdentityLook = Closed({ at: Instant, viewer: Type.String(), institution: Type.String(), fields: Type.Array(OneOf(identityParts)), reason: Type.String() });
/** `views`: who had sealed parts shown to them, latest first, at most 200. */
export const OwnIdentity = Closed({ name: Type.String(), identity: Nullable(MaskedIdentity), views: Type.Array(IdentityLook) });
export type OwnIdentity = Static<typeof OwnIdentity>;
export const PersonIdentity = Closed({ personId: Uuid, name: Type.String(), identity: Nullable(MaskedIdentity) });
export type PersonIdentity = Static<typeof PersonIdentity>;

export const RevealBody = Closed({ reason: Type.String({ maxLength: 400 }), fields: Type.Array(OneOf(identityParts), { minItems: 1, maxItems: identityParts.length, uniqueItems: true }) });
/** Null where it was not asked for, or the document does not tell it. */
export const RevealReply = Closed({ number: Nullable(Type.String()), birthDate: Nullable(Type.String()), phone: Nullable(Type.String()) });

/** Every decision, latest first; `current` is the version of today's text. */
export const ConsentList = Closed({
  consents: Type.Array(Closed({ purpose: OneOf(consentPurposes), version: Type.Integer(), given: Type.Boolean(), at: Instant })),
  current: Closed({ recording: Type.Integer(), face: Type.Integer(), identity: Type.Integer(), authority: Type.Integer() }),
});
export type ConsentList = Static<typeof ConsentList>;
export const WithdrawBody = Closed({ purpose: OneOf(withdrawablePurposes) });
