// Technical statement (技术说明): by which means the platform confirms identity, watches the process, judges results and keeps the archive, with the figures of the rules in force (R48, R74, R110, R147).
import { packName, type RulePack } from '../rules/rule-pack.ts';
import { plain, toState, unmet, type Paper, type PaperCell, type PaperFields } from './paper.ts';

export interface TechnicalPaperFacts { institutionName: string; platformName: string; platformAddress: string; pack: RulePack }
type Line = [label: string, cell: PaperCell];
const part = (heading: string, lines: readonly Line[]): PaperFields => ({ kind: 'fields', heading, rows: lines.map(([label, cell]) => ({ label, cell })) });
const seconds = (ms: number): string => `${ms / 1000} 秒`;

function identity({ pack: { realName, checks } }: TechnicalPaperFacts): Line[] {
  return [
    ['实名登记', realName.beforeLesson ? plain('手机验证码验证后登记证件，校验证件号码格式和校验位，加密存放；没有登记的不能上课。', '/rules') : unmet('本机构的规则不要求实名后上课。', '/rules')],
    ['人脸采集', plain('单独同意后采集两张照片，特征值加密存放，可以撤回；不同意的用手机验证码并由教师当面确认。', '/rules')],
    ['学习前签到', plain(`${checks.signIn === 'each_unit' ? '每课时' : '每节课'}开始前签到，${seconds(checks.windowMs)}内应答，可再试 ${checks.retries} 次。`, '/rules')],
    ['随机抽查', checks.spotPerUnit > 0 ? plain(`每课时 ${checks.spotPerUnit} 次，时刻由上课前封存的随机种子抽定，课后可核对；未通过最多扣 ${checks.failedVoidsAtMostMinutes} 分钟，错过最多扣 ${checks.missedVoidsAtMostMinutes} 分钟。`, '/rules') : unmet('本机构的规则不抽查。', '/rules')],
  ];
}
function process({ pack: { presence, attendance, makeUp, replay } }: TechnicalPaperFacts): Line[] {
  return [
    ['人离线断', plain(`每 ${seconds(presence.leaseMs)} 没有信号即断；页面隐藏超过 ${seconds(presence.hiddenGraceMs)}${presence.mediaGraceMs === null ? '' : `、画面中断超过 ${seconds(presence.mediaGraceMs)}`}停止计时。`, '/rules')],
    ['长时间不操作', presence.idleAskAfterMs === null ? unmet('本机构的规则不询问。', '/rules') : plain(`${presence.idleAskAfterMs / 60_000} 分钟没有操作即询问，${seconds(presence.idleAnswerWithinMs)}不应答即退出。`, '/rules')],
    ['培训过程答题', plain('教师随堂出题，限时作答，服务器判分；回放中的题在原时刻出现。')],
    ['课时', plain(`每课时授课不少于 ${attendance.leastHeldMinutes} 分钟，不足的标为应补上；因教师或平台中断的时间不计入应学。`, '/rules')],
    ['补学', attendance.replayCounts ? plain(`缺课部分在 ${makeUp.days} 天内看回放补学，每 45 分钟抽查 ${makeUp.checksPerUnit} 次；最快按 ${replay.creditSpeed} 倍计时，同一时刻只计一次。`, '/rules') : plain('回放不计入。', '/rules')],
  ];
}
function results({ pack: { attendance, exam } }: TechnicalPaperFacts): Line[] {
  return [
    ['到课率', plain(`（直播计入分钟＋回放补学分钟）÷ 应学分钟，低于 ${attendance.attendanceLowBelowPercent}% 自动标出。`, '/rules')], ['答题正确率', plain(`答对 ÷ 提问，没有作答的算没有答对，低于 ${attendance.accuracyLowBelowPercent}% 自动标出。`, '/rules')],
    ['考核', plain(`从题库随机组卷，服务器判分，主观题由教师批阅；${exam.signIn ? '开考前签到' : '开考前不签到'}${exam.spotEveryMinutes === null ? '' : `，每 ${exam.spotEveryMinutes} 分钟抽查一次`}。`, '/rules')],
    ['证书', plain('到课率、正确率、考核都达标，并且没有待处理事项的才能签发；证书编号和二维码可供任何人核对，撤销公开可见。')],
  ];
}
function keeping({ pack: { retention } }: TechnicalPaperFacts): Line[] {
  return [
    ['保存', retention.factYears >= 5 ? plain(`注册、签到、到课、答题、成绩保存 ${retention.factYears} 年；人脸照片 ${retention.pictureDays} 天后删除，只留结果。`, '/rules') : unmet(`本机构的规则保存 ${retention.factYears} 年。`, '/rules')],
    ['防篡改', plain('与学时、钱有关的事实逐条追加，不能修改和删除，以 SHA-256 成链；提交的资料、证书、补贴材料都留散列值。')],
    ['个人信息保护', plain('证件号码、手机、人脸数据分别加密存放；页面只显示隐去部分的号码，打开完整号码要写理由，本人可以看到。')],
    ['访问控制', plain('机构之间由数据库行级安全隔离；每个接口写明谁可以用，其余一律拒绝；主管部门账号只看不改。')],
    ['录像', plain('原始数据边上课边落盘，两处存放，散列入库；每课时生成一个文件并检验画质。')], ['备份与恢复演练', toState('备份地点、周期和最近一次恢复演练的日期')], ['服务器', toState('机房地址（中国境内）、数量、存储容量、带宽')], ['网络安全等级', toState('等级保护备案号、测评报告或 ISO 27001 证书')],
  ];
}

export function technicalPaper(facts: TechnicalPaperFacts, madeAt: Date): Paper {
  const { institutionName, platformName, platformAddress, pack } = facts;
  return {
    kind: 'technical', title: '职业技能线上培训平台技术说明', subtitle: institutionName, sources: '秦人社〔2020〕13号三(一)3；琼人力局2021年公告五(三)；天津市平台征集四(三)；丽水市备案通知附件2',
    parts: [
      part('一、平台', [['平台名称', plain(platformName)], ['平台网址', plain(platformAddress)], ['适用规则', plain(`${pack.title.zh}（${packName(pack)}）`, '/rules')], ['系统结构', plain('信令服务器管课堂和权限，媒体服务器只转发音视频，后台任务服务器做录像、核验和报表，数据库存事实；各部分可分多台部署。')]]),
      part('二、身份确认', identity(facts)), part('三、过程监管', process(facts)), part('四、绩效考核', results(facts)), part('五、存档管理和安全措施', keeping(facts)),
    ],
    notes: ['数字取自本机构现行规则；规则变更后请重新生成。'], madeAt: madeAt.toISOString(), full: true,
  };
}
