// Texts of addresses of an institution's own programs that are told its facts.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  intro: '上课、下课、回放做好、学时变动、发证和补贴文件生成时，自动通知本机构自己的系统。一件事一条，网络断了会补发；只有编号和数字，没有姓名和证件号码。',
  none: '还没有通知地址。', add: '添加通知地址', name: '名称', nameHint: '自己看的名字，如“集团人事系统”。', address: '接收地址', addressHint: '以 https 开头，由对方系统提供。', missing: '请填写这一项。',
  save: '添加', saving: '正在添加…', cancel: '取消', secretTitle: '已添加，请把密钥交给对方系统的负责人', secretText: '对方用它核对每条通知确实来自本平台。密钥只显示这一次。', secretDone: '我已经记下',
  trouble: '从 {since} 起送不到：{what}会一直重试，不会丢。', pausedUnreached: '从 {since} 起五天都没有送到（{what}），已自动暂停。修好后点“继续发送”，没送到的会补发。', refused: '被拒绝',
  end: '停用', endQuestion: '停用后马上不再通知，还没送出的也不再送，不能恢复。确定停用吗？',
};
