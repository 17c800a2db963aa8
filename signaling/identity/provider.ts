// The providers of one-time codes: the log of a demo, or the gateway of whoever runs the platform.
import { DomainError } from '#domain/errors.ts';
import { maskedPhone } from '#domain/identity/document.ts';
import type { Logger } from '#runtime/log.ts';
import type { PhoneGateway, PhoneProvider } from '#runtime/phone-provider.ts';
import { signedPost } from '#runtime/signed-post.ts';

/** In a demo the person at the terminal is the one with the phone: as a warning the line is shown there too. */
const logProvider = (log: Logger): PhoneProvider => ({
  send: ({ phone, code, purpose }) => {
    log.warn({ phone: maskedPhone(phone), purpose }, `demo: the code for ${maskedPhone(phone)} is ${code}`);
    return Promise.resolve();
  },
});

/** `timeoutMs` of one try; there are two. */
export function createPhoneProvider(gateway: PhoneGateway, log: Logger, timeoutMs?: number): PhoneProvider {
  if (gateway.kind === 'log') return logProvider(log);
  const place = { url: gateway.url, secret: gateway.secret, ...(timeoutMs !== undefined && { timeoutMs }) };
  return {
    send: async ({ phone, code, purpose, locale }) => {
      try {
        await signedPost(place, { phone, code, purpose, locale });
      } catch (error) {
        log.error({ err: error, purpose }, 'the phone gateway did not take a message');
        throw new DomainError('phone_unavailable', 'the message could not be sent');
      }
    },
  };
}
