// The controls of 等保 level 2 (GB/T 22239-2019, chapter 7) as this platform meets them: for each what shows it. Titles are texts of the pages.

/** `check`: tried by a program each time. `configuration`: whoever runs it has to set it, and it is looked at whether it is set. `missing`: this version does not have it. `yours`: a matter of place and people, to be stated by whoever runs it. */
export const evidenceKinds = ['check', 'configuration', 'missing', 'yours'] as const;
export type EvidenceKind = (typeof evidenceKinds)[number];
export const controlGroups = ['identity', 'access', 'audit', 'intrusion', 'malware', 'integrity', 'confidentiality', 'backup', 'residual', 'personal', 'network', 'place'] as const;
export type ControlGroup = (typeof controlGroups)[number];

export const controls = {
  passwordRules: { group: 'identity', clause: '7.1.4.1 a', evidence: 'check' },
  passwordsHashed: { group: 'identity', clause: '7.1.4.1 a', evidence: 'check' },
  demoAccounts: { group: 'identity', clause: '7.1.4.2 b', evidence: 'check' },
  lockout: { group: 'identity', clause: '7.1.4.1 b', evidence: 'check' },
  sessionsEnd: { group: 'identity', clause: '7.1.4.1 b', evidence: 'check' },
  loginEncrypted: { group: 'identity', clause: '7.1.4.1 c', evidence: 'configuration' },
  secondFactor: { group: 'identity', clause: '7.1.4.1 c', evidence: 'check' },
  rolesOwnNothing: { group: 'access', clause: '7.1.4.2 d', evidence: 'check' },
  tenantsApart: { group: 'access', clause: '7.1.4.2 d', evidence: 'check' },
  dutiesApart: { group: 'access', clause: '7.1.4.2 d', evidence: 'check' },
  unusedAccounts: { group: 'access', clause: '7.1.4.2 c', evidence: 'yours' },
  closedAccounts: { group: 'access', clause: '7.1.4.2 c', evidence: 'check' },
  securityLogWritten: { group: 'audit', clause: '7.1.4.3 a', evidence: 'check' },
  securityLogWhole: { group: 'audit', clause: '7.1.4.3 b', evidence: 'check' },
  securityLogFixed: { group: 'audit', clause: '7.1.4.3 c', evidence: 'check' },
  securityLogKept: { group: 'audit', clause: '7.1.4.3 c', evidence: 'check' },
  eventsFixed: { group: 'audit', clause: '7.1.4.3 c', evidence: 'check' },
  chainVerifies: { group: 'audit', clause: '7.1.4.3 c', evidence: 'check' },
  headSigned: { group: 'audit', clause: '7.1.4.3 c', evidence: 'check' },
  chainKeepsUp: { group: 'audit', clause: '7.1.4.3 c', evidence: 'check' },
  auditorApart: { group: 'audit', clause: '7.1.5.2', evidence: 'missing' },
  clockSkew: { group: 'audit', clause: '7.1.4.3 b', evidence: 'check' },
  minimalInstall: { group: 'intrusion', clause: '7.1.4.4 a', evidence: 'yours' },
  internalPorts: { group: 'intrusion', clause: '7.1.4.4 b', evidence: 'configuration' },
  adminTerminals: { group: 'intrusion', clause: '7.1.4.4 c', evidence: 'yours' },
  inputChecked: { group: 'intrusion', clause: '7.1.4.4 d', evidence: 'check' },
  updates: { group: 'intrusion', clause: '7.1.4.4 e', evidence: 'yours' },
  uploadsCleaned: { group: 'malware', clause: '7.1.4.5', evidence: 'configuration' },
  virusScanner: { group: 'malware', clause: '7.1.4.5', evidence: 'missing' },
  trustedBoot: { group: 'integrity', clause: '7.1.4.6', evidence: 'missing' },
  checksums: { group: 'integrity', clause: '7.1.4.7', evidence: 'check' },
  transportEncrypted: { group: 'integrity', clause: '7.1.4.7', evidence: 'configuration' },
  keyFileMode: { group: 'confidentiality', clause: '7.1.4.7', evidence: 'check' },
  keyCurrent: { group: 'confidentiality', clause: '7.1.4.7', evidence: 'check' },
  numbersSealed: { group: 'confidentiality', clause: '7.1.4.7', evidence: 'check' },
  backupsEncrypted: { group: 'confidentiality', clause: '7.1.4.7', evidence: 'missing' },
  backupSetUp: { group: 'backup', clause: '7.1.4.8 a', evidence: 'configuration' },
  backupAge: { group: 'backup', clause: '7.1.4.8 a', evidence: 'check' },
  walAge: { group: 'backup', clause: '7.1.4.8 a', evidence: 'check' },
  drillAge: { group: 'backup', clause: '7.1.4.8 a', evidence: 'check' },
  backupElsewhere: { group: 'backup', clause: '7.1.4.8 b', evidence: 'yours' },
  keysDestroyed: { group: 'residual', clause: '7.1.4.9', evidence: 'check' },
  facesConsented: { group: 'personal', clause: '7.1.4.10 a', evidence: 'check' },
  looksWithReason: { group: 'personal', clause: '7.1.4.10 b', evidence: 'check' },
  diskFree: { group: 'network', clause: '7.1.2.1 a', evidence: 'check' },
  firewall: { group: 'network', clause: '7.1.3', evidence: 'yours' },
  machineRoom: { group: 'place', clause: '7.1.1', evidence: 'yours' },
  securityBody: { group: 'place', clause: '7.1.7', evidence: 'yours' },
  rulesOfOffice: { group: 'place', clause: '7.1.6', evidence: 'yours' },
  persons: { group: 'place', clause: '7.1.8', evidence: 'yours' },
  emergencyPlan: { group: 'place', clause: '7.1.10.11', evidence: 'yours' },
  assessment: { group: 'place', clause: '7.1.9.9', evidence: 'yours' },
} as const satisfies Record<string, { group: ControlGroup; clause: string; evidence: EvidenceKind }>;
export type ControlId = keyof typeof controls;
export const controlIds = Object.keys(controls) as ControlId[];

/** `skip`: there is nothing to try it on, or it cannot be tried from here. */
export const controlStates = ['pass', 'fail', 'skip', 'missing', 'yours'] as const;
export type ControlState = (typeof controlStates)[number];
/** `detail`: figures and names of settings or tables, the same in every language; never of people. */
export interface ControlResult { id: ControlId; state: ControlState; detail: string }
/** What a check found; it says nothing where nothing is wrong. */
export interface Finding { state: 'pass' | 'fail' | 'skip'; detail: string }
export const passed = (detail = ''): Finding => ({ state: 'pass', detail });
export const failed = (detail: string): Finding => ({ state: 'fail', detail });
export const skipped = (detail: string): Finding => ({ state: 'skip', detail });
export const judged = (ok: boolean, detail: string): Finding => (ok ? passed(detail) : failed(detail));

export type TriedId = { [K in ControlId]: (typeof controls)[K]['evidence'] extends 'check' | 'configuration' ? K : never }[ControlId];
export const isTried = (id: ControlId): id is TriedId => { const { evidence } = controls[id]; return evidence === 'check' || evidence === 'configuration'; };

export const failedCount = (results: readonly ControlResult[]): number => results.filter(({ state }) => state === 'fail').length;
