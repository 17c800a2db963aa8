// Texts of the delayed broadcast.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  title: '延迟直播',
  blocked: '您的网络收不到实时音视频。',
  full: '实时课堂的位置暂时满了，正在自动重试。',
  offer: '可以先看延迟直播，比老师慢 10 到 15 秒；点名、举手、答题和出勤都不受影响。',
  choose: '看延迟直播',
  behind: '延迟直播，比老师慢 {n} 秒',
  behindAbout: '延迟直播，比老师慢约 {n} 秒',
  back: '回到实时画面',
  trying: '正在尝试实时画面…',
  inVain: '实时画面还是收不到，继续看延迟直播。',
  onStage: '您的网络收不到实时音视频，老师和同学现在可能看不到、听不到您。',
  wait: { busy: '服务器正忙，延迟直播稍后自动开始…', full: '延迟直播的名额已用完，有空位时会自动开始…' },
  phase: {
    asking: '正在准备延迟直播，通常要几秒…', playing: '正在播放', stalled: '正在缓冲…', gone: '延迟直播暂时不能开始，正在自动重试…',
    broken: '这个浏览器不能播放延迟直播，请换用新版 Chrome、Edge、Safari 或 Firefox。', over: '延迟直播已结束',
  },
};
