// The phones of everybody in a test: what a provider was given to send can be read here.
import { DomainError } from '#domain/errors.ts';
import type { PhoneInvitation, PhoneMessage, PhoneProvider } from '#runtime/phone-provider.ts';

export interface TestPhone {
  provider: PhoneProvider;
  messages: PhoneMessage[];
  invitations: PhoneInvitation[];
  /** The last code that was sent to this phone; throws where none was. */
  codeOf(phone: string): string;
  /** From now on the provider is down, or up again. */
  down: boolean;
}

export function testPhone(): TestPhone {
  const messages: PhoneMessage[] = [];
  const invitations: PhoneInvitation[] = [];
  const keep = <T>(kept: T[], one: T): Promise<void> => {
    if (phone.down) return Promise.reject(new DomainError('phone_unavailable', 'down'));
    kept.push(one);
    return Promise.resolve();
  };
  const phone: TestPhone = {
    messages, invitations, down: false,
    codeOf: (number) => {
      const message = messages.findLast((one) => one.phone === number);
      if (!message) throw new Error(`nothing was sent to ${number}`);
      return message.code;
    },
    provider: { send: (message) => keep(messages, message), invite: (invitation) => keep(invitations, invitation) },
  };
  return phone;
}
