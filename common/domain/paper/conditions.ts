// Technical conditions (技术条件) item by item: what the calls ask of a platform, and what the rows of an institution say of each. What rows cannot say the institution states (R46, R74, R110, R147).
import type { RulePack } from '../rules/rule-pack.ts';
import { missing, plain, toState, unmet, type PaperCell } from './paper.ts';

/** Counted over all that is on record of the institution. `lessonsHeld`: live; `lessonsAtPlace`: by a signed sheet. `within25Ms` of `measured` round trips. `keptFromDay`: day of the oldest connection on record. */
export interface ConditionFacts {
  pack: RulePack; learners: number; named: number; lessonsHeld: number; lessonsAtPlace: number; lessonsRecorded: number; unitsFilmed: number; films: number; courseware: number; signIns: number; spotChecks: number; faces: number; answers: number; attempts: number;
  threads: number; chats: number; ledgerRows: number; attendanceLow: number; accuracyLow: number; certificates: number; regulators: number; clientLookers: number; tickets: number; incidents: number; hotline: string; phones: number;
  measured: number; within25Ms: number; keptFromDay: string | null; commitments: number; idleLeft: number;
}
export interface Condition { numbers: string; demand: string; cell: PaperCell }
type Rule = [numbers: string, demand: string, cell: (facts: ConditionFacts) => PaperCell];

/** The function is there; whether it was used is shown by rows, or said to be missing. */
const shown = (what: string, n: number, unit: string, evidence: string): PaperCell => (n > 0 ? plain(`${what}；已有记录 ${n} ${unit}`, evidence) : missing(`${what}；本机构还没有记录可作证`, evidence));

const teaching: Rule[] = [
  ['R5 R17 R80 R98', '直播或录播教学，师生互动', ({ lessonsHeld, chats, threads }) => (lessonsHeld > 0 ? plain(`直播授课、聊天、举手、连麦、答题、答疑；已授课 ${lessonsHeld} 节，课堂发言 ${chats} 条，答疑 ${threads} 个`, '/schedule') : missing('直播授课、聊天、举手、连麦、答题、答疑；本机构还没有授课记录', '/schedule'))],
  ['R7 R58 R82 R100', '终端多元化：电脑和手机', () => plain('网页，电脑和手机浏览器（含微信内）同一地址，不用安装')],
  ['R8 R83 R96 R99', '培训方式多样：直播、录播回放、视频课程、课件、线下', ({ unitsFilmed, films, courseware, lessonsAtPlace }) => shown(`直播、回放、上传视频、课件、线下（签到表入账）；回放 ${unitsFilmed} 个课时、上传视频 ${films} 个、课件 ${courseware} 份，线下 ${lessonsAtPlace} 节`, unitsFilmed + films + courseware, '份资源', '/courses')],
  ['R105', '在线学习答疑', ({ threads }) => shown('每节课有答疑，教师回复', threads, '个问题', '/schedule')],
  ['R44 R133', '实操演示：多机位、实物展台', () => plain('教师可用第二摄像头（手机实物展台）和共享屏幕')],
];
const identity: Rule[] = [
  ['R9 R21 R84 R102', '培训人员全部实名', ({ pack, learners, named }) => (!pack.realName.beforeLesson ? unmet('本机构的规则不要求实名后上课', '/rules') : learners === 0 ? missing('未实名不能上课；本机构还没有学员', '/rules') : named === learners ? plain(`未实名不能上课；学员 ${learners} 人，实名 ${named} 人`, '/cohorts') : unmet(`未实名不能上课；学员 ${learners} 人，已实名 ${named} 人`, '/cohorts'))],
  ['R19 R60', '人脸采集（另有非人脸方式）', ({ faces }) => shown('单独同意后采集；不同意的用手机验证码并由教师确认', faces, '人已采集', '/rules')],
  ['R20 R116', '学习前人脸签到', ({ pack, signIns }) => shown(pack.checks.signIn === 'each_unit' ? '每课时开始前签到' : '每节课开始前签到', signIns, '次', '/rules')],
  ['R61 R103 R117 R139', '学习中随机抽查', ({ pack, spotChecks }) => (pack.checks.spotPerUnit > 0 ? shown(`每课时随机 ${pack.checks.spotPerUnit} 次，时刻由封存的种子事先抽定`, spotChecks, '次', '/rules') : unmet('本机构的规则不抽查', '/rules'))],
  ['R138', '手机验证码等身份确认', ({ phones }) => shown('注册、找回密码、非人脸核验均用手机验证码', phones, '人已验证手机', '/rules')],
];
const process: Rule[] = [
  ['R10 R85 R121 R142', '培训过程可记录、可查询、可追溯', ({ lessonsHeld, lessonsRecorded }) => (lessonsHeld > 0 ? plain(`进出、在看、答题、核验逐条记录，事件以 SHA-256 成链；已授课 ${lessonsHeld} 节，其中录像 ${lessonsRecorded} 节`, '/ledger') : missing('逐条记录，事件以 SHA-256 成链；本机构还没有授课记录', '/ledger'))],
  ['R22', '人离线断', ({ pack }) => plain(`断线 ${pack.presence.leaseMs / 1000} 秒后、页面隐藏满 ${pack.presence.hiddenGraceMs / 1000} 秒后停止计时`, '/rules')],
  ['R141', '长时间不操作即终止', ({ pack, idleLeft }) => (pack.presence.idleAskAfterMs === null ? unmet('本机构的规则不询问', '/rules') : plain(`${pack.presence.idleAskAfterMs / 60_000} 分钟没有操作即询问，${pack.presence.idleAnswerWithinMs / 1000} 秒不应答即退出；已有 ${idleLeft} 次`, '/rules'))],
  ['R42 R126', '每课时不少于 45 分钟', ({ pack }) => (pack.attendance.leastHeldMinutes >= 45 ? plain(`授课不满 ${pack.attendance.leastHeldMinutes} 分钟的课时标为应补上`, '/rules') : unmet(`规则只要求 ${pack.attendance.leastHeldMinutes} 分钟`, '/rules'))],
  ['R140', '培训过程答题', ({ answers }) => shown('直播和回放中答题', answers, '次', '/ledger')],
];
const results: Rule[] = [
  ['R23 R24 R64 R114', '自动计算培训进度和到课率，电子培训台账', ({ ledgerRows }) => shown('台账按学员、课时自动计算，可导出', ledgerRows, '人次', '/ledger')],
  ['R25', '自动筛选到课率低于 80%', ({ pack, ledgerRows, attendanceLow }) => (pack.attendance.attendanceLowBelowPercent >= 80 ? shown(`低于 ${pack.attendance.attendanceLowBelowPercent}% 自动标出（现有 ${attendanceLow} 人次）`, ledgerRows, '人次', '/ledger') : unmet(`规则只标出低于 ${pack.attendance.attendanceLowBelowPercent}%`, '/rules'))],
  ['R26 R27', '自动统计答题，筛选正确率低于 80%', ({ pack, answers, accuracyLow }) => (pack.attendance.accuracyLowBelowPercent >= 80 ? shown(`低于 ${pack.attendance.accuracyLowBelowPercent}% 自动标出（现有 ${accuracyLow} 人次）`, answers, '次答题', '/ledger') : unmet(`规则只标出低于 ${pack.attendance.accuracyLowBelowPercent}%`, '/rules'))],
  ['R26 R104 R143', '课后考核、成绩查询和导出', ({ attempts }) => shown('随机组卷、自动评分、成绩可查询', attempts, '份答卷', '/exams')],
  ['R65', '打印全部学时统计清单', ({ ledgerRows }) => shown('每名学员的学时清单可打印', ledgerRows, '人次', '/ledger')],
  ['R29', '在线打印培训合格证书', ({ certificates }) => shown('达标后签发，扫码核对', certificates, '张', '/cohorts')],
];
const keeping: Rule[] = [
  ['R28 R59 R121 R145', '注册、签到、到课率、答题、成绩保存 5 年', ({ pack, keptFromDay }) => (pack.retention.factYears >= 5 ? plain(`保存 ${pack.retention.factYears} 年；最早的记录 ${keptFromDay ?? '还没有'}`, '/rules') : unmet(`本机构的规则保存 ${pack.retention.factYears} 年`, '/rules'))],
  ['R31 R68 R72 R86 R106 R156', '接受监管，向主管部门开放后台', ({ regulators }) => (regulators > 0 ? plain(`已开设主管部门账号 ${regulators} 个`, '/institution/staff') : missing('可开设主管部门账号；现在没有', '/institution/staff'))],
  ['R31 R62', '向企业开放后台，按企业需求开通功能', ({ clientLookers }) => (clientLookers > 0 ? plain(`企业查看人 ${clientLookers} 个`, '/institution/clients') : missing('可为企业开设查看人；现在没有', '/institution/clients'))],
  ['R144 R155 R158', '数据安全、不泄露、防篡改', () => plain('机构之间按行隔离（数据库行级安全）；证件和人脸图片加密存放；查看留痕；事件成链，可查出改动', '/review')],
  ['R12', '视频数据结构化存储', ({ unitsFilmed }) => shown('每课时一个文件，有索引、散列和时长', unitsFilmed, '个文件', '/schedule')],
  ['R122', '内容审核和承诺书', ({ commitments }) => shown('十类禁止内容逐项审核，签署承诺', commitments, '份', '/courses')],
];
const service: Rule[] = [
  ['R30 R66 R94 R105', '专门技术团队，及时处理故障', ({ tickets, incidents }) => (tickets > 0 ? plain(`在线求助、自动告警、故障记录；求助 ${tickets} 件，故障记录 ${incidents} 件`, '/help-desk') : missing('在线求助、自动告警、故障记录；还没有求助', '/help-desk'))],
  ['R66 R67', '客服电话，7×24 小时技术支持', ({ hotline }) => (hotline.trim() ? plain(`热线 ${hotline.trim()}`, '/institution') : missing('没有填写服务热线', '/institution'))],
  ['R16', '视频网络延迟不超过 25 毫秒', ({ measured, within25Ms }) => {
    const share = measured === 0 ? 0 : Math.floor((within25Ms / measured) * 1000) / 10;
    if (measured === 0) return missing('逐人测量往返时间；本机构还没有测量记录', '/operator');
    return share >= 90 ? plain(`实测 ${measured} 次，${share}% 不超过 25 毫秒`, '/operator') : unmet(`实测 ${measured} 次，${share}% 不超过 25 毫秒`, '/operator');
  }],
];
const outside: Rule[] = ([
  ['R11', '云计算服务器集群', '服务器数量和部署方式'], ['R13', '存储容量不少于 1000 T', '存储容量和租用证明'], ['R14', '带宽 3+1，每条不低于 1 Gbps', '线路数量、带宽和租用证明'], ['R48 R74 R88', '服务器在中国境内', '机房地址和租用证明'],
  ['R18 R57 R119', '同时在线 1000 / 2000 / 20000 人', '附本机验收运行的签名报告'], ['R119 R120', '1 万并发时点击到详情页 5 秒、对象 2 秒内显示', '附本机验收运行的签名报告'],
  ['R47 R69 R92 R109', 'ICP 备案、网络安全等级保护二级或 ISO 27001', '备案号和测评报告'], ['R67', '7×24 小时值守', '值班安排'], ['R33 R34 R35', '政策宣传、网络招聘、公共就业服务平台链接', '栏目地址'], ['R71 R118', '与省、市监管平台数据对接', '对接情况'],
] as const).map(([numbers, demand, what]): Rule => [numbers, demand, () => toState(what)]);

const groups = [
  ['教学条件', teaching], ['实名与身份确认', identity], ['过程监管', process], ['学时、考核与证书', results], ['存档、监管与安全', keeping], ['服务与网络', service], ['机房、资质与对接', outside],
] as const;
export interface ConditionGroup { heading: string; conditions: Condition[] }
/** All of them, in the order of the form. */
export const technicalConditions = (facts: ConditionFacts): ConditionGroup[] =>
  groups.map(([heading, rules]) => ({ heading, conditions: rules.map(([numbers, demand, cell]) => ({ numbers, demand, cell: cell(facts) })) }));
