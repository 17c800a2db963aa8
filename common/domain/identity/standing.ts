// Whether somebody is known by their real name well enough to learn: before a lesson, its replay and making up (R9, R84, R102, R116).
import type { RulePack } from '../rules/rule-pack.ts';
import type { AuthorityStatus } from './authority.ts';

/** What is lacking: nothing was registered, or an authority says that name and document do not belong together. */
export type IdentityLack = 'identity_missing' | 'identity_denied';

/** `authority` is null where no identity is registered. Nobody waits for an authority that does not answer: only its clear no keeps somebody out. */
export function identityLack({ realName }: Pick<RulePack, 'realName'>, authority: AuthorityStatus | null): IdentityLack | null {
  if (!realName.beforeLesson) return null;
  if (authority === null) return 'identity_missing';
  return authority === 'denied' ? 'identity_denied' : null;
}
