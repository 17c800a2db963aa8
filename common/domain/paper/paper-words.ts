// Chinese words of statutory papers for what rows hold as codes; of levels and programmes English too, as the certificate prints both.
import type { LearnerCategory } from '../identity/learner-category.ts';
import type { DocumentKind } from '../identity/document.ts';
import type { FactName, InstitutionKind, PlatformRight } from '../institution.ts';
import type { Charge, CourseLevel, CourseSource, EvaluationForm, ResourceKind, StandardKind, TrainingForm } from '../course/dossier.ts';
import type { CredentialLevel } from '../course/instructor.ts';
import type { Programme } from '../cohort.ts';
import type { OpeningProblemCode } from '../opening.ts';

export interface TwoWords { zh: string; en: string }
export const twoWords = (zh: string, en: string): TwoWords => ({ zh, en });
export const levelWords: Record<CourseLevel, TwoWords> = {
  5: twoWords('五级（初级工）', 'Level 5'), 4: twoWords('四级（中级工）', 'Level 4'), 3: twoWords('三级（高级工）', 'Level 3'), 2: twoWords('二级（技师）', 'Level 2'), 1: twoWords('一级（高级技师）', 'Level 1'),
  special: twoWords('专项职业能力', 'Special ability'), startup: twoWords('创业培训', 'Entrepreneurship'), other: twoWords('其他', 'Other'),
};
export const programmeWords: Record<Programme, TwoWords> = {
  enterprise_staff: twoWords('企业职工培训', 'Enterprise staff'), new_apprenticeship: twoWords('企业新型学徒制', 'New apprenticeship'), project: twoWords('项目制培训', 'Project training'), entrepreneurship: twoWords('创业培训', 'Entrepreneurship'),
  key_groups: twoWords('就业重点群体培训', 'Key groups of employment'), other: twoWords('其他', 'Other'),
};
export const standardWords: Record<StandardKind, string> = { national: '国家职业技能标准', provincial: '省级标准', trade: '行业标准', enterprise: '企业标准' };
export const formWords: Record<TrainingForm, string> = { live: '直播', recorded: '录播', interactive: '互动', offline: '线下' };
export const sourceWords: Record<CourseSource, string> = { own: '自有', bought: '购买', cooperation: '合作', imported: '引进', authority: '主管部门提供' };
export const resourceWords: Record<ResourceKind, string> = { video: '视频课程', ebook: '电子书', courseware: '课件', animation: '动画' };
export const evaluationWords: Record<EvaluationForm, string> = { completion: '结业考核', skillLevel: '职业技能等级认定', specialAbility: '专项职业能力考核', qualification: '职业资格' };
export const chargeWords: Record<Charge, string> = { free: '免费', paid: '收费' };
export const kindWords: Record<InstitutionKind, string> = { vocational: '职业技能类', entrepreneurship: '创业类' };
export const rightWords: Record<PlatformRight, string> = { self_developed: '自主开发', bought: '购买（所有权）', right_of_use: '购买（使用权）', cooperation: '战略合作' };
export const categoryWords: Record<LearnerCategory, string> = { enterprise_staff: '企业职工', key_group: '就业重点群体', low_income: '脱贫人口（贫困劳动力）', high_risk: '高危行业从业人员', self_employed: '个体和灵活就业', other: '其他' };
export const documentWords: Record<DocumentKind, string> = { id_card: '居民身份证', residence_permit: '港澳台居民居住证', permanent_residence: '外国人永久居留身份证', home_return_permit: '港澳居民来往内地通行证', taiwan_permit: '台湾居民来往大陆通行证', passport: '护照' };
export const credentialWords: Record<CredentialLevel, string> = { 1: '一级', 2: '二级', 3: '三级', 4: '四级', 5: '五级', junior: '初级职称', intermediate: '中级职称', associate: '副高级职称', senior: '正高级职称' };
export const openingWords: Record<OpeningProblemCode, string> = {
  region_missing: '没有填写培训地区', region_not_allowed: '培训地区不在备案的培训区域内', dates_missing: '没有填写起止日期', dates_backwards: '结束日期早于开始日期', filing_not_in_force: '开班那天备案不在有效期内',
  limit_missing: '没有填写人数上限', roster_empty: '学员名册是空的', roster_over_limit: '学员人数超过上限', plan_missing: '没有课程安排', instructor_missing: '没有选择授课人', instructor_not_named: '授课人不在课程资料里',
  instructor_unqualified: '授课人的证书不够', place_missing: '没有填写线下授课地点', dossier_missing: '课程资料没有提交', dossier_blocked: '课程资料还有必须改正的地方',
};
export const factWords: Record<FactName, string> = {
  kinds: '机构类别', creditCode: '统一社会信用代码', filingNumber: '备案编号', filingFrom: '备案开始', filingUntil: '备案到期', filingRevokedOn: '备案撤销', seatRegion: '所在地', trainingRegions: '培训区域', responsiblePerson: '负责人', responsiblePost: '职务',
  phone: '电话', address: '地址', email: '邮箱', website: '网站', hotline: '服务热线', hotlineHours: '热线时间', administrator: '日常管理员', administratorPhone: '管理员电话', platformRight: '平台使用权', platformProvider: '平台提供方', platformFrom: '使用权开始', platformUntil: '使用权到期',
};
/** `12.50 元`, from fen. */
export const yuan = (fen: number): string => `${(fen / 100).toFixed(2)} 元`;
