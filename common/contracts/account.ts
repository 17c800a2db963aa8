// One's own account over REST: another password, a forgotten one, and the end of it.
import Type from 'typebox';
import { passwordLongest } from '#domain/identity/registration.ts';
import { PhoneCodeBody } from './identity.ts';
import { Closed } from './shapes.ts';

const Password = Type.String({ minLength: 1, maxLength: passwordLongest });
export const PasswordBody = Closed({ password: Password, next: Password });
/** Whoever has the registered phone sets another password. */
export const PasswordResetBody = Closed({ phone: PhoneCodeBody.properties.phone, code: Type.String({ pattern: '^\\d{6}$' }), next: Password });
export const ClosingBody = Closed({ password: Password });
