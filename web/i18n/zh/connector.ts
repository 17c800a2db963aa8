// Texts of supervision connectors: who is sent what, how far it is, what was refused, what was compared.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  intro: '把课时、核验、证书等事实送到主管部门的监管平台。事实发生时就进了发送队列，网络断了也不会丢，恢复后按顺序补送。',
  none: '还没有对接的监管平台。', add: '对接一个平台', name: '名称', nameHint: '自己看的名字，如“省职业培训监管平台”。', address: '对方的接口地址', addressHint: '以 https 开头，不带用户名和参数。', mapping: '字段对照文件', whose: '发送哪些机构的数据', everybody: '平台上的所有机构',
  from: '从哪一天开始（可不填）', save: '开始对接', saving: '正在保存…', cancel: '取消', secretTitle: '对接好了，请把下面的密钥交给对方', secretText: '每次发送都用它签名。只显示这一次，关掉后就看不到了。', secretDone: '我已经记下', missing: '请填写这一项。',
  allInstitutions: '所有机构', mappingLine: '对照文件 {mapping}', mappingGone: '对照文件 {mapping} 找不到或有错，先不发送', waiting: '等待发送', sent: '已送达', dead: '搁置', oldest: '最久的等了', facts: '{n} 条', answered: '对方最近一次接收：{at}', neverAnswered: '对方还没有接收过',
  state: { well: '正常', waits: '正在发送', trouble: '送不到', paused: '已暂停', idle: '没有要送的' },
  troubleLine: '从 {since} 起送不到：{what}已试 {n} 次，{next}', tryAt: '{at} 再试。', trySoon: '马上再试。',
  trouble: { connection: '连不上，或者连接中断。', timeout: '对方没有在规定时间内回答。', name: '找不到这个域名。', tls: '对方的证书不可信。', inward: '这个地址指向内部网络，不允许发送。', answer_too_long: '对方的回答太长。', mapping_missing: '找不到可用的字段对照文件。', answer_form: '对方的回答格式不对。', http: '对方回答 {status}。', other: '{code}。' },
  pause: '暂停', resume: '继续发送', replay: '从某天起重新发送', replayFrom: '从哪一天开始重新发送', replayHint: '这一天以后记录的全部再送一遍，编号和原来一样，对方不会重复登记。', replayGo: '重新发送', replaying: '正在重新发送 {from} 以后的内容：{done} / {all}', replayPreparing: '正在整理 {from} 以后的内容：已找到 {all} 条', replayLeft: '大约还要 {span}', replayUnknown: '正在估算还要多久',
  compare: '与对方核对', compareDay: '核对哪一天', compareHint: '每天结束后会自动核对一次。', compareGo: '核对', asked: '{day}：正在核对', same: '{day}：双方一致', differs: '{day}：有 {n} 条不一致', failed: '{day}：没有核对成。{what}', noCompare: '还没有核对过', results: '核对结果', hideResults: '收起核对结果',
  here: '我方 {n} 条', there: '对方 {n} 条', way: { missing: '对方没有', altered: '内容不一致', unknown: '我方没有送过' }, mend: '把对方缺的、不一致的重新发送', unknownHint: '我方没有送过的，请向对方了解来源。', more: '只列出前 {n} 条。',
  deadTitle: '搁置的内容', deadHint: '对方连续三次拒绝，或者与对照文件不符。改好后可以再送；其他内容不受影响。', showDead: '查看搁置的内容', hideDead: '收起', deadCode: '对方给的原因', sendAgain: '再送一次', sendAllAgain: '全部再送',
  own: { kind_unmapped: '对照文件里没有这一类', source_absent: '缺少 {field} 要的内容', code_unknown: '{field} 的取值不在代码表里', value_unfit: '{field} 的格式不对', fact_gone: '原始记录已经不在了' },
  kind: { lesson_started: '上课', lesson_ended: '下课', ledger: '学时', check_settled: '人脸核验', check_missed: '错过的核验', certificate_issued: '发证', certificate_revoked: '证书作废', tree_head: '存证摘要' },
  wrongTitle: '有对照文件不能用', wrongText: '在服务器上改好后，十秒内自动重新读取。',
};
