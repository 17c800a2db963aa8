// Texts of the replay.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  player: '回放：{title}',
  play: '播放',
  pause: '暂停',
  mute: '静音',
  unmute: '打开声音',
  speed: '播放速度',
  full: '全屏',
  seek: '播放进度',
  position: '{at}，共 {of}',
  resumed: '已从上次看到的 {time} 继续。',
  fromStart: '从头看',
  watchedTo: '看到 {time}',
  following: '接着看第 {n} 课时',
  download: '下载视频',
  broken: '视频无法播放。请刷新页面，或换一个浏览器再试。',
  marks: '课堂标记',
  mark: { quiz: '答题', stage: '学员上台', gap: '缺失' },
  gap: {
    nothing_captured: '这段时间没有画面和声音', picture_lost: '画面有丢失', sound_lost: '声音有丢失',
    codec_unsupported: '有一路画面或声音无法转换', other: '这里有内容缺失',
  },
  noneTitle: '这里还没有回放',
  none: {
    scheduled: '课还没有上。上完课后，回放会自动生成。', open: '课还没有开始。上完课后，回放会自动生成。', live: '正在上课。下课后会自动生成回放。',
    ended: '回放还没有开始生成，请稍后再来看。', cancelled: '这节课已经取消，没有回放。', missed: '这节课没有开课，没有回放。', unrecorded: '这节课设置为不录制，没有回放。',
  },
  processingTitle: '正在生成回放',
  processing: '可以先离开，生成好后再回来看。',
  leftMinutes: '大约还要 {n} 分钟',
  leftSeconds: '大约还要 {n} 秒',
  failedTitle: '回放没有生成成功',
  failedHint: '原始录制已经保留。请联系您的培训机构处理。',
  fail: {
    nothing_captured: '这一课时里没有录到任何画面和声音。', verification_failed: '生成的视频没有通过质量检查。',
    internal: '生成视频时出现了系统故障。', other: '生成视频时出现了问题。',
  },
};
