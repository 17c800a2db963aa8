// Texts of attachments: kinds of files, adding, opening, withdrawing.
import type { AttachmentKind } from '#domain/attachment.ts';
import type { Texts } from '../gather.ts';

const kind: Record<AttachmentKind, string> = {
  licence: '办学许可证、营业执照', lawful_use: '使用权、合法使用证明', qualification: '资格证书', award: '荣誉、获奖证明', commitment: '承诺书', outline: '大纲、教学计划', signed_sheet: '签字盖章材料', correction: '更正材料', other: '其他材料',
};

export const texts: Texts = {
  kind,
  kindLabel: '材料类别', choose: '选择文件并上传', chooseOf: '上传{kind}', hint: 'PDF、JPEG 或 PNG，每个文件最多 20 MB。上传后不能删除，只能作废。',
  sending: '正在上传 {percent}%', checking: '正在检查…', stop: '取消上传', added: '“{name}”已上传。',
  empty: '还没有上传材料。', open: '下载“{name}”', by: '{by} 上传于 {at}',
  withdraw: '作废', withdrawOf: '作废“{name}”', reason: '作废原因', reasonHint: '原因会和文件一起保存，监管部门也能看到。', confirm: '确认作废', keep: '不作废', reasonShort: '请写明原因，至少 2 个字。',
  withdrawn: '已作废', withdrawnBy: '{by}于 {at} 作废：{reason}',
};
