// Course form (课程信息表): name, hours, standard, level, whose it is, who teaches, outline, plan of hours, assessment, papers (R50, R51, R76, R87, R108).
import type { DossierContent } from '../course/dossier.ts';
import { planTotals, type PlanRow } from '../course/hours-plan.ts';
import type { Credential } from '../course/instructor.ts';
import { missing, plain, stated, unmet, type Paper, type PaperCell, type PaperFields, type PaperTable } from './paper.ts';
import { chargeWords, credentialWords, evaluationWords, formWords, levelWords, resourceWords, sourceWords, standardWords, yuan } from './paper-words.ts';

export interface PaperInstructor { instructorId: string; name: string; trade: string; rank: string; phone: string; email: string; history: string; awards: string; credentials: readonly Credential[]; qualified: boolean; copies: boolean }
/** `submitted`: the version handed in it is of; null where it is a draft. `proofs`: papers of lawful use that stand. */
export interface CoursePaperFacts {
  courseId: string; institutionName: string; content: DossierContent; submitted: { version: number; day: string } | null; sha256: string | null;
  instructors: readonly PaperInstructor[]; proofs: number; exams: number; questions: ReadonlyMap<string, number>; onlineAtMostPercent: number | null; publicAtLeastHours: number;
}

const chosen = <T extends string>(value: T | null, words: Record<T, string>, place: string): PaperCell => (value === null ? missing('未选择', place) : plain(words[value]));
const several = <T extends string>(values: readonly T[], words: Record<T, string>, place: string): PaperCell => (values.length === 0 ? missing('未选择', place) : plain(values.map((one) => words[one]).join('、')));

function standardCell({ standardKind, standardName, standardNumber }: DossierContent, place: string): PaperCell {
  if (standardKind === null || !standardName.trim()) return missing('未填写执行标准', place);
  const name = standardName.trim();
  // Many write the kind as part of the name.
  return plain([name.startsWith(standardWords[standardKind]) ? '' : standardWords[standardKind], name, standardNumber.trim()].filter(Boolean).join(' '));
}
export const chargeCell = ({ charge, priceFen, periodFrom, periodUntil }: DossierContent, place: string): PaperCell => {
  if (charge === null) return missing('未选择', place);
  const period = periodFrom && periodUntil ? `（${periodFrom} 至 ${periodUntil}）` : '';
  if (charge === 'free') return plain(`${chargeWords.free}${period}`);
  return priceFen === null ? missing('收费，未填写金额', place) : plain(`${chargeWords.paid} ${yuan(priceFen)}／人${period}`);
};
export const occupationText = ({ occupationName, occupationCode }: DossierContent): string => [occupationName.trim(), occupationCode.trim()].filter(Boolean).join(' ');

function basics({ courseId, content, institutionName, submitted, sha256 }: CoursePaperFacts): PaperFields {
  const place = `/courses/${courseId}/dossier`;
  const totals = planTotals(content.plan);
  const offlineMinutes = content.plan.reduce((sum, { way, minutes }) => sum + (way === 'offline' ? minutes : 0), 0);
  const row = (label: string, cell: PaperCell) => ({ label, cell });
  const enterprise = content.standardKind === 'enterprise' ? [row('制定标准的企业', stated(content.enterpriseName, place))] : [];
  return {
    kind: 'fields', heading: '一、课程基本情况', rows: [
      row('课程名称', stated(content.title, place)), row('培训机构', stated(institutionName, '/institution')), row('职业（工种）及编码', stated(occupationText(content), place)),
      row('培训等级', content.level === null ? missing('未选择', place) : plain(levelWords[content.level].zh)), row('执行标准', standardCell(content, place)), ...enterprise,
      row('总课时', totals.units === 0 ? missing('没有课时安排', place) : plain(`${totals.units} 课时（线上 ${totals.online}、线下 ${totals.offline}；理论 ${totals.units - totals.practice}、实操 ${totals.practice}），共 ${totals.minutes} 分钟（线上 ${totals.minutes - offlineMinutes}、线下 ${offlineMinutes}）`)),
      row('培训形式', several(content.trainingForms, formWords, place)), row('评价形式', chosen(content.evaluation, evaluationWords, place)), row('资源种类', several(content.resourceKinds, resourceWords, place)),
      row('资源情况', stated(content.resourceNote, place)), row('资源来源', chosen(content.source, sourceWords, place)), row('费用', chargeCell(content, place)), row('培训对象', stated(content.audience, place)),
      row('课程归属人', stated(content.owner, place)), row('课程使用人', stated(content.user, place)),
      row('资料版本', submitted ? plain(`第 ${submitted.version} 版，${submitted.day} 提交，SHA-256 ${sha256 ?? ''}`) : missing('草稿，尚未提交', place)),
    ],
  };
}

const textsOf = ({ courseId, content }: CoursePaperFacts): PaperFields => {
  const place = `/courses/${courseId}/dossier`;
  return { kind: 'fields', heading: '二、课程内容', rows: [['课程概述', content.overview], ['教学大纲', content.outline], ['培训流程', content.flow], ['考核安排', content.assessmentPlan]].map(([label, text]) => ({ label: label!, cell: stated(text, place) })) };
};

const papersOf = ({ credentials }: PaperInstructor): PaperCell => (credentials.length === 0 ? missing('没有登记证书或职称', '/instructors')
  : plain(credentials.map(({ name, level, number, validUntil }) => `${name} ${credentialWords[level]}${number ? ` 编号 ${number}` : ''}${validUntil ? ` 有效至 ${validUntil}` : ''}`).join('；')));
function instructorTable({ instructors }: CoursePaperFacts): PaperTable {
  return {
    kind: 'table', heading: '三、授课人', empty: '【缺】没有选择授课人',
    columns: [['姓名', 8], ['专业', 8], ['职级', 8], ['电话', 11], ['邮箱', 13], ['证书、职称', 20], ['从教经历', 16], ['获奖', 12], ['资格', 14]].map(([heading, share]) => ({ heading: String(heading), share: Number(share) })),
    rows: instructors.map((one) => [
      stated(one.name), stated(one.trade, '/instructors'), stated(one.rank, '/instructors'), stated(one.phone, '/instructors'), stated(one.email, '/instructors'), papersOf(one), stated(one.history, '/instructors'),
      plain(one.awards.trim() || '无'), one.qualified ? (one.copies ? plain('符合，有证书复印件') : missing('符合，没有证书复印件', '/instructors')) : unmet('不够三级证书或中级职称', '/instructors'),
    ]),
  };
}

const planCells = (row: PlanRow, at: number, names: ReadonlyMap<string, string>, place: string): PaperCell[] => [
  plain(String(at + 1)), stated(row.title, place), stated(row.keyPoints, place), plain(row.content === 'practice' ? '实操' : '理论'), plain(row.way === 'offline' ? '线下' : formWords[row.form]), row.minutes > 0 ? plain(String(row.minutes)) : missing('未填写', place),
  row.publicSubject ? plain('公共课') : plain(''), row.instructorId === null ? missing('未指定', place) : stated(names.get(row.instructorId), place), stated(row.knowledgePoint, place),
];
function planTable({ courseId, content, instructors }: CoursePaperFacts): PaperTable {
  const names = new Map(instructors.map(({ instructorId, name }) => [instructorId, name]));
  return {
    kind: 'table', heading: '四、课时安排', empty: '【缺】没有课时安排',
    columns: [['课时', 6], ['内容', 20], ['培训要点', 28], ['性质', 7], ['方式', 7], ['分钟', 7], ['公共课', 8], ['授课人', 10], ['题库知识点', 12]].map(([heading, share]) => ({ heading: String(heading), share: Number(share) })),
    rows: content.plan.map((row, at) => planCells(row, at, names, `/courses/${courseId}/dossier`)),
  };
}

function demands({ courseId, content, proofs, exams, onlineAtMostPercent, publicAtLeastHours }: CoursePaperFacts): PaperFields {
  const place = `/courses/${courseId}/dossier`;
  const { onlinePercent, publicUnits } = planTotals(content.plan);
  const share = `线上课时占 ${Math.round(onlinePercent * 10) / 10}%`;
  return {
    kind: 'fields', heading: '五、要求与材料', rows: [
      { label: '线上课时占比', cell: onlineAtMostPercent === null ? plain(`${share}（本地规则不限）`) : onlinePercent <= onlineAtMostPercent ? plain(`${share}，不超过 ${onlineAtMostPercent}%`, place) : unmet(`${share}，超过 ${onlineAtMostPercent}%`, place) },
      { label: '公共课课时', cell: publicUnits >= publicAtLeastHours ? plain(`${publicUnits} 课时，要求至少 ${publicAtLeastHours}`, place) : unmet(`${publicUnits} 课时，要求至少 ${publicAtLeastHours}`, place) },
      { label: '结业考核', cell: exams > 0 ? plain(`已建 ${exams} 场`, '/exams') : missing('没有建立考试', '/exams') },
      { label: '合法使用证明', cell: proofs > 0 ? plain(`${proofs} 份`, place) : content.source === 'own' ? plain('自有资源，未附') : missing('没有上传', place) },
    ],
  };
}

/** `full`: telephone numbers and addresses of instructors are in it. */
export const coursePaper = (facts: CoursePaperFacts, madeAt: Date, full: boolean): Paper => ({
  kind: 'course', title: '职业技能线上培训课程信息表', subtitle: `${facts.content.title || '（未命名课程）'} · ${facts.institutionName}`, sources: '秦人社〔2020〕13号附件2；琼人力局2021年公告五（五）；粤人社办〔2020〕2号三5；天津市平台征集四（五）',
  parts: [basics(facts), textsOf(facts), instructorTable(facts), planTable(facts), demands(facts)], notes: full ? [] : ['授课人的电话和邮箱已隐去部分，可以公示。'], madeAt: madeAt.toISOString(), full,
});
