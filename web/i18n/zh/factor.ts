// Texts of the second factor: setting it up, the code at login, recovery codes.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  must: '您的账号能看到很多人的信息，所以除了密码，登录时还要输入手机上的动态验证码。请现在设置，大约需要两分钟。',
  may: '除了密码，登录时再输入手机上的动态验证码，别人知道密码也进不来。',
  app: '在手机上装一个验证器应用，例如“腾讯身份验证器”“Microsoft Authenticator”，或微信里的验证器小程序。',
  scan: '用这个应用扫描下面的图。',
  typed: '扫不了？在应用里选择“手动输入”，填写这串字符：',
  enter: '把应用里出现的 6 位数字填在这里。',
  start: '开始设置', another: '换一部手机', code: '动态验证码', codeHint: '6 位数字，每 30 秒换一次。', confirm: '确认', codeMissing: '请输入验证码。', codeNow: '现在这部手机上的验证码', codeNowHint: '手机丢了，就填一个恢复码。',
  qr: '验证器应用要扫描的二维码',
  on: '已设置，自 {at} 起', left: '没有用过的恢复码：{n} 个', few: '恢复码快用完了，请重新打印一份。',
  done: '设置完成。以后登录要输入手机上的验证码。',
  codes: '恢复码', codesHint: '手机丢了或换了，用恢复码代替验证码登录，每个只能用一次。请打印或抄下来，放在安全的地方。这些码只在现在显示这一次。',
  print: '打印', kept: '我已经保存好了', anew: '重新生成恢复码', anewHint: '旧的恢复码马上失效。', end: '关闭动态验证码', obliged: '您的账号必须使用动态验证码，不能关闭。',
  asked: '请输入手机验证器应用里的 6 位数字。', lost: '手机不在身边？也可以输入一个恢复码。恢复码也没有了，请联系平台管理员。', open: '设置动态验证码', manage: '管理', title: '登录时的动态验证码',
};
