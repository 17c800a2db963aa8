// The subsidy file of a cohort (补贴申报材料): what is in it, and whether what somebody holds is what was made (R53, R155).

export const subsidyStates = ['waiting', 'making', 'ready', 'failed', 'gone'] as const;
export type SubsidyState = (typeof subsidyStates)[number];
/** `keptHours`: it has whole document numbers in it, so it is not kept for long; what was made can be checked by its hashes for ever. */
export const subsidyLimits = { keptHours: 24, atOnce: 1, shown: 20 } as const;

export const subsidyParts = ['application', 'applicationSheet', 'roster', 'ledger', 'attendance', 'hours', 'checks', 'answers', 'exams', 'certificates', 'certificateList', 'rules', 'onSite', 'evidence'] as const;
export type SubsidyPart = (typeof subsidyParts)[number];
export const subsidyNames: Record<SubsidyPart, string> = {
  application: '01-开班申请表.pdf', applicationSheet: '01-开班申请表.xlsx', roster: '02-学员名册.xlsx', ledger: '03-电子培训台账.xlsx', attendance: '04-考勤明细.xlsx', hours: '05-学时清单.pdf', checks: '06-身份核验记录.xlsx', answers: '07-答题记录.xlsx',
  exams: '08-考试成绩.xlsx', certificates: '09-培训合格证书.pdf', certificateList: '09-证书清单.xlsx', rules: '10-适用规则.json', onSite: '11-线下签到记录.xlsx', evidence: '12-存证.ndjson',
};
/** The page that verifies the evidence, without a network. */
export const verifyPageName = '12-存证核验.html';
/** The signed sheet of the `number`th lesson held at a place, from 1, as it was handed in. */
export const signedSheetName = (number: number, ending: string): string => `11-线下签到表-${String(number).padStart(2, '0')}.${ending}`;
export const manifestName = 'manifest.json';
export const sumsName = 'SHA256SUMS';

export interface ManifestFile { name: string; bytes: number; /** 64 hexadecimal digits. */ sha256: string }
/** `rows`: how many there are of each, so that a table that was cut is noticed by whoever counts. `missing`: parts there is nothing of, in words. */
export interface SubsidyManifest {
  format: 'keshi-subsidy@1'; fileId: string; cohortId: string; cohort: string; course: string; institution: string; creditCode: string; rulePacks: string[]; asOf: string; rows: Partial<Record<SubsidyPart, number>>; missing: string[]; files: ManifestFile[];
}
export type ManifestFault = { name: string; fault: 'missing' | 'changed' | 'unknown' };

/** What is not as the manifest says, by name; empty: everything is as it was made. The manifest itself and its sums are not files of it. */
export function manifestFaults({ files }: Pick<SubsidyManifest, 'files'>, found: readonly ManifestFile[]): ManifestFault[] {
  const known = new Map(files.map((file) => [file.name, file]));
  const faults = files.flatMap(({ name, bytes, sha256 }): ManifestFault[] => {
    const own = found.find((one) => one.name === name);
    if (!own) return [{ name, fault: 'missing' }];
    return own.bytes === bytes && own.sha256 === sha256 ? [] : [{ name, fault: 'changed' }];
  });
  return [...faults, ...found.filter(({ name }) => !known.has(name) && name !== manifestName && name !== sumsName).map(({ name }): ManifestFault => ({ name, fault: 'unknown' }))];
}
/** As `sha256sum -c` reads it. */
export const sumsOf = ({ files }: Pick<SubsidyManifest, 'files'>): string => files.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join('');
