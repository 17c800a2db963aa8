// What the security log keeps: who came in, who was refused, what was taken out, opened or changed of rights and keys (R154, R158). At least six months.

export const securityKinds = [
  'login', 'logout', 'password', 'phone', 'account', 'role', 'export', 'file_taken', 'identity_opened', 'picture_opened', 'refused', 'settings', 'backup', 'restore', 'self_test', 'second_factor', 'log_read', 'key', 'api_client', 'hold',
] as const;
export type SecurityKind = (typeof securityKinds)[number];
export const securityOutcomes = ['done', 'refused', 'failed'] as const;
export type SecurityOutcome = (typeof securityOutcomes)[number];

/** Wrong passwords within a quarter of an hour before the next is not heard: per login, and per address, since many learners of one school share one. */
export const loginLimits = { perLogin: 10, perAddress: 100, windowMs: 15 * 60_000 } as const;
export const securityLogMonths = 6;

type Rule = readonly [pattern: RegExp, kind: SecurityKind];
/** By a route's name; the first that fits. What is not here is in the log only where it was refused. */
const rules: readonly Rule[] = [
  [/^POST \/api\/session/, 'login'], [/^DELETE \/api\/session/, 'logout'],
  [/second-factor|recovery-code/, 'second_factor'],
  [/^PUT \/api\/me\/password$|^POST \/api\/password-reset$/, 'password'], [/^PUT \/api\/me\/phone$/, 'phone'], [/^POST \/api\/(registration|me\/closing)$/, 'account'],
  [/^(POST|PUT|DELETE) \/api\/institutions\/:institutionId\/(staff|clients\/:clientId\/members)/, 'role'], [/^(POST|PUT|DELETE) \/api\/(oversight|regions?)\b.*(people|overseers?|grants?)/, 'role'],
  [/^POST \/api\/(institutions\/:institutionId\/api-clients|api-clients\/:apiClientId\/ending)$/, 'api_client'],
  [/^POST \/api\/(institutions\/:institutionId\/legal-holds|legal-holds\/:holdId\/ending)$/, 'hold'],
  [/^POST \/api\/persons\/:personId\/identity\/reveal$/, 'identity_opened'],
  [/^GET \/api\/(checks\/:checkId\/picture|face-enrolments\/:enrolmentId\/pictures\/|exam-attempts\/:attemptId\/pictures\/|inspection-looks\/)/, 'picture_opened'],
  [/^POST \/api\/(ledger\/exports|cohorts\/:cohortId\/subsidy-files|institutions\/:institutionId\/paper-files)$/, 'export'],
  [/^GET \/api\/(ledger\/exports\/:exportId\/file|subsidy-files\/:subsidyFileId\/file|cohorts\/:cohortId\/ledger\/:personId\/file|cohorts\/:cohortId\/roster-imports\/:importId\/marked\.xlsx|.*(scores|report)\.xlsx|cohorts\/:cohortId\/(evidence|certificates\.pdf)$|inspections\/:inspectionId\/(report|population)$|institutions\/:institutionId\/attachments\/:attachmentId$|me\/data\/file$|paper-files\/:paperFileId\/file$)/, 'file_taken'],
  [/^PUT \/api\/(institutions\/:institutionId\/(rule-pack|travel-gap|profile)|cohorts\/:cohortId\/rule-pack|operator\/nodes\/:nodeId)$/, 'settings'],
  [/^(POST|PUT|DELETE) \/api\/(connectors|webhooks|institutions\/:institutionId\/webhooks)\b/, 'settings'], [/^POST \/api\/deletion-requests\/:requestId\/decision$/, 'settings'],
  [/^POST \/api\/self-tests$/, 'self_test'], [/^GET \/api\/security-log$/, 'log_read'],
];

/** Null: in the log only where it is refused. */
export const securityKindOf = (route: string): SecurityKind | null => rules.find(([pattern]) => pattern.test(route))?.[1] ?? null;

/** Of refusals: what may be somebody trying what is not theirs. Wrong words in a form are no matter of security. */
const tellingCodes: Readonly<Record<string, SecurityOutcome>> = { forbidden: 'refused', wrong_credentials: 'failed', too_many_attempts: 'refused', password_wrong: 'failed', code_wrong: 'failed' };
/** What to keep of a request that ended with `code` (null: it was done); null: nothing. */
export function securityEntryOf(route: string, code: string | null): { kind: SecurityKind; outcome: SecurityOutcome } | null {
  const kind = securityKindOf(route);
  if (code === null) return kind && { kind, outcome: 'done' };
  const outcome = tellingCodes[code];
  if (outcome) return { kind: kind ?? 'refused', outcome };
  return kind === 'login' || kind === 'second_factor' ? { kind, outcome: 'failed' } : null;
}
