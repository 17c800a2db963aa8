// Signatures of messages to other people's servers.
import { expect, it } from 'vitest';
import { webhookHeaders, webhookSecretOf } from './signed-post.ts';

it('signs webhooks as the example of standardwebhooks.com', () => {
  expect(webhookHeaders('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330_999, '{"test": 2432232314}')).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek', 'webhook-timestamp': '1614265330', 'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

it('signs with no secret that anybody could guess', () => {
  for (const secret of ['whsec_', 'whsec_???', '', 'whsec_AAAA']) expect(() => webhookHeaders(secret, 'x', 0, '')).toThrow(/too short/);
  expect(webhookHeaders(webhookSecretOf(Buffer.alloc(32, 1)), 'x', 0, '')['webhook-signature']).toMatch(/^v1,[A-Za-z0-9+/]{43}=$/);
});
