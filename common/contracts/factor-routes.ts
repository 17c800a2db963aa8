// The second factor of one's own account: begun, proven by a code, ended; recovery codes to print (decision 087).
import Type, { type Static } from 'typebox';
import { passwordLongest } from '#domain/identity/registration.ts';
import { Closed, Empty, Instant, Nullable } from './shapes.ts';

const Password = Type.String({ minLength: 1, maxLength: passwordLongest });
/** Six digits of the phone, or a recovery code. */
export const FactorCode = Type.String({ minLength: 1, maxLength: 20 });
/** `obliged`: whoever oversees, and admins, where the platform asks for it. `codesLeft`: recovery codes nobody used. */
export const OwnFactor = Closed({ on: Type.Boolean(), obliged: Type.Boolean(), since: Nullable(Instant), codesLeft: Type.Integer() });
export type OwnFactor = Static<typeof OwnFactor>;
/** `secret` in base32, to be typed where no code can be read; `address` is what the QR code says. Shown until it is proven, never again. */
export const BegunFactor = Closed({ secret: Type.String(), address: Type.String() });
/** Ten of them, shown once. */
export const RecoveryCodes = Closed({ codes: Type.Array(Type.String()) });
export type RecoveryCodes = Static<typeof RecoveryCodes>;

export const factorRoutes = {
  'GET /api/me/second-factor': { by: 'account', beforeFactor: true, reply: OwnFactor },
  /** Draws a secret; with one in force also a code of that. Errors: password_wrong, second_factor_required, factor_code_wrong, too_many_attempts. */
  'POST /api/me/second-factor': { by: 'account', beforeFactor: true, body: Closed({ password: Password, code: Type.Optional(FactorCode) }), reply: BegunFactor },
  /** The secret is in force from now on; logs out everywhere else. Errors: not_found (none was begun), factor_code_wrong, too_many_attempts. */
  'POST /api/me/second-factor/confirmation': { by: 'account', beforeFactor: true, body: Closed({ code: FactorCode }), reply: RecoveryCodes },
  /** Ten new ones; the old ones are worth nothing. Errors: not_found (no second factor), factor_code_wrong, too_many_attempts. */
  'POST /api/me/second-factor/recovery-codes': { by: 'account', body: Closed({ code: FactorCode }), reply: RecoveryCodes },
  /** Errors: forbidden (obliged to have one), password_wrong, factor_code_wrong, too_many_attempts. */
  'POST /api/me/second-factor/ending': { by: 'account', body: Closed({ password: Password, code: FactorCode }), reply: Empty },
} as const;
