// Texts of the list of what regulators looked at.
import type { LookArea, LookKind } from '#domain/look.ts';
import type { Texts } from '../gather.ts';

const area: Record<LookArea, string> = {
  live: '进入直播课堂', replay: '观看回放', checks: '查看核验和存疑记录', certificate: '查看证书', ledger: '查看学时和报告', exam: '查看考试', course: '查看课程资料', cohort: '查看班级', staff: '查看机构人员', papers: '查看材料和附件', client: '查看委托单位', profile: '查看机构资料', inspection: '检查', lesson: '查看一节课', search: '查询学员', other: '查看其他资料',
};
const kind: Record<LookKind, string> = {
  institution: '本机构', lesson: '{n} 节课', cohort: '{n} 个班级', course: '{n} 门课程', replay: '{n} 段回放', viewing: '{n} 次观看', exam: '{n} 场考试', attempt: '{n} 份答卷', check: '{n} 次核验', certificate: '{n} 张证书', attachment: '{n} 份附件', courseware: '{n} 份课件', export: '{n} 份导出文件', film: '{n} 个录播视频', rosterImport: '{n} 份名单', client: '{n} 个委托单位', picture: '{n} 张题目图片', question: '{n} 道题目', subsidyFile: '{n} 份补贴材料', thread: '{n} 个提问', person: '{n} 位学员', inspection: '{n} 次检查',
};
export const texts: Texts = {
  ask: '您将打开学员的个人信息。请写明查看目的：每一次查看都会连同目的记录下来，机构看得到。', askHint: '如：核对投诉中提到的学时。在退出登录或修改以前一直有效。', goOn: '继续', change: '修改目的',
  area, kind, intro: '监管人员每看一次，这里就记一条，谁也不能改、不能删。不事先通知的检查，等检查结果交给您或检查结束后才显示。',
  none: '还没有监管人员查看过。', more: '更早的记录', purpose: '用途：{purpose}', onInspection: '检查时查看。', colon: '：', comma: '、',
};
