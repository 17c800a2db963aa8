// Cohorts: under which programme they are taught, which is what subsidies and hours are sorted by (R149).

/**
 * `enterprise_staff` 企业职工培训, `new_apprenticeship` 企业新型学徒制, `project` 项目制培训, `entrepreneurship` 创业培训, `key_groups` 就业重点群体培训, `other` 其他.
 */
export const programmes = ['enterprise_staff', 'new_apprenticeship', 'project', 'entrepreneurship', 'key_groups', 'other'] as const;
export type Programme = (typeof programmes)[number];
export const cohortTitleLongest = 80;
/** As it is kept and compared: nothing around, one space between. */
export const plainTitle = (title: string): string => title.normalize('NFKC').trim().replaceAll(/\s+/g, ' ');
