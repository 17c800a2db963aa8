// Texts of the phone as second camera: the teacher's dialog, and the phone's own page.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  control: '手机摄像头',
  title: '把手机当第二个摄像头',
  scan: '用手机相机或微信扫一扫下面的二维码。',
  press: '在手机上点“开始拍摄”，全班就能看到手机的画面。',
  code: '手机扫描的二维码',
  left: '还有 {time} 有效，只能用一台手机打开一次。',
  reach: '手机要能打开 {host}；不用登录，除了送一路画面什么也做不了。',
  making: '正在生成二维码…',
  failed: '没有生成二维码，请再试一次。',
  expired: '二维码已失效，请生成新的。',
  connected: '手机已连接。请在手机上点“开始拍摄”。',
  sending: '全班正在看手机的画面。不想再展示时，在手机上点“停止拍摄”，或在这里断开。',
  layout: '要让自己的摄像头变大，请在“录像布局”里选“摄像头大、内容在角落”。',
  away: '手机断开了，正在等它自动恢复。请看看手机的网络，页面要开着。',
  again: '生成新的二维码',
  end: '断开手机',
  close: '关闭',
  lost: '手机摄像头断开了，正在等它自动恢复。',
  back: '手机摄像头已恢复。',
  phone: {
    title: '第二个摄像头', of: '{name}的第二个摄像头', hint: '把镜头对准要展示的东西，然后点“开始拍摄”。', start: '开始拍摄', opening: '正在打开摄像头…', stop: '停止拍摄', lamp: '补光灯',
    turn: '横着拿手机，全班看到的画面更大', connecting: '正在连接…', reconnecting: '网络中断，正在自动恢复…', ready: '已连接，还没有开始', sending: '全班正在看',
    refusedTitle: '这个二维码打不开', endedTitle: '拍摄已结束', askNew: '需要再用手机拍摄时，请老师在课堂里点“手机摄像头”，再扫一次新的二维码。',
    ended: {
      revoked: '老师已断开这台手机。', replaced: '老师换了新的二维码，这台手机已断开。', seat_over: '老师已离开课堂，手机也随之断开。', lesson_over: '这节课已经结束，可以关掉这个页面了。',
      other_page: '这台手机在另一个页面里继续拍摄，这里已经停止。',
    },
  },
};
