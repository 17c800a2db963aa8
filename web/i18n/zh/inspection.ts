// Texts of inspections of recordings.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  intro: '从已公开的录像中随机抽查。种子先封存公布，再固定名单、抽取；任何人都可以重新抽取一遍，结果必须一样。', introOffice: '主管部门对录像的抽查。发现问题的，请在期限内整改并答复。',
  make: '新建抽查', none: '还没有抽查。', noneOffice: '没有您机构的抽查。', state: { sealed: '未抽取', drawn: '检查中', handed: '整改中', closed: '已办结' }, announced: '事先告知', unannounced: '不事先告知',
  brief: '抽到 {drawn} 份录像，发现 {findings} 个问题', openOf: '{n} 个没有办结', waitingInspector: '{n} 个答复等您核实', waitingOffice: '{n} 个问题等您答复', overdue: '{n} 个已过期限', due: '期限 {at}', madeBy: '{by} 于 {at} 新建',
  title: '名称', titleHint: '如：十一月焊工班录像抽查', institutions: '抽查哪些机构', all: '全选', noneChosen: '请至少选择一个机构。', course: '课程', allCourses: '全部课程', cohort: '班级', allCohorts: '全部班级', from: '上课日期从', to: '到', periodWrong: '请填写起止日期，先从后到，最长一年。',
  titleWrong: '请填写名称，至少两个字。', risk: '风险', risks: { high: '风险高', middle: '风险中', low: '风险低' }, riskHint: '风险高：有强烈疑点、录像缺失超过一分钟，或曾经人工放行；风险中：有疑点、更正过学时，或一成以上核验没有通过。风险高的抽到的机会是风险低的三倍。', riskWrong: '请至少选择一项。',
  size: '抽多少份录像', sizeWrong: '请填写 1 到 200。', tell: '要不要让机构知道', announce: { yes: '事先告知：机构从现在起看得到这次抽查', no: '不事先告知：交办问题或办结以后，机构才看得到' },
  seal: '封存种子，新建抽查', sealHint: '系统现在生成一个随机种子，只公布它的 SHA-256。下一步才固定名单并抽取，谁也不能先看到结果。', sealedTitle: '种子已封存', sealedText: '下面的 SHA-256 已经公布。现在可以抽取：系统固定名单，公布种子，按种子抽取。',
  ownWords: '加入您自己的文字（可以不填）', ownWordsHint: '如当天的彩票号码。它和种子一起决定结果，所以平台和检查人都不能单独左右抽取。', draw: '固定名单并抽取', seedHash: '种子的 SHA-256（抽取前公布）', seed: '种子', ownWordsShown: '加入的文字', populationHash: '名单的 SHA-256',
  population: '名单上有 {n} 份录像，抽到 {drawn} 份。', withoutFilm: '另有 {n} 个上过的课时没有公开的录像，不在名单上。', list: '下载名单', report: '下载报告（PDF）', scope: '范围', how: '怎样重新抽取',
  redraw: {
    one: '下载名单，计算它的 SHA-256，应与上面一致；计算种子（按十六进制还原成字节）的 SHA-256，应与抽取前公布的一致。', two: '名单每行依次是：录像、机构、课程、班级、课、课时、风险（high、middle、low）、文件的 SHA-256，用空格隔开。',
    three: '把份数分到各机构（够分时每个机构先得一份，其余按录像数），再分到各课程（按录像数），再分到各风险（录像数乘以 3、2、1）。都用最大余数法，余数相同按编号先后，超过总数的部分再分给其他。',
    four: '密钥等于“种子的字节加上您加入的文字”的 SHA-256。每一层（机构 课程 风险）用 HMAC-SHA256 产生数字，输入是“机构 课程 风险”、一个零字节和四字节的计数器：每 8 字节取高 53 位；会偏向前面的数字跳过不用。',
    five: '每一层的录像按编号排好，第 i 次在剩下的里面按数字选一个，与第 i 个对换。这样得到的就是抽到的录像和次序。决策记录 085 有全部细节和一个现成的程序。',
  },
  units: '抽到的录像', unit: '第 {n} 份', look: '检查这份录像', lookAgain: '再看这份录像', looked: '已看过', notLooked: '还没有看', changed: '文件与抽取时不同，或已不再公开', watch: '看这份录像', foundIn: '{n} 个问题', part: '（{part}/{parts}）',
  findings: '发现的问题', noFindings: '没有登记问题。', severity: { minor: '轻微', major: '较重', critical: '严重' }, evidence: { recording: '录像', face_check: '人脸核验', sign_in: '签到', quiz: '随堂提问', gap: '录制中断', presence: '人数变化', courseware: '课件', other: '其他' },
  findingState: { open: '等待机构答复', answered: '等待核实', returned: '退回', accepted: '已整改', withdrawn: '已撤销' }, reply: { answer: '机构答复', accepted: '核实通过', returned: '退回', withdrawn: '撤销' }, replyLine: '{kind} · {by} · {at}', until: '限 {at} 前答复', late: '已过期限', goTo: '跳到这里',
  answer: '答复', answerLabel: '怎样整改的', answerHint: '写明原因、已经做了什么、怎样避免再发生。', answerSend: '提交答复', accept: '核实通过', giveBack: '退回', withdraw: '撤销', withdrawLabel: '为什么撤销', backLabel: '为什么退回', backDays: '再给几天（可以不填）', wordsShort: '请写明情况，至少两个字。',
  notHanded: '尚未交机构', handOver: '交机构整改', handOverText: '机构从现在起看得到这些问题，要在期限内答复。之后不能再登记问题。', days: '期限（天）', daysWrong: '请填写 1 到 180 天。', close: '办结', closeText: '所有问题都已整改。办结以后不能再改。', closeClean: '没有发现问题，直接办结。办结以后不能再改。', closeSealed: '范围不对、不再需要时，可以不抽取就办结。', closeWords: '办结意见（可以不填）', closedAt: '{at} 办结',
  looks: '看过的核验照片', lookLine: '{at} {by}，第 {n} 份录像，目的：{purpose}',
  notice: { inspection_findings: '录像抽查发现问题，请在期限内整改并答复', inspection_answered: '机构对录像抽查作了答复，请核实', inspection_due: '录像抽查的整改期限快到了，请尽快答复', inspection_overdue: '录像抽查的整改期限已过，还没有答复' },
  marks: '可以跳到的地方', marksOf: { all: '全部', check: '核验', sign_in: '签到', quiz: '提问', gap: '中断', presence: '人数' }, noMarks: '没有这一类。', came: '进来 {n} 人', left: '离开 {n} 人', both: '进来 {came} 人，离开 {left} 人', leftOut: '还有 {n} 次通过的核验没有列出。', unanswered: '没有完成', noSuchPart: '这份录像现在不能播放：可能已经撤下或正在重新生成。',
  picture: { title: '核验照片', ask: '看照片之前，请写明目的。每次查看都有记录，机构看得到。', purpose: '查看目的', purposeHint: '如：核对 15 分钟时的核验是否本人', purposeWrong: '请写明目的，至少四个字。', show: '查看照片', gone: '照片已按期限删除', none: '没有照片', failed: '照片打不开，可能已经删除。', of: '{name}，{at}', start: '选中一次有照片的核验，照片显示在这里。', closed: '抽查已办结，不能再看照片。' },
  find: '在这里登记问题', findAt: '时间：{at}', findSeverity: '程度', findEvidence: '依据', findEvidenceWrong: '请至少选择一项依据。', findWords: '发现了什么', findSend: '登记问题', back: '回到抽查', closedToFindings: '这次抽查已交办或办结，不能再登记问题。',
};
