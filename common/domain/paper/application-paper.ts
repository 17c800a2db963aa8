// Application for a cohort (开班申请表): the project, when and where, who teaches, who learns, and what still keeps it from being handed in (R73, R87, R108, R149, R150).
import { planTotals } from '../course/hours-plan.ts';
import type { DossierContent } from '../course/dossier.ts';
import type { Programme } from '../cohort.ts';
import type { DocumentKind } from '../identity/document.ts';
import { needsEmployer, type LearnerCategory } from '../identity/learner-category.ts';
import type { OpeningApplication, OpeningProblem } from '../opening.ts';
import { chargeCell, occupationText } from './course-paper.ts';
import { missing, plain, stated, unmet, type Paper, type PaperCell, type PaperFields, type PaperTable } from './paper.ts';
import { categoryWords, documentWords, evaluationWords, formWords, levelWords, openingWords, programmeWords, sourceWords } from './paper-words.ts';

/** `number`: whole or masked; null where nobody is registered under this name. */
export interface PaperLearner { name: string; documentKind: DocumentKind | null; number: string | null; phoneMask: string | null; category: LearnerCategory | null; employer: string | null; client: string | null; enrolledOn: string }
export interface ApplicationPaperFacts {
  cohortId: string; courseId: string; cohortTitle: string; courseTitle: string; institutionName: string; creditCode: string; filingNumber: string; programme: Programme | null; content: DossierContent | null;
  application: OpeningApplication; regionName: string | null; instructors: readonly { instructorId: string; name: string; trade: string; rank: string; qualified: boolean }[];
  lessons: number; plannedMinutes: number; /** Of them at a place; `places` by name. */ offline: { lessons: number; minutes: number; places: readonly string[] }; firstDay: string | null; lastDay: string | null; problems: readonly OpeningProblem[]; learners: readonly PaperLearner[];
}

function project({ content, cohortTitle, courseTitle, courseId, cohortId, programme, institutionName, creditCode, filingNumber }: ApplicationPaperFacts): PaperFields {
  const place = `/courses/${courseId}/dossier`;
  const none = missing('课程资料没有提交', place);
  const of = (read: (known: DossierContent) => PaperCell): PaperCell => (content ? read(content) : none);
  const rows: [string, PaperCell][] = [
    ['培训机构', stated(institutionName)], ['统一社会信用代码', stated(creditCode, '/institution')], ['备案编号', stated(filingNumber, '/institution')], ['班级', plain(cohortTitle)], ['项目名称', plain(content?.title || courseTitle)],
    ['培训项目类别', programme ? plain(programmeWords[programme].zh) : missing('未选择', `/cohorts/${cohortId}`)], ['专业（职业／工种／岗位）', of((known) => stated(occupationText(known), place))],
    ['培训等级', of(({ level }) => (level ? plain(levelWords[level].zh) : missing('未选择', place)))], ['培训形式', of(({ trainingForms: forms }) => stated(forms.map((one) => formWords[one]).join('、'), place))],
    ['培训课时', of(({ plan }) => { const { units, online, offline } = planTotals(plan); return units > 0 ? plain(`${units} 课时（线上 ${online}、线下 ${offline}）`) : missing('没有课时安排', place); })],
    ['评价形式', of(({ evaluation }) => (evaluation ? plain(evaluationWords[evaluation]) : missing('未选择', place)))], ['资源来源', of(({ source }) => (source ? plain(sourceWords[source]) : missing('未选择', place)))],
    ['资源情况', of(({ resourceNote }) => stated(resourceNote, place))], ['费用（是否免费）', of((known) => chargeCell(known, place))],
  ];
  return { kind: 'fields', heading: '一、培训项目', rows: rows.map(([label, cell]) => ({ label, cell })) };
}

/** What is stated, and what the timetable says; missing where something is taught at a place nobody named. */
function placeCell({ application, content, offline, cohortId }: ApplicationPaperFacts): PaperCell {
  const said = [application.place.trim(), offline.places.length > 0 && `课表：${offline.places.join('、')}`].filter(Boolean).join('；');
  if (said) return plain(said);
  return content && planTotals(content.plan).offline > 0 ? missing('有线下课时，没有填写地点', `/cohorts/${cohortId}`) : plain('无线下课时');
}

function plan(facts: ApplicationPaperFacts): PaperFields {
  const { application: { plannedFrom, plannedUntil, learnerLimit, planText, resources }, cohortId, regionName, lessons, plannedMinutes, offline, firstDay, lastDay, learners } = facts;
  const place = `/cohorts/${cohortId}`;
  const ways = `（线上 ${lessons - offline.lessons} 节 ${plannedMinutes - offline.minutes} 分钟、线下 ${offline.lessons} 节 ${offline.minutes} 分钟）`;
  const lessonsSaid = lessons > 0 ? plain(`${lessons} 节，共 ${plannedMinutes} 分钟${ways}，${firstDay ?? ''} 至 ${lastDay ?? ''}`, '/schedule') : planText.trim() ? plain('尚未排课，见文字安排') : missing('没有排课', '/schedule');
  const rows: [string, PaperCell][] = [
    ['培训地区', stated(regionName, place)], ['起止日期', plannedFrom && plannedUntil ? plain(`${plannedFrom} 至 ${plannedUntil}`) : missing('未填写', place)],
    ['人数', learnerLimit === null ? missing(`上限未填写，名册 ${learners.length} 人`, place) : learners.length > learnerLimit ? unmet(`名册 ${learners.length} 人，超过上限 ${learnerLimit} 人`, place) : plain(`名册 ${learners.length} 人，上限 ${learnerLimit} 人`)],
    ['课表', lessonsSaid], ['文字安排', plain(planText.trim() || '无')], ['线下授课地点', placeCell(facts)], ['其他资源', plain(resources.trim() || '无')],
  ];
  return { kind: 'fields', heading: '二、开班安排', rows: rows.map(([label, cell]) => ({ label, cell })) };
}

const instructorTable = ({ instructors, application: { instructorIds } }: ApplicationPaperFacts): PaperTable => ({
  kind: 'table', heading: '三、授课人', empty: '【缺】没有选择授课人', columns: [{ heading: '姓名', share: 20 }, { heading: '专业', share: 20 }, { heading: '职级', share: 20 }, { heading: '资格', share: 40 }],
  rows: instructors.filter(({ instructorId }) => instructorIds.includes(instructorId)).map(({ name, trade, rank, qualified }) => [stated(name), stated(trade, '/instructors'), stated(rank, '/instructors'), qualified ? plain('符合') : unmet('不够三级证书或中级职称', '/instructors')]),
});

function learnerCells(one: PaperLearner, at: number): PaperCell[] {
  const employer = one.employer?.trim() || one.client;
  return [
    plain(String(at + 1)), stated(one.name), one.documentKind ? plain(documentWords[one.documentKind]) : missing('未实名登记'), one.number === null ? missing('未实名登记') : plain(one.number), one.phoneMask ? plain(one.phoneMask) : missing('没有'),
    one.category ? plain(categoryWords[one.category]) : missing('未填写'), employer ? plain(employer) : one.category && needsEmployer(one.category) ? missing('未填写') : plain('无'), plain(one.enrolledOn),
  ];
}
const rosterTable = ({ learners }: ApplicationPaperFacts): PaperTable => ({
  kind: 'table', heading: '四、学员名册', empty: '【缺】名册是空的',
  columns: [['序号', 6], ['姓名', 12], ['证件类型', 14], ['证件号码', 22], ['手机（隐去部分）', 16], ['学员类别', 14], ['工作单位', 20], ['报名日期', 12]].map(([heading, share]) => ({ heading: String(heading), share: Number(share) })),
  rows: learners.map(learnerCells),
});

/** `full`: the numbers of its learners are whole. */
export function applicationPaper(facts: ApplicationPaperFacts, madeAt: Date, full: boolean): Paper {
  const problems: PaperTable[] = facts.problems.length === 0 ? [] : [{
    kind: 'table', heading: '五、还不能提交的原因', empty: '', columns: [{ heading: '原因', share: 60 }, { heading: '说明', share: 40 }],
    rows: facts.problems.map(({ code, n, names }) => [unmet(openingWords[code], `/cohorts/${facts.cohortId}`), plain([n > 0 ? String(n) : '', names.join('、')].filter(Boolean).join(' '))]),
  }];
  return {
    kind: 'application', title: '线上职业技能培训开班申请表', subtitle: `${facts.cohortTitle} · ${facts.institutionName}`, sources: '秦人社〔2020〕13号四3；粤人社办〔2020〕2号附件1；天津市平台征集附件1；丽水市备案通知三',
    parts: [project(facts), plan(facts), instructorTable(facts), rosterTable(facts), ...problems],
    notes: [full ? '证件号码完整，按文本保存；每次导出记入查看记录，本人可以看到。' : '证件号码和手机已隐去部分数字，可以公示。'], madeAt: madeAt.toISOString(), full,
  };
}
