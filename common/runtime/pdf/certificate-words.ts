// Words on the printed certificate, Chinese with English beneath.
import type { CourseLevel } from '#domain/course/dossier.ts';
import type { Programme } from '#domain/cohort.ts';

export interface TwoWords { zh: string; en: string }
const words = (zh: string, en: string): TwoWords => ({ zh, en });

export const levelWords: Record<CourseLevel, TwoWords> = {
  5: words('五级（初级工）', 'Level 5'), 4: words('四级（中级工）', 'Level 4'), 3: words('三级（高级工）', 'Level 3'), 2: words('二级（技师）', 'Level 2'), 1: words('一级（高级技师）', 'Level 1'),
  special: words('专项职业能力', 'Special ability'), startup: words('创业培训', 'Entrepreneurship'), other: words('其他', 'Other'),
};
export const programmeWords: Record<Programme, TwoWords> = {
  enterprise_staff: words('企业职工培训', 'Enterprise staff'), new_apprenticeship: words('企业新型学徒制', 'New apprenticeship'), project: words('项目制培训', 'Project training'), entrepreneurship: words('创业培训', 'Entrepreneurship'),
  key_groups: words('就业重点群体培训', 'Key groups of employment'), other: words('其他', 'Other'),
};
export const sheetWords = {
  title: words('培训合格证书', 'TRAINING CERTIFICATE'), passed: words('完成下列职业培训，考核合格，特发此证。', 'has completed the training below and passed its assessment.'),
  seal: words('（培训机构盖章）', 'Seal'), scan: words('扫码核对真伪', 'Scan to check'), serial: words('证书编号', 'Certificate number'),
  number: words('证件号码', 'Document number'), course: words('课程', 'Course'), occupation: words('职业（工种）', 'Occupation'), level: words('等级', 'Level'), cohort: words('班级', 'Cohort'), programme: words('培训项目类别', 'Programme'),
  hours: words('学时', 'Hours'), period: words('培训时间', 'Period'), attendance: words('到课率', 'Attendance'), accuracy: words('答题正确率', 'Right answers'), exam: words('考核成绩', 'Exam score'),
  institution: words('培训机构', 'Institution'), creditCode: words('统一社会信用代码', 'Credit code'), filing: words('备案编号', 'Filing number'), issued: words('发证日期', 'Day of issue'),
} as const;
