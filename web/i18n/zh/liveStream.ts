// Texts of the delayed broadcast.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  title: '延迟直播',
  unreached: {
    full: { title: '实时课堂的座位满了', text: '一有空位，画面和声音会自动出现，您不用做任何操作。' },
    away: { title: '实时画面暂时连不上', text: '正在自动重试，连上后画面和声音会自动出现，您不用做任何操作。' },
    unsupported: { title: '这个浏览器收不到实时画面', text: '请退出课堂，按课程页上的提示到手机或电脑的浏览器里打开；也可以在这里看延迟直播。' },
    blocked: { title: '您的网络收不到实时画面', text: '页面会一直自动重试。换用手机网络通常马上就能看到。' },
  },
  next: '下一次自动尝试：',
  asking: '正在查看有没有空位…',
  offer: '延迟直播比老师慢 10 到 15 秒。看的时候不再自动找实时画面，想回来就点“回到实时画面”。',
  rest: '聊天、举手、答题和人脸核验都可以照常使用，出勤照常记录。',
  choose: '看延迟直播',
  behind: '延迟直播，比老师慢 {n} 秒',
  behindAbout: '延迟直播，比老师慢约 {n} 秒',
  back: '回到实时画面',
  trying: '正在尝试实时画面…',
  inVain: '实时画面还是收不到，继续看延迟直播。',
  onStage: '实时画面和声音现在没有接通，老师和同学可能看不到、听不到您。正在自动重试。',
  wait: { busy: '服务器正忙，延迟直播稍后自动开始…', full: '延迟直播的名额已用完，有空位时会自动开始…' },
  phase: {
    asking: '正在准备延迟直播，通常要几秒…', playing: '正在播放', stalled: '正在缓冲…', gone: '延迟直播暂时不能开始，正在自动重试…',
    broken: '这个浏览器不能播放延迟直播，请换用新版 Chrome、Edge、Safari 或 Firefox。', over: '延迟直播已结束',
  },
};
