// The providers of messages to phones: the log of a demo, or the gateway of whoever runs the platform.
import { DomainError } from '#domain/errors.ts';
import { maskedPhone } from '#domain/identity/document.ts';
import type { PhonePurpose } from '#domain/identity/phone-code.ts';
import type { Logger } from '#runtime/log.ts';
import type { PhoneGateway, PhoneProvider } from '#runtime/phone-provider.ts';
import { signedPost } from '#runtime/signed-post.ts';

/** In a demo the person at the terminal is the one with the phone: as a warning the line is shown there too. */
const logProvider = (log: Logger): PhoneProvider => ({
  send: ({ phone, code, purpose }) => {
    log.warn({ phone: maskedPhone(phone), purpose }, `demo: the code for ${maskedPhone(phone)} is ${code}`);
    return Promise.resolve();
  },
  invite: ({ phone, link }) => {
    log.warn({ phone: maskedPhone(phone) }, `demo: the invitation for ${maskedPhone(phone)} is ${link}`);
    return Promise.resolve();
  },
});

/** `timeoutMs` of one try; there are two. */
export function createPhoneProvider(gateway: PhoneGateway, log: Logger, timeoutMs?: number): PhoneProvider {
  if (gateway.kind === 'log') return logProvider(log);
  const place = { url: gateway.url, secret: gateway.secret, ...(timeoutMs !== undefined && { timeoutMs }) };
  const post = async (purpose: PhonePurpose | 'invitation', message: Record<string, unknown>): Promise<void> => {
    try {
      await signedPost(place, message);
    } catch (error) {
      log.error({ err: error, purpose }, 'the phone gateway did not take a message');
      throw new DomainError('phone_unavailable', 'the message could not be sent');
    }
  };
  return {
    send: ({ phone, code, purpose, locale }) => post(purpose, { phone, code, purpose, locale }),
    invite: ({ phone, link, institution }) => post('invitation', { phone, purpose: 'invitation', link, institution, locale: 'zh' }),
  };
}
