// Texts of the page after class.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  reckoning: '正在统计这节课。人多时要十几秒，好了会自动显示，不用刷新。', reckoningAnew: '有新的记录，正在重新统计。下面是之前的结果，好了会自动更新。',
  came: '到课人数', meanThere: '平均在课', most: '最多同时在课',
  curve: '谁在课堂里', curveLabel: '在课人数曲线，最多 {most} 人，全班 {all} 人。左右键移动，回车看回放', point: '指着曲线看人数，点一下看那一刻的回放', thereAt: '{at} 在课 {n} 人', notHeldAt: '{at} 没有在上课',
  drops: '流失最多的时刻', lost: '少了 {n} 人', fromTo: '{before} 人减到 {after} 人', then: '当时：{what}', thenNothing: '当时没有提问、核验或聊天', join: '；', noDrops: '没有明显的流失，学员一直都在。',
  during: { quiz: '在答题“{about}”', check: '人脸核验 {n} 人次', screen: '刚开始共享屏幕', chat: '聊天 {n} 条', stage: '{about}在台上', hand: '举手 {n} 次', interruption: '课堂中断', break: '课间' },
  events: '课堂经过（{n} 项）', mark: { quiz: '提问 {about}', hand: '举手 {n} 次', stage: '{about}上台', screen: '开始共享屏幕' },
  questions: '每道题的正确率', noQuestions: '这节课没有提问。', answered: '答对 {right}，答错 {wrong}，没有作答 {none}，共 {all} 人', right: '答对', wrong: '答错', unanswered: '没有作答',
  learners: '每位学员', search: '搜索姓名或账号', found: '共 {n} 人，最需要关注的在前', pageOf: '共 {n} 人，最需要关注的在前；第 {page} 页，共 {pages} 页', nobodyFound: '没有找到这样的学员。', nobody: '这个班还没有学员。', nobodyCame: '这节课没有学员来。', pages: '翻页', before: '上一页', after: '下一页',
  state: { there: '在课', unproven: '在课，核验没过，不计时', away: '不在' }, checks: '核验', hand: '举手',
  need: { never_came: '没有来', attendance: '在课时间少', accuracy: '正确率低', checks: '核验有问题' },
  minutesOf: '在课 {done} / {of} 分钟', correctOf: '答对 {n} / {of}（{share}）', story: '明细', storyNothing: '一直在课，没有其他记录。',
  check: { passed: '核验通过', waiting: '核验等人确认', missed: '核验没有完成', failed: '核验没有通过' }, answer: { right: '第 {n} 题答对', wrong: '第 {n} 题答错', none: '第 {n} 题没有作答' },
  jumpTo: '看回放 {at} {about}', noMoment: '这一刻没有回放',
  noReplay: {
    processing: '回放还在生成。生成好以后，点图上任何地方都能看到那一刻。', held: '有的回放在等人检查，检查通过前不能跳到那里。', failed: '有的回放没有生成成功，不能跳到那里。', unrecorded: '这节课没有录制，不能跳到回放。',
  },
  note: { not_over: '这节课还没有上完。下课后，这里会显示谁在课堂里、什么时候走了人、每道题答得怎么样。', never_started: '这节课没有开课，没有可以回顾的内容。', cancelled: '这节课已经取消，没有可以回顾的内容。' },
  rule: '只看直播课堂，回放补学不算在内。在课时间少：低于 {attendance}%；正确率低：低于 {accuracy}%。规则：{pack}。',
};
