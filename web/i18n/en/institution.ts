// Texts of an institution’s pages: what it states, whether its filing is in force, what changed.
import type { FactFault, FactName, FilingState, InstitutionKind, PlatformRight } from '#domain/institution.ts';
import type { Texts } from '../gather.ts';

const kind: Record<InstitutionKind, string> = { vocational: 'Vocational skills', entrepreneurship: 'Entrepreneurship' };
const right: Record<PlatformRight, string> = { self_developed: 'Developed by itself', bought: 'Bought (owned)', right_of_use: 'Right of use bought', cooperation: 'Strategic cooperation' };
const field: Record<FactName, string> = {
  kinds: 'Kind of institution', creditCode: 'Unified social credit code', filingNumber: 'Filing number', filingFrom: 'Filing valid from', filingUntil: 'Filing valid until', filingRevokedOn: 'Filing revoked on', seatRegion: 'Seat', trainingRegions: 'Regions it may train in',
  responsiblePerson: 'Responsible person', responsiblePost: 'Post', phone: 'Phone', address: 'Address', email: 'E-mail', website: 'Website', hotline: 'Support hotline', hotlineHours: 'Hours of the hotline', administrator: 'Daily administrator', administratorPhone: 'Phone of the daily administrator',
  platformRight: 'Right to the platform', platformProvider: 'Provider of the platform', platformFrom: 'Right valid from', platformUntil: 'Right valid until',
};
const fault: Record<FactFault, string> = {
  form: 'This has not the right form. Please check it.', check_digit: 'The code is not right. Please compare it with the business licence, sign by sign.', day: 'There is no such day.', order: 'This cannot be before the first day.', years: 'A filing is valid for three years at most.', region: 'This is no region. Please choose it again.', too_long: 'This is too long.', too_many: 'Too many regions: 100 at most.',
};
const filing: Record<FilingState['state'], string> = {
  none: 'No filing is stated yet, so no new class can be opened. Please fill it in below.', not_yet: 'The filing is in force from {from}; no new class can be opened before.', in_force: 'The filing is in force until {until}, for {n} more days.',
  ending: 'The filing ends on {until}, in {n} days. No new class can be opened after that: please renew it soon.', over: 'The filing ended on {until}: no new class can be opened. Classes that run are taught to their end. Please renew it and enter the new days.', revoked: 'The filing was revoked on {revoked}: no new class can be opened.',
};

export const texts: Texts = {
  kind, right, field, fault, filing,
  page: { institution: 'About', 'institution-staff': 'Staff', 'institution-clients': 'Clients', 'institution-papers': 'Papers', 'institution-retention': 'Keeping and deleting', 'institution-looks': 'Looks by regulators', 'institution-api-clients': 'Programs', 'institution-webhooks': 'Notifications to systems' }, pages: 'Pages of the institution', which: 'Institution', none: 'You are in no institution yet. Please ask the office of yours.',
  group: { filing: 'Filing', regions: 'Regions', people: 'People and contact', platform: 'Right to the platform' },
  lastChanged: 'Last changed by {by}, {at}', toReport: 'Changes of what the filing was granted on that are not noted as reported: {n}. Please tell the authority and note the day under “Changes” below.',
  codeHint: '18 signs, on the business licence.', untilHint: 'Three years at most; the last day counts.', revokedHint: 'Empty unless the authority revoked it.', administratorHint: 'Looks after the platform every day and reports incidents at once.', hoursHint: 'For example: every day, 24 hours.', providerHint: 'May be empty where it is your own.',
  province: 'Province', city: 'City', county: 'County', wholeProvince: 'Whole province', wholeCity: 'Whole city', trainingHint: 'With those you were authorised for elsewhere. A province means all of it, a city all of it.', addRegion: 'Add a region', addRegionOf: 'Add {name}', removeRegion: 'Remove {name}', coveredAlready: 'A region in the list contains it already.',
  rightNone: 'Not stated yet', save: 'Save', saving: 'Saving…', saved: 'Saved.', unsaved: 'Not saved yet: {n}', leave: 'Your changes are not saved. Leave all the same?', conditionHint: 'You changed something the filing was granted on. Please save, tell the authority, and note the day under “Changes”.',
  papers: 'Licences and papers', changes: 'Changes', changesHint: 'Whatever is saved is recorded here and cannot be deleted.', noChanges: 'No changes yet.', conditionMark: ' (condition of the filing)',
  unreported: 'To be reported', reportAsk: 'Note that it was reported', reportDay: 'Day on which the authority was told', reportSave: 'Note it', reportKeep: 'Cancel', reportedOn: 'Reported on {on}', notReported: 'Take this back',
};
