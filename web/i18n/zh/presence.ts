// Why time counts or does not: the same words in the classroom, on the class wall, in the hours and wherever a span is told.
import type { PresenceReason } from '#domain/presence/facts.ts';
import type { WallCheck } from '#domain/presence/wall.ts';

/** In a word or two, for lists. */
const reason: Record<PresenceReason, string> = {
  present: '计入学时', not_signed_in: '还没有签到', check_failed: '核验未通过', check_missed: '核验没有完成', elsewhere: '计在另一节课', no_media: '没有收到画面和声音', idle: '长时间没有操作',
  hidden: '页面不在前台', removed: '被请出课堂', left: '离开了课堂', disconnected: '连接断开', lease_expired: '网络失去联系', not_joined: '没有进入课堂', corrected: '更正后计入', taken_back: '更正后不计入', on_site: '线下到场',
};
/** What happened, in a sentence; for the learner afterwards. */
const why: Record<PresenceReason, string> = {
  present: '您在课堂里，这段时间计入学时。', not_signed_in: '签到通过之前的时间不计入学时。', check_failed: '人脸核验没有通过，前后两次通过的核验之间不计入。', check_missed: '没有在规定时间内完成核验，这一段不计入。', elsewhere: '同一时间您还在另一节先进入的课里，时间已经计在那节课，不重复计算。',
  no_media: '老师的画面和声音没有送到您的设备，超过了允许的时间。', idle: '很久没有操作，询问后也没有回应。', hidden: '课堂页面被切到后台或最小化，超过了允许的时间。', removed: '老师请您离开了课堂，原因见下面的记录。', left: '您离开了课堂。', disconnected: '设备和课堂之间的连接断开了。',
  lease_expired: '设备突然没有了消息，可能是断网、断电或合上了电脑。', not_joined: '您还没有进入课堂。', corrected: '机构凭材料更正，由两人办理，这段时间计入学时。', taken_back: '机构凭材料更正，由两人办理，这段时间不计入学时。', on_site: '按签字的签到表，您在上课地点，这段时间计入学时。',
};
/** What to do now, while it can still be changed. */
const todo: Record<PresenceReason, string> = {
  present: '请保持本页面在前台。', not_signed_in: '请按提示完成签到，完成后马上开始累计。', check_failed: '请等下一次核验，正对镜头；认为判断有误，课后可以申诉。', check_missed: '下一次核验请在时间内完成；缺的时间课后可以补学。', elsewhere: '一次只上一节课：离开另一节课后，这里马上开始累计；缺的时间课后可以补学。',
  no_media: '请刷新页面或换一个网络；恢复后自动继续累计。', idle: '请点一下页面或按任意键，表示您还在。', hidden: '请回到本页面并保持在前台，马上恢复累计。', removed: '请联系老师；老师允许后可以回来。', left: '请重新进入课堂。', disconnected: '请检查网络，连上后自动继续累计。',
  lease_expired: '请检查网络，连上后自动继续累计。', not_joined: '请进入课堂。', corrected: '不用做什么。', taken_back: '认为有误，请联系机构。', on_site: '不用做什么。',
};
const check: Record<WallCheck, string> = { asked: '等待核验', verifying: '正在核对', passed: '核验通过', look: '等人查看', missed: '核验没有完成', failed: '核验未通过' };

export const texts = {
  reason, why, todo, check,
  line: {
    label: '学时累计', counting: '学时正在累计', soon: '学时快要停止累计', stopped: '学时已停止累计', paused: '现在不计时', waiting: '开课后开始累计学时', offline: '连接断开，学时已停止累计', checking: '签到已收到，正在核对', unknown: '正在核对学时…',
    pausedText: '课程暂停中，这段时间不影响您的学时。', offlineText: '请检查网络，连上后自动继续，不用刷新。', checkingText: '核对通过后，签到之后的时间都计入。', soonText: '{reason}，{n} 秒后停止。', because: '（{reason}）', sum: '本节课已计 {done} / {of} 分钟', tabStopped: '⏸ 学时已停',
  },
  wall: {
    title: '到课情况', counting: '正在累计', notCounting: '没有累计', below: '低于 {share}', asked: '等待核验', look: '等人查看', missed: '核验有问题', share: '本课时 {share}', belowMark: '低于 {share}', notHeld: '现在没有在计时',
    first: '全班 {all} 人，这里列出最需要关注的 {n} 人。', nobody: '这个班还没有学员。', allWell: '大家都在正常上课。', details: '{name}的学时明细（新页面）', old: '没有更新成功，下面是 {at} 的情况。', rule: '按现在的课时计算，规则：{pack}。', loading: '正在读取到课情况…', waiting: '开课后这里会显示每位学员的到课情况。',
  },
};
