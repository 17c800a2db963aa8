// Texts of order in the chat.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  order: {
    title: '聊天管理', mutedAll: '全员禁言', mutedAllHint: '只有老师、助教和班主任能发言', slow: '慢速模式', slowHint: '每名学员两次发言之间至少隔这么久',
    off: '不限制', seconds: '{n} 秒', minutes: '{n} 分钟', slowChip: '慢速 {time}', mutedChip: '禁言 {n} 人', mutedTitle: '已禁言的学员', unmute: '解除禁言',
  },
  message: {
    more: '管理这条消息', pin: '置顶', unpin: '取消置顶', delete: '删除', mute: '禁言', deleted: '这条消息已被{name}删除',
    deleteTitle: '为所有人删除这条消息？', deleteText: '删除后，所有人（包括后来进入的人）都看不到内容，不能恢复。系统会记下是谁删除的。', deleteDo: '确定删除', keep: '不删除',
  },
  private: {
    class: '全班', own: '私信老师', all: '私信', explain: '只有您和这节课的老师、助教能看到。', explainStaff: '每位学员的私信只有本人和这节课的老师、助教能看到。', empty: '有不方便公开说的，可以在这里单独告诉老师。', emptyStaff: '还没有学员发来私信。',
    waiting: '等您回复', back: '全部私信', write: '私下告诉老师…', answer: '回复{name}…',
  },
  pinned: { title: '公告', more: '展开', less: '收起' },
  write: {
    announce: '作为公告置顶', announceHint: '写公告，发出后置顶给全班', slowWait: '慢速模式：{time} 后可以发言', slowNow: '慢速模式：每 {time} 可以发言一次', again: '重发', discard: '不发了',
  },
};
