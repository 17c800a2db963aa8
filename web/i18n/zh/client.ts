// Texts of clients: keeping them, what their learners have, what those who look for them see.
import type { ClientSwitch } from '#domain/client-switches.ts';
import type { Texts } from '../gather.ts';

const switches: Record<ClientSwitch, string> = { chat: '课堂聊天', questionsAndAnswers: '课程答疑' };
const switchHint: Record<ClientSwitch, string> = { chat: '关闭后，这个单位的学员不能在课堂聊天里发言，可以看。', questionsAndAnswers: '关闭后，这个单位的学员看不到答疑，也不能提问。' };

export const texts: Texts = {
  switch: switches, switchHint,
  intro: '委托培训的企业（甲方）：开通哪些功能，谁可以查看本单位学员的学时。', empty: '还没有委托单位。', add: '添加委托单位', edit: '修改', cancel: '取消', name: '单位名称', contact: '联系人', phone: '联系电话', region: '所在地区',
  switches: '开通的功能', switchesHint: '签到、核验和学时是法规要求，对所有学员一样，不能关闭。', on: '已开通', off: '未开通', learners: '在读学员 {n} 人',
  members: '可以查看学时的人', noMembers: '还没有。', memberAdd: '添加查看人', memberHint: '对方要先在平台注册。只能看到本单位学员的班级和学时，看不到别的。', memberSave: '添加',
  whose: '学员属于哪个单位', whoseHint: '改动马上生效，并有记录。', whoseOf: '{name}的单位', nobodys: '不属于委托单位', noLearners: '还没有在读的学员。',
  ownIntro: '由{institution}培训的本单位学员。', ownNone: '您不是任何委托单位的查看人。', ownEmpty: '本单位还没有学员。', hours: '{lessons} 节课 · 计入 {credited} / 应学 {held} 分钟 · {share}', noHours: '还没有上过课', hoursHint: '计入的分钟包括直播和回放补学；以培训机构的学时报告为准。',
};
