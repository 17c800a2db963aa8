// Texts of the self-test (等保 level 2), of backups and of the security log.
import type { ControlGroup, ControlId, ControlState } from '#domain/self-test/controls.ts';
import type { SecurityKind, SecurityOutcome } from '#domain/security-log.ts';
import type { Texts } from '../gather.ts';

const group: Record<ControlGroup, string> = {
  identity: 'Identification', access: 'Access control', audit: 'Audit', intrusion: 'Intrusion', malware: 'Malicious code', integrity: 'Integrity of data', confidentiality: 'Confidentiality of data', backup: 'Backup and restore', residual: 'Residual information', personal: 'Personal information', network: 'Network and capacity', place: 'Place and rules of office',
};
const state: Record<ControlState, string> = { pass: 'met', fail: 'not met', skip: 'nothing to check', missing: 'not in this version', yours: 'yours to state' };
const control: Record<ControlId, string> = {
  securityLogWhole: 'Entries say when, who, what and how it ended', headSigned: 'The evidence log is signed daily and its root agrees', auditorApart: 'An audit administrator apart from the operator', minimalInstall: 'Only what is needed is installed', adminTerminals: 'Terminals for administration are restricted', trustedBoot: 'Trusted boot and execution', unusedAccounts: 'Unneeded accounts are closed', securityBody: 'Body in charge of security',
  passwordRules: 'Weak passwords are refused', passwordsHashed: 'Passwords are kept as salted hashes only', demoAccounts: 'No demo account has its public password', lockout: 'Wrong passwords stop the login for a while', sessionsEnd: 'Logins end by themselves', loginEncrypted: 'Logins travel encrypted', secondFactor: 'Who runs or oversees logs in with a second factor',
  rolesOwnNothing: 'The program’s database roles own no table', tenantsApart: 'Institutions cannot reach each other’s data', dutiesApart: 'Nobody oversees what they run', closedAccounts: 'Closed accounts are logged out', securityLogWritten: 'The security log can be written', securityLogFixed: 'The security log cannot be changed or deleted',
  securityLogKept: 'The security log is kept for six months', eventsFixed: 'Facts of hours cannot be changed or deleted', chainVerifies: 'Chains of facts verify (sample)', chainKeepsUp: 'Facts are linked in time', clockSkew: 'Clocks agree', internalPorts: 'Internal ports are not public', inputChecked: 'Input is never taken for a command',
  updates: 'System updates are installed', uploadsCleaned: 'Uploaded courseware is cleaned', virusScanner: 'Uploads are scanned for viruses', checksums: 'Checksums and durable writes of the database', transportEncrypted: 'Data travels encrypted', keyFileMode: 'Only the program may read the master key', keyCurrent: 'The master key is changed every year', numbersSealed: 'Numbers and phones are kept sealed',
  backupsEncrypted: 'Backups are encrypted as a whole', backupSetUp: 'Backups are set up', backupAge: 'The full backup is younger than 24 hours', walAge: 'Changes are backed up within 2 minutes', drillAge: 'A restore was tried within half a year', backupElsewhere: 'A backup lies at another place', keysDestroyed: 'Destroyed keys have not come back', facesConsented: 'Every known face has a consent',
  looksWithReason: 'Every opened identity has a reason', diskFree: 'There is enough disk space', firewall: 'Firewall and network zones', machineRoom: 'Machine room', rulesOfOffice: 'Security rules of the office', persons: 'People in charge of security', emergencyPlan: 'Emergency plan and exercises', assessment: 'Assessment and filing of the level',
};
const kind: Record<SecurityKind, string> = {
  login: 'Login', logout: 'Logout', password: 'Password', phone: 'Phone', account: 'Account opened or closed', role: 'Role', export: 'Export', file_taken: 'File taken', identity_opened: 'Identity opened', picture_opened: 'Face picture opened', refused: 'Refused', settings: 'Settings', backup: 'Backup', restore: 'Restore', self_test: 'Self-test',
  second_factor: 'Second factor', log_read: 'Log read', key: 'Key changed', api_client: 'API client', hold: 'Legal hold',
};
const outcome: Record<SecurityOutcome, string> = { done: 'done', refused: 'refused', failed: 'failed' };

export const texts: Texts = {
  group, state, control, kind, outcome,
  intro: 'What 等保 level 2 asks for, tried on this platform one by one. Red needs somebody.', run: 'Run the self-test', running: 'Running …', never: 'It was never run. It takes a few seconds.', ranAt: '{at}, run by {by}, took {seconds} s', byCommand: 'command line', allGood: 'All that was tried is met.', someFail: '{n} are not met.', show: 'Show', all: 'All', only: 'Only what is not met', clause: 'Clause', found: 'Found',
  backup: 'Backup', backupNone: 'No backup is set up: a broken machine would lose everything. Set BACKUP_DIR and BACKUP_KEYS_DIR.', base: 'Full backup', wal: 'Changes of the database', drill: 'Restore drill', ago: '{span} ago', neverBacked: 'never', drillResult: 'Last drill: {facts} facts lost, took {seconds} s', drillFailed: 'The last drill failed ({code})', failing: 'The last {kind} backup failed ({code})',
  runKind: { base: 'full', files: 'files', drill: 'drill' }, log: 'Security log', logIntro: 'Who logged in, who was refused, who took or opened what. Only ever added to, kept for six months at least; reading it is in it.', allKinds: 'All kinds', allOutcomes: 'All outcomes', logEmpty: 'Nothing fits.', more: 'Earlier ones', nobody: 'not logged in', clearPerson: 'Everybody', onlyPerson: 'Only this person', at: 'When', who: 'Who', what: 'What', whereFrom: 'From', filterKind: 'Kind', filterOutcome: 'Outcome',
};
