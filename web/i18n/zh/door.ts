// The door of a lesson, taking somebody out, and microphones on stage.
import type { RemovalReason } from '#domain/door.ts';
import type { Texts } from '../gather.ts';

const reasonShort: Record<RemovalReason, string> = { disturbing: '扰乱课堂', not_taking_part: '没有参加学习', wrong_person: '不是本人', other: '其他原因' };
const reason: Record<RemovalReason, string> = {
  disturbing: '老师写的原因：扰乱课堂。', not_taking_part: '老师写的原因：没有参加学习。', wrong_person: '老师写的原因：看到的不是学员本人。', other: '老师写了其他原因。',
};

export const texts: Texts = {
  title: '课堂的门', reason, reasonShort,
  state: { open: '开门', lobby: '逐个请进', locked: '锁门' },
  stateText: {
    open: '学员到了就能直接进来。', lobby: '新来的学员先在门口等，由您请进来。已经进来过的，掉线后可以直接回来。', locked: '新来的学员进不来。已经进来过的，掉线后可以直接回来。',
  },
  someoneWaits: '有学员在门口等您请进来，请看“人员”。',
  waits: '{n} 人在门口等', admit: '请进', admitAll: '全部请进', more: '另外还有 {n} 人在等。', nobodyWaits: '现在没有人在等。', wasRemoved: '之前被请出课堂',
  outTitle: '被请出课堂的学员', out: '已请出：{reason}（{by}）', readmit: '允许回来',
  remove: {
    button: '请出课堂', title: '请{name}离开课堂？', text: '这位学员会马上离开，从现在起不再累计学时，原因会记入学时记录。之后只有您允许才能回来。', why: '原因', note: '补充说明（可以不填，学员会看到）', noteNeeded: '请写明原因（学员会看到）', keep: '不请出', do: '请出课堂',
  },
  removed: {
    title: '老师请您离开了课堂', text: '离开前的学时已经记下，从离开时起不再累计。', note: '说明：{note}', knock: '请求回到课堂', appeal: '如果认为不对，可以联系老师，课后也可以在“我的学时”里申诉。', short: '已请出课堂',
    record: '被请出课堂的记录', recordLine: '{at} 被请出课堂：{reason}。', back: '{at} 起可以回到课堂。', stayed: '之后没有再回到课堂。',
  },
  locked: { title: '课堂已经锁门', text: '老师不再让新来的人进入。请联系老师开门，再点“再试一次”。没有进入课堂的时间不计学时。' },
  waiting: { title: '请稍等，老师会请您进来', text: '您已在课堂门口，老师看得到您的名字。', since: '已等 {time}', uncounted: '在门口等候的时间不计学时；进入课堂、完成签到后开始累计。', keep: '请保持页面打开，老师同意后会自动进入，不用刷新。' },
  microphone: {
    mute: '关掉麦克风', isMuted: '麦克风已关', muteAll: '全部静音', allMuted: '台上学员的麦克风都关了，他们可以自己再打开。', lock: '全部静音并锁住', unlock: '允许打开麦克风', lockedText: '学员的麦克风已锁住，要发言请先点“允许打开麦克风”。',
    muted: '老师关掉了您的麦克风，要发言可以再打开。', lockedNow: '老师锁住了麦克风，暂时不能发言。', unlockedNow: '现在可以打开麦克风了。', closed: '麦克风已锁',
  },
};
