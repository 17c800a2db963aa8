// Texts of lessons that are studied from films: giving them to a class, their period, studying.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  title: '安排录播课',
  intro: '把已发布的录播视频安排给班级。学员在规定的时间里随时学习，签到、抽查、答题和学时的规则与直播课补学相同。',
  given: '已安排的录播课',
  none: '还没有安排过。在下面选择视频和班级。',
  noFilmsTitle: '还没有可以安排的视频',
  noFilms: '请先到“录播课”页面上传视频，转换好并查看发布后，就可以在这里安排。',
  new: '安排一节录播课',
  films: '选择视频', filmsHint: '可以选几个，会按勾选的先后依次成为各个课时。', filmsOrder: '数字是学习的先后次序。',
  teachersHint: '负责答疑的教师，可以多选。',
  periodTitle: '可以学习的时间', from: '从', to: '到', periodHint: '北京时间。到截止时间还没学完的部分不再计入学时。', openFixed: '已经开始学习，开始时间不能改；截止时间可以延后。',
  period: { before: '录播课 · {from}起可以学', open: '录播课 · 随时可学，{until}截止', over: '录播课 · 已于{until}截止', off: '录播课 · 不再安排' },
  give: '安排给班级', planned: '已安排：{title}。学员已收到通知。',
  began: '{of} 人中 {n} 人已开始学', look: '看视频、加题目', change: '改时间', save: '保存', keep: '不改了',
  wrong: { dates: '请选好开始和截止的日期、时间。', past: '截止时间已经过了。', period: '时间不合适：从开始到截止至少要比视频长 1 小时，最长一年。', films: '请至少选一个视频。' },
  open: '录播课：现在可以学', study: '去学习', until: '{until}前学完',
  notOpen: '还没有到学习的时间', notOpenText: '{from}起可以学习，到时候再来。',
  card: {
    title: '学习中', open: '还有 {time} 要学，{day}截止', intro: '按顺序播放还没有学的部分，不能跳过。开始前先核验身份，看的过程中可能随机抽查、答题。看完并通过核验的部分计入学时。', start: '开始学习', stop: '暂停，以后接着学',
    done: '已学 {time}', progress: '已学 {done}，还剩 {left}', how: '正在按顺序播放。离开后可以再回来接着学。', over: '学习时间已在 {day} 截止，还有 {time} 没有学。如有原因，请提出申诉或联系机构。', chip: '待学习',
  },
  studied: '已学', notStudied: '没有学', share: '完成率', standing: { open: '还差 {n} 分钟达到 {share}，截止前可以接着学。', over: '还差 {n} 分钟达到 {share}，学习时间已截止。如有原因，请提出申诉或联系机构。' }, whole: '全部学完。', hoursOpen: '{at}前还要学 {n} 分钟', timetable: '录播', noticeUntil: '{from}起，{until}截止，随时可学',
};
