// Annual report (年度报告): what an institution taught in a year, one for each kind it is filed as; with no training in a year the filing is cancelled (R136, R152, R153, R154).
import { kindWords } from './paper-words.ts';
import { filingState, type InstitutionFacts, type InstitutionKind } from '../institution.ts';
import { missing, plain, stated, unmet, type Paper, type PaperCell, type PaperFields, type PaperTable } from './paper.ts';

/** Of one cohort, in the year. `learners`: enrolled at some time of it; `heldMinutes`, `creditedMinutes`: sums over learners, from the ledger; `offlineUnits`, `offlineMinutes`: of units and credited minutes those at a place. */
export interface AnnualCohort { title: string; course: string; firstDay: string | null; lastDay: string | null; lessons: number; units: number; offlineUnits: number; learners: number; heldMinutes: number; creditedMinutes: number; offlineMinutes: number; examined: number; passed: number; certificates: number }
/** `people`: each once, whatever number of cohorts they were in. */
export interface AnnualPaperFacts {
  institutionName: string; facts: InstitutionFacts; part: InstitutionKind; year: number; over: boolean; cohorts: readonly AnnualCohort[]; people: number;
  changes: readonly { day: string; fields: string; reportedOn: string | null }[]; incidents: readonly { day: string; what: string; reported: boolean }[]; tickets: number;
}

const percent = (part: number, whole: number): string => (whole === 0 ? '—' : `${Math.floor((part / whole) * 1000) / 10}%`);
const sum = <K extends Exclude<keyof AnnualCohort, 'title' | 'course' | 'firstDay' | 'lastDay'>>(cohorts: readonly AnnualCohort[], key: K): number => cohorts.reduce((total, one) => total + one[key], 0);

function basics({ institutionName, facts, part }: AnnualPaperFacts, at: Date): PaperFields {
  const { state } = filingState(facts, at);
  const until = `${facts.filingFrom ?? ''} 至 ${facts.filingUntil ?? ''}`;
  const rows: [string, PaperCell][] = [
    ['机构名称', stated(institutionName)], ['统一社会信用代码', stated(facts.creditCode, '/institution')], ['备案编号', stated(facts.filingNumber, '/institution')],
    ['备案类别', facts.kinds.includes(part) ? plain(kindWords[part]) : unmet(`机构资料没有选择${kindWords[part]}`, '/institution')],
    ['备案有效期', state === 'none' ? missing('未填写', '/institution') : state === 'in_force' || state === 'ending' ? plain(until, '/institution') : unmet(`${until}，现在不在有效期内`, '/institution')],
    ['负责人', stated(facts.responsiblePerson, '/institution')], ['日常管理员', stated([facts.administrator.trim(), facts.administratorPhone.trim()].filter(Boolean).join(' '), '/institution')],
  ];
  return { kind: 'fields', heading: '一、机构', rows: rows.map(([label, cell]) => ({ label, cell })) };
}

function figures({ cohorts, people, year, over, part }: AnnualPaperFacts): PaperFields {
  const [lessons, held, credited, examined, passed] = [sum(cohorts, 'lessons'), sum(cohorts, 'heldMinutes'), sum(cohorts, 'creditedMinutes'), sum(cohorts, 'examined'), sum(cohorts, 'passed')];
  const rows: [string, PaperCell][] = [
    ['年度', over ? plain(`${year} 年`) : missing(`${year} 年还没有结束，为截至今天的数字`)],
    ['开展培训', lessons > 0 ? plain(`${cohorts.length} 个班，${lessons} 节课，${sum(cohorts, 'units')} 课时（其中线下 ${sum(cohorts, 'offlineUnits')} 课时）`, '/cohorts') : unmet(`本年度没有开展${kindWords[part]}培训，备案可能被注销`, '/cohorts')],
    ['培训人数', plain(`${people} 人（${sum(cohorts, 'learners')} 人次）`)], ['应学、计入', plain(`应学 ${held.toFixed(1)} 分钟，计入 ${credited.toFixed(1)} 分钟（其中线下 ${sum(cohorts, 'offlineMinutes').toFixed(1)} 分钟）`)], ['平均到课率', plain(percent(credited, held), '/ledger')],
    ['考核', plain(`参加 ${examined} 人次，通过 ${passed} 人次，通过率 ${percent(passed, examined)}`, '/exams')], ['发放证书', plain(`${sum(cohorts, 'certificates')} 张`)],
  ];
  return { kind: 'fields', heading: '二、年度培训情况', rows: rows.map(([label, cell]) => ({ label, cell })) };
}

const cohortTable = ({ cohorts }: AnnualPaperFacts): PaperTable => ({
  kind: 'table', heading: '三、各班情况', empty: '【缺】没有开展培训',
  columns: [['序号', 5], ['班级', 18], ['课程', 18], ['起止', 18], ['节数', 6], ['课时', 6], ['其中线下', 8], ['人数', 6], ['到课率', 8], ['考核人次', 8], ['通过人次', 8], ['证书', 6]].map(([heading, share]) => ({ heading: String(heading), share: Number(share) })),
  rows: cohorts.map((one, at) => [
    plain(String(at + 1)), plain(one.title), plain(one.course), one.firstDay && one.lastDay ? plain(`${one.firstDay} 至 ${one.lastDay}`) : plain('—'), plain(String(one.lessons)), plain(String(one.units)), plain(String(one.offlineUnits)), plain(String(one.learners)),
    plain(percent(one.creditedMinutes, one.heldMinutes)), plain(String(one.examined)), plain(String(one.passed)), plain(String(one.certificates)),
  ]),
});
const changeTable = ({ changes }: AnnualPaperFacts): PaperTable => ({
  kind: 'table', heading: '四、备案条件变化及报告', empty: '本年度没有变化', columns: [{ heading: '日期', share: 14 }, { heading: '变化的内容', share: 60 }, { heading: '报告', share: 26 }],
  rows: changes.map(({ day, fields, reportedOn }) => [plain(day), plain(fields), reportedOn ? plain(`${reportedOn} 已报告`) : unmet('还没有报告', '/institution')]),
});
const incidentTable = ({ incidents, tickets }: AnnualPaperFacts): PaperTable => ({
  kind: 'table', heading: `五、故障和求助（求助 ${tickets} 件）`, empty: '本年度没有记录故障', columns: [{ heading: '日期', share: 14 }, { heading: '情况', share: 60 }, { heading: '报告', share: 26 }],
  rows: incidents.map(({ day, what, reported }) => [plain(day), plain(what), reported ? plain('已报告') : plain('未报告')]),
});

export const annualPaper = (facts: AnnualPaperFacts, madeAt: Date): Paper => ({
  kind: 'annual', title: `线上职业培训年度报告（${kindWords[facts.part]}）`, subtitle: `${facts.institutionName} · ${facts.year} 年`, sources: '丽水市备案通知一(一)、四(一)、四(二)、五',
  parts: [basics(facts, madeAt), figures(facts), cohortTable(facts), changeTable(facts), incidentTable(facts)],
  notes: ['创业类：培训项目类别是创业培训的班；其余为职业技能类。机构两类都有的，各报一份。一个班计入上课的年度；到课率是计入分钟除以应学分钟。'], madeAt: madeAt.toISOString(), full: true,
});
