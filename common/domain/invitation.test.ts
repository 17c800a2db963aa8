// Invitations: until when they hold, whom they enrol at once, how often a phone is written to.
import { describe, expect, it } from 'vitest';
import { invitationState, joiningOf, mayMessage, type Comer, type InvitationFacts } from './invitation.ts';

const now = new Date('2026-03-02T01:00:00Z');
const facts = (change: Partial<InvitationFacts> = {}): InvitationFacts => ({ expiresAt: new Date('2026-03-02T01:00:00.001Z'), revokedAt: null, used: 1, most: 2, cohort: 'draft', ...change });

describe('invitationState', () => {
  it.each([
    ['open', {}], ['expired', { expiresAt: now }], ['used_up', { used: 2 }], ['used_up', { used: 3 }], ['revoked', { revokedAt: now, expiresAt: now, used: 2 }], ['cohort_closed', { cohort: 'closed', expiresAt: now }],
    ['open', { cohort: 'opened' }], ['open', { cohort: 'withdrawn' }],
  ] as const)('is %s with %j', (state, change) => expect(invitationState(facts(change), now)).toBe(state));
});

describe('joiningOf', () => {
  const comer = (change: Partial<Comer> = {}): Comer => ({ ended: false, admits: 'roster', learners: 4, learnerLimit: 5, ...change });
  it.each([
    ['enrolled', {}], ['enrolled', { learnerLimit: null }], ['waiting', { admits: 'waiting' }], ['waiting', { ended: true }], ['waiting', { learners: 5 }], ['waiting', { learners: 6 }],
  ] as const)('is %s with %j', (state, change) => expect(joiningOf(comer(change))).toBe(state));
});

describe('mayMessage', () => {
  const [hour, at] = [3_600_000, now.getTime()];
  it.each([
    [true, []], [false, [0]], [false, [24 * hour - 1]], [true, [24 * hour]], [true, [24 * hour, 48 * hour]], [false, [24 * hour, 48 * hour, 72 * hour]], [true, [24 * hour, 48 * hour, 30 * 24 * hour]],
  ])('is %s after messages so many milliseconds ago: %j', (may, ago) => expect(mayMessage(ago.map((ms) => at - ms), at)).toBe(may));
});
