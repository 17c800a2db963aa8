// Texts of an institution’s people: adding, removing, who was there.
import type { MembershipRole } from '#domain/roles.ts';
import type { StaffPart } from '#domain/staff.ts';
import type { Texts } from '../gather.ts';

const part: Record<MembershipRole, string> = { admin: '平台管理员', institution: '教务人员', teacher: '教师', regulator: '监管人员', student: '学员' };
const partHint: Record<StaffPart, string> = { teacher: '教师可以上课、维护题库和考试。', institution: '教务人员可以排课、管理人员和机构资料，看到全部记录。', regulator: '监管人员可以查看全部记录，不能修改。' };

export const texts: Texts = {
  part, partHint,
  intro: '谁在机构里、做什么。添加和移除都有记录。', add: '添加人员', addHint: '对方要先在平台注册。填写手机号（或登录名）和姓名，两项都对上才会添加。', who: '手机号或登录名', name: '姓名', role: '身份', missing: '请填写。', added: '已添加{name}。',
  own: '您自己', since: '{at} 加入', ahead: '还有 {n} 节课要上', remove: '移除', removeOf: '移除{name}', keep: '不移除', reason: '移除原因', removeOwn: '移除自己以后，您马上不能再管理这个机构。', removeAhead: '还有 {n} 节课排给了这位教师。请先另行安排这些课，否则没有人上课。',
  former: '已经离开的人', removedBy: '由{by}移除：{reason}',
};
