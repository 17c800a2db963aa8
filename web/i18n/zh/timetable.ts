// Texts of the timetable and of notices.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  explain: '排课、调课、换老师、停课都在这里。改动后，相关的老师和学员会马上收到通知。',
  new: '新排课', office: '教室和放假安排', close: '收起',
  week: '周', month: '月', view: '显示方式', earlier: '往前', later: '往后', today: '今天', nothing: '这段时间没有课。', nothingFilter: '没有符合条件的课。',
  cohort: '班级', teacher: '老师', place: '上课地点', all: '全部', online: '线上', series: '系列课', changed: '有改动',
  weekdays: { 1: '周一', 2: '周二', 3: '周三', 4: '周四', 5: '周五', 6: '周六', 7: '周日' },
  repeat: '重复', once: '只上一次', daily: '每天', weekly: '每周', every: '每隔几次', everyDays: '每 {n} 天一次', everyWeeks: '每 {n} 周一次', onDays: '在这些天上课', onDaysHint: '不选，就和第一次课同一天。',
  end: '到什么时候', byCount: '上满几次', byUntil: '到某一天', count: '次数', until: '最后一天', firstDay: '第一次课',
  look: '看一看安排', checking: '正在核对…', change: '返回修改',
  preview: '请核对每一次课', previewHint: '不要的课去掉勾；要换时间，直接改日期和时间。确认后一次全部排好。', take: '排这节课', noOccurrence: '这样安排一次课也没有，请检查日期。',
  past: '时间已经过去', holidayOff: '放假：{name}', holidayWork: '调休上班：{name}',
  conflict: {
    teacher: '{names} 这时已经有课：{lesson}', assistant: '助教 {names} 这时已经有课：{lesson}', place: '{names} 这时有人用：{lesson}', itself: '和这次安排里的另一节课时间重叠',
    learners: '{n} 名学员这时还有另一节课：{lesson}（{names}）',
  },
  lessonWords: '{cohort}《{title}》{at}', andMore: '等',
  noConflict: '没有冲突', conflicts: '{n} 节课有冲突', warnings: '{n} 节课有提醒', chosen: '选了 {n} 节课',
  override: '仍然要这样排，原因是', overrideHint: '老师或教室有冲突。确实要排，请写明原因，会记入档案；不然请改时间或去掉勾。', overrideMissing: '请写明原因，或者先解决冲突。',
  save: '确认排课（{n} 节）', saved: '已排好 {n} 节课，第一节：{title}，{at}。', blocked: '有的课时间重叠或者已经过去，请先改好。', noneTaken: '请至少选一节课。',
  open: '课程页面', move: '调课', substitute: '换老师', cancelRest: '停掉后面的课', history: '改动记录', noHistory: '没有改动过。', reason: '原因', reasonMissing: '请写明原因。',
  moveTitle: '换时间或地点', moveSave: '确认调课', moved: '已调课，相关的人都已通知。', newTime: '新的时间', same: '时间和地点都没有变。',
  substituteTitle: '换老师', out: '原来的老师', in: '接替的老师', substituteSave: '确认换人', substituted: '已换人，相关的人都已通知。', choose: '请选择',
  restTitle: '停掉这个系列后面的课', restExplain: '从这节课开始（包括这节），还没有开门的课都会停掉。', restSave: '确认停课', restDone: '已停 {n} 节课，相关的人都已通知。',
  changeWords: { moved: '调课', substituted: '换老师', cancelled: '停课', overridden: '有冲突仍然排课' }, changeTime: '{from} → {to}', changeBy: '{name}，{at}',
  places: '上课地点', placesHint: '线下课、实训课用的教室和场地。同一地点同一时间只能排一节课。', placeName: '名称', placeExample: '例如：一号实训室', add: '添加', remove: '不再使用', noPlaces: '还没有登记地点，课都在线上。',
  holidays: '放假和调休', holidaysHint: '国家每年公布的放假和调休，请按通知填写。排课时会标出来，放假的日子默认不排。', from: '从', to: '到', kind: '种类', off: '放假', work: '调休上班', holidayName: '名称', holidayExample: '例如：国庆节', noHolidays: '还没有填写。',
  gap: '路上时间', gapHint: '老师换地点上课，两节课之间至少留几分钟。', minutes: '分钟', saveGap: '保存', gapSaved: '已保存。',
  wrong: { interval: '请填 1 到 12。', count: '请填 1 到 366。', until: '请填第一次课之后的日期。', holiday: '请填好日期和名称，一次最多 31 天。' },
  waiting: {
    title: '等您处理', live: '节课正在上', clash: '节课有时间冲突（两周内）', makeUp: '分钟学时可以补', study: '分钟录播课要学', until: '最晚 {day}', toMark: '道题等批阅', held: '份答卷等决定', appeal: '个申诉等处理', check: '次核验等人看', face: '张新照片等确认', opening: '个班级等审批', joining: '人申请进班', finding: '个抽查问题等处理',
  },
  calendar: {
    title: '放到手机日历里', explain: '把课表加到手机或电脑的日历，调课、停课会自动更新。地址是您私人的，不要给别人；不用了可以随时收回。',
    part: { learning: '我学的课', teaching: '我教的课', overseeing: '全部课程' }, make: '生成地址：{part}', made: '请复制下面的地址，在日历里选“订阅日历”，粘贴进去。地址只显示这一次。', copy: '复制地址', copied: '已复制',
    since: '{at} 生成', read: '最近读取 {at}', never: '还没有日历读取过', revoke: '收回', none: '还没有生成过地址。',
  },
  notice: {
    bell: '通知', unread: '{n} 条未读', title: '通知', explain: '上课提醒，和课程安排的变动。', none: '还没有通知。', unreadMark: '未读',
    scheduled: '新排了课：{title}', scheduledMany: '新排了 {n} 节课：{title}', moved: '调课：{title}', cancelled: '停课：{title}', cancelledMany: '停了 {n} 节课：{title}', substituted: '换老师：{title}', reminder_day: '上课提醒：{title}', reminder_soon: '马上上课：{title}',
    at: '{at}', atPlace: '{at}，{place}', firstAt: '第一节 {at}', from: '原来是 {at}', teacher: '{from} → {to}',
  },
};
