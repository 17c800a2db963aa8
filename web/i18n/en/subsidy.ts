// Texts of the subsidy file of a cohort.
import type { SubsidyState } from '#domain/paper/subsidy.ts';
import type { Texts } from '../gather.ts';

const state: Record<SubsidyState, string> = { waiting: 'Waiting its turn', making: 'Being made', ready: 'Ready', failed: 'It was not made; please try again', gone: 'Its time is over' };

export const texts: Texts = {
  state, title: 'Subsidy file', intro: 'One archive: application, roster, ledger, attendance, lists of hours, checks, answers, exams, certificates, rules and signed sheets. Each file has its hash, so one changed byte is noticed.',
  notice: 'It has whole document numbers in it. It is kept for 24 hours, and each learner sees who opened the number, and why.', make: 'Make the subsidy file', sure: 'Make it', cancel: 'Cancel', making: 'Being made',
  download: 'Download', until: 'Kept until {at}', of: '{at} · {name}', learners: '{n} learners', manifest: 'Hash of the manifest (SHA-256)', none: 'None was made yet.',
};
