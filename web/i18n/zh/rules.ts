// Texts of the rule packs: what each demands, and choosing one.
import type { Topic } from '#domain/rules/demands.ts';
import type { Texts } from '../gather.ts';

const topic: Record<Topic, string> = {
  signIn: '签到', spot: '随机抽查', answer: '核验时限', retry: '再试机会', failed: '核验未通过', missed: '核验没有完成', hidden: '离开页面', media: '没有画面和声音', idle: '长时间不操作', attendance: '到课率', accuracy: '正确率', unit: '课时',
  makeUp: '回放补学', makeUpChecks: '补学时核验', firstViewing: '第一次看回放', creditSpeed: '倍速', keepFacts: '记录保存', keepPictures: '照片保存', realName: '实名', recorded: '过程留痕', questions: '过程答题', replayAnswers: '回放答题', examSignIn: '考前核验', examSpot: '考试抽查', onlineShare: '线上课时占比', publicHours: '公共课目', opening: '开班审批',
};
/** Every way each may be put. */
const says: Record<Topic, Record<string, string>> = {
  signIn: { each_unit: '每个课时开始前都要签到。', each_lesson: '每节课开始前签到一次。' },
  spot: { some: '每个课时随机抽查 {n} 次，时间事先不公布。', none: '不随机抽查。' },
  answer: { plain: '每次核验要在 {n} 秒内完成。' },
  retry: { some: '没有通过可以马上再试 {n} 次，以最后一次为准。', none: '没有再试机会。' },
  failed: { plain: '前后两次通过的核验之间不计学时，最多 {n} 分钟。' },
  missed: { plain: '前后两次通过的核验之间不计学时，最多 {n} 分钟。' },
  hidden: { plain: '课堂页面不在前台超过 {n} 秒，学时停止累计。' },
  media: { some: '画面和声音中断超过 {n} 秒，学时停止累计。', none: '人在课堂里就计学时。' },
  idle: { some: '{n} 分钟没有操作会询问一次，{m} 分钟内不回应即离开课堂，学时停止。', none: '不因为没有操作而停止。' },
  attendance: { plain: '到课率低于 {n}% 为不达标。' },
  accuracy: { plain: '正确率低于 {n}% 为不达标。' },
  unit: { plain: '每个课时不少于 {n} 分钟；因中断不足的要重新上。' },
  makeUp: { some: '缺的时间可以在 {n} 天内看回放补上，不会超过课时长度。', none: '回放不补学时。' },
  makeUpChecks: { plain: '补学每个课时抽查 {n} 次。' },
  firstViewing: { whole: '第一次看回放不能往后跳。', free: '看回放可以随意拖动。' },
  creditSpeed: { plain: '播放最快 {m} 倍，学时按最多 {n} 倍计。' },
  keepFacts: { plain: '注册、签到、学时、答题和成绩保存 {n} 年。' },
  keepPictures: { plain: '核验照片保存 {n} 天后删除，结果保留。' },
  realName: { first: '学员先完成实名登记，才能进课堂、看回放和补学。', none: '上课前不要求实名登记。' },
  recorded: { plain: '全过程有记录，可以追溯。' },
  questions: { plain: '培训过程中要有答题。' },
  replayAnswers: { count: '课上没有问到的题，在回放里回答也计入正确率。', whereMadeUp: '课上没有问到的题，在补学时回答计入正确率；平时看回放的回答只作练习。', shown: '回放里的回答只作练习，不计入正确率。' },
  examSignIn: { first: '考试先核验身份，再发卷计时。', none: '考试前不核验身份。' },
  onlineShare: { some: '课程的线上课时不超过总课时的 {n}%。', none: '不限制线上课时占比。' },
  publicHours: { some: '课程含公共课目（含卫生防疫）不少于 {n} 课时，计入总课时。', none: '不规定公共课目的课时。' },
  opening: { authority: '机构审批后，还要主管部门批准才能开班。', institution: '机构审批后即可开班。' },
  examSpot: { some: '考试中大约每 {n} 分钟随机抽查一次，时间事先不公布；没有通过或没有完成的，成绩由工作人员确认。', none: '考试中不抽查。' },
};

export const texts: Texts = {
  topic, says,
  intro: '学时、核验和保存期限按规则自动执行。请选择机构所在地要求的规则；个别班级可以单独选择。',
  binds: '更改只对之后开始的课生效；正在上和已经上过的课，仍按开课时的规则计算，记录里会写明。', running: '现在有 {n} 节课正在上，它们不受影响。',
  institution: '机构的规则', cohorts: '各班的规则', cohortsHint: '不单独选择的班级跟随机构。', noCohorts: '还没有班级。', follow: '跟随机构（{name}）', useDefault: '默认规则', label: '规则', labelOf: '{name}的规则',
  choose: '更改规则', chooseOf: '更改{name}的规则', busy: '正在保存…', chosen: '{by}于 {at} 选定', chosenBySomebody: '于 {at} 选定', neverChosen: '还没有选择过', saved: '已改为“{name}”，对之后开始的课生效。',
  packs: '各规则的要求', packsHint: '与默认规则不同的地方有标记；每条下面是文件依据。写着“平台取值”的，文件没有规定数字。', differs: '与默认不同', differences: '{n} 处与默认不同', same: '与默认相同', source: '依据', own: '平台取值', version: '版本 {n}', inUse: '使用中',
  empty: '您没有可以管理的机构。',
};
