// Words on the printed certificate, Chinese with English beneath.
import { twoWords as words } from '#domain/paper/paper-words.ts';

export const sheetWords = {
  title: words('培训合格证书', 'TRAINING CERTIFICATE'), passed: words('完成下列职业培训，考核合格，特发此证。', 'has completed the training below and passed its assessment.'),
  seal: words('（培训机构盖章）', 'Seal'), scan: words('扫码核对真伪', 'Scan to check'), serial: words('证书编号', 'Certificate number'), evidence: words('存证', 'Evidence'),
  number: words('证件号码', 'Document number'), course: words('课程', 'Course'), occupation: words('职业（工种）', 'Occupation'), level: words('等级', 'Level'), cohort: words('班级', 'Cohort'), programme: words('培训项目类别', 'Programme'),
  hours: words('学时', 'Hours'), period: words('培训时间', 'Period'), attendance: words('到课率', 'Attendance'), accuracy: words('答题正确率', 'Right answers'), exam: words('考核成绩', 'Exam score'),
  institution: words('培训机构', 'Institution'), creditCode: words('统一社会信用代码', 'Credit code'), filing: words('备案编号', 'Filing number'), issued: words('发证日期', 'Day of issue'),
} as const;
