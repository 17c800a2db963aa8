// Texts of certificates.
import type { CertificateLack, CertificateState, RevocationClass } from '#domain/certificate.ts';
import type { SerialFault } from '#domain/certificate-serial.ts';
import type { Texts } from '../gather.ts';

const lack: Record<CertificateLack, string> = {
  enrolment_ended: '已经离班', identity_missing: '没有实名登记', identity_denied: '身份核对没有通过', dossier_missing: '课程资料还没有提交', lessons_none: '还没有上过课', lessons_open: '还有课没有上完', figures_due: '学时正在计算，请过一两分钟再看',
  units_short: '课程计划的课时没有上满', offline_short: '计划里的线下课时还没有记录', attendance_unknown: '还没有到课率', attendance_low: '到课率不够', accuracy_unknown: '还没有课堂答题', accuracy_low: '答题正确率不够',
  exam_missing: '班级还没有结业考核', exam_open: '考核还没有完成', exam_held: '考核成绩等待批阅或确认', exam_failed: '考核没有通过', unsettled: '有身份核验、复核或申诉还没有处理完',
};
const revocation: Record<RevocationClass, string> = { identity: '身份信息不符', records: '学习记录有误', fraud: '弄虚作假', by_mistake: '发证有误', by_authority: '主管部门要求', replaced: '已换发新证书' };
const state: Record<CertificateState, string> = { valid: '证书有效', revoked: '证书已作废', replaced: '证书已换发' };
const fault: Record<SerialFault, string> = {
  empty: '请输入证书编号。', sign: '编号里有不会出现的字。编号只有数字和字母。', too_short: '编号少了几位，一共 20 位。', too_long: '编号多了几位，一共 20 位。', year: '编号的前四位是年份，例如 2026。', check: '有一位输错了，或者两位换了位置。请对照证书再看一遍。',
};

export const texts: Texts = {
  lack, revocation, state, fault,
  title: '培训合格证书', passed: '完成下列职业培训，考核合格，特发此证。', scan: '扫码或在查询页输入编号，可以核对证书真伪。',
  field: {
    serial: '证书编号', number: '证件号码', course: '课程', occupation: '职业（工种）', level: '等级', cohort: '班级', programme: '培训项目类别', hours: '学时', period: '培训时间', attendance: '到课率', accuracy: '答题正确率', exam: '考核成绩', institution: '培训机构',
    creditCode: '统一社会信用代码', filing: '备案编号', issued: '发证日期',
  },
  hours: '{units} 课时，计入 {minutes} 分钟', period: '{from} 至 {to}', checkIntro: '输入证书上的编号，就能看到证书上的全部内容和现在是否有效。不用登录。', serialHint: '例如 2026-7K3M-9QXA-V0TB-4ZHC，短横线可以不输。', check: '查询', unknown: '没有这张证书。请核对编号；如果编号没有错，这张证书不是本平台发的。',
  revokedLine: '{day}由{by}办理，{kind}。具体原因：{reason}', revokedOn: '{day}作废，原因：{kind}', replacedBy: '新证书编号 {serial}', print: '打印', own: '我的证书', open: '查看和打印', soon: '已经符合发证条件，等待机构发证。', stillMissing: '还差下面这些，才能发证：',
  gate: '发证条件：课上完，到课率不低于 {attendance}%，答题正确率不低于 {accuracy}%，考核通过，核验和申诉都已处理。', issueAll: '给 {n} 位合格学员发证', issueAsk: '将给 {n} 位学员发证。发证前会重新核对每个人；发出的证书只能作废，不能修改。', issueSure: '确认发证', issuedN: '已发 {n} 张证书。', leftN: '还有 {n} 位合格，请再点一次。',
  view: { ready: '可以发证 {n}', missing: '还不能发 {n}', issued: '已发证 {n}', revoked: '已作废 {n}' }, nobody: { ready: '现在没有等待发证的学员。', missing: '没有缺条件的学员。', issued: '还没有发过证书。', revoked: '没有作废或换发的证书。' },
  figures: '到课率 {attendance}，正确率 {accuracy}，考核 {exam}', issuedOn: '{day}发证', reissue: '换发', reissueText: '用现在的姓名、证件和机构名称换一张新证书，成绩和学时不变；旧证书会显示已换发。', reissueSure: '确认换发', revoke: '作废', revokeText: '作废后不能恢复，任何人查询都会看到已作废和原因类别。', revokeSure: '确认作废', kind: '原因类别（对外公开）',
  reason: '具体原因（只在机构内部）', cancel: '取消', pdf: '下载 PDF', allPdf: '全班证书 PDF（打印用）', lookUp: '证书查询',
};
