// Platform information form (平台信息表): who runs it, technical conditions item by item, and the courses taught on it (R46, R73, R87, R108, R136, R137, R146, R147).
import { filingState, type InstitutionFacts } from '../institution.ts';
import { planTotals } from '../course/hours-plan.ts';
import type { DossierContent } from '../course/dossier.ts';
import { chargeCell, occupationText } from './course-paper.ts';
import { technicalConditions, type ConditionFacts } from './conditions.ts';
import { missing, plain, stated, unmet, type Paper, type PaperCell, type PaperFields, type PaperTable } from './paper.ts';
import { evaluationWords, formWords, kindWords, levelWords, rightWords, sourceWords } from './paper-words.ts';

export interface PaperCourse { courseId: string; content: DossierContent; submitted: boolean; instructors: readonly string[] }
/** `papers`: by kind, how many attachments of the institution stand. */
export interface PlatformPaperFacts { institutionName: string; platformName: string; platformAddress: string; facts: InstitutionFacts; seatName: string | null; regionNames: readonly string[]; papers: Partial<Record<string, number>>; conditions: ConditionFacts; courses: readonly PaperCourse[] }

const place = '/institution';
const paperRow = (papers: PlatformPaperFacts['papers'], kind: string, label: string): { label: string; cell: PaperCell } => ({ label, cell: (papers[kind] ?? 0) > 0 ? plain(`${papers[kind]} 份，见附件`, place) : missing('没有上传', place) });

function filingCell(facts: InstitutionFacts, at: Date): PaperCell {
  const { state } = filingState(facts, at);
  const text = `${facts.filingNumber.trim() || '（无编号）'}，${facts.filingFrom ?? ''} 至 ${facts.filingUntil ?? ''}`;
  if (state === 'none') return missing('没有填写备案有效期', place);
  return state === 'in_force' || state === 'ending' ? plain(text, place) : unmet(`${text}，${state === 'revoked' ? '已被撤销' : state === 'over' ? '已过期' : '还没有生效'}`, place);
}

function basics({ facts, institutionName, platformName, platformAddress, seatName, regionNames, papers }: PlatformPaperFacts, at: Date): PaperFields {
  const right = facts.platformRight === null ? missing('未选择', place) : plain([rightWords[facts.platformRight], facts.platformProvider.trim(), facts.platformFrom && facts.platformUntil ? `${facts.platformFrom} 至 ${facts.platformUntil}` : ''].filter(Boolean).join('，'));
  const rows: [string, PaperCell][] = [
    ['平台名称', stated(platformName)], ['平台网址', stated(platformAddress)], ['机构网站', stated(facts.website, place)], ['注册机构', stated(institutionName, place)], ['统一社会信用代码', stated(facts.creditCode, place)],
    ['负责人', stated(facts.responsiblePerson, place)], ['职务', stated(facts.responsiblePost, place)], ['电话', stated(facts.phone, place)], ['地址', stated(facts.address, place)], ['邮箱', stated(facts.email, place)],
    ['日常管理员', stated([facts.administrator.trim(), facts.administratorPhone.trim()].filter(Boolean).join(' '), place)], ['服务热线', stated([facts.hotline.trim(), facts.hotlineHours.trim()].filter(Boolean).join(' '), place)],
    ['机构类别', facts.kinds.length === 0 ? missing('未选择', place) : plain(facts.kinds.map((one) => kindWords[one]).join('、'))], ['机构所在地', stated(seatName, place)], ['培训区域', regionNames.length === 0 ? missing('未填写', place) : plain(regionNames.join('、'))],
    ['备案', filingCell(facts, at)], ['平台使用权', right],
  ];
  return { kind: 'fields', heading: '一、平台基本情况', rows: [...rows.map(([label, cell]) => ({ label, cell })), paperRow(papers, 'licence', '营业执照、办学许可'), paperRow(papers, 'commitment', '服务承诺')] };
}

const conditionTables = ({ conditions }: PlatformPaperFacts): PaperTable[] => technicalConditions(conditions).map(({ heading, conditions: some }, at) => ({
  kind: 'table', heading: `二（${at + 1}）、技术条件：${heading}`, columns: [{ heading: '条款', share: 14 }, { heading: '要求', share: 34 }, { heading: '本平台情况与依据', share: 52 }],
  rows: some.map(({ numbers, demand, cell }) => [plain(numbers), plain(demand), cell]), empty: '',
}));

function courseCells({ courseId, content, submitted, instructors }: PaperCourse, at: number): PaperCell[] {
  const here = `/courses/${courseId}/dossier`;
  const { units } = planTotals(content.plan);
  const chosen = (text: string | null): PaperCell => (text ? plain(text) : missing('未填写', here));
  return [
    plain(String(at + 1)), submitted ? stated(content.title, here) : missing(`${content.title || '（未命名）'}，资料没有提交`, here), chosen(occupationText(content)), chosen(content.level && levelWords[content.level].zh),
    chosen(content.trainingForms.map((one) => formWords[one]).join('、')), units > 0 ? plain(String(units)) : missing('未填写', here), chosen(instructors.join('、')), chosen(content.evaluation && evaluationWords[content.evaluation]),
    chosen(content.source && sourceWords[content.source]), chargeCell(content, here),
  ];
}
const courseTable = ({ courses }: PlatformPaperFacts): PaperTable => ({
  kind: 'table', heading: '三、课程（项目）清单', empty: '【缺】还没有课程',
  columns: [['序号', 6], ['名称', 18], ['专业', 14], ['培训等级', 11], ['培训形式', 11], ['课时', 6], ['授课人', 11], ['评价形式', 10], ['资源来源', 9], ['费用', 11]].map(([heading, share]) => ({ heading: String(heading), share: Number(share) })),
  rows: courses.map(courseCells),
});

export const platformPaper = (facts: PlatformPaperFacts, madeAt: Date): Paper => ({
  kind: 'platform', title: '职业技能线上培训平台信息表', subtitle: facts.institutionName, sources: '秦人社〔2020〕13号附件1；琼人力局2021年公告附件；粤人社办〔2020〕2号附件1；天津市平台征集附件1；丽水市备案通知附件1、2',
  parts: [basics(facts, madeAt), ...conditionTables(facts), courseTable(facts)],
  notes: ['“条款”按平台的要求编号（R1–R158）。红色并注明【缺】【未达到】的，是数据里没有或没有达到的；【由机构说明】的，平台的数据无法证明，由机构提供材料。'], madeAt: madeAt.toISOString(), full: true,
});
