// Texts of exams: making and publishing, taking, results, marking.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  intro: '课时或课程结束后的考试：从题库抽题，到时间自动开放和收卷，交卷后马上出分。', noneTitle: '还没有考试', none: '点“新建考试”，选课程、班级，再设定抽题规则。', noneOfCourse: '这门课程还没有考试。', ofCourse: '课程', allCourses: '全部课程', edit: '修改',
  phase: { draft: '草稿', upcoming: '未开始', open: '进行中', over: '已结束', closed: '已提前结束', withdrawn: '已作废' },
  countsWord: '{taken}/{all} 人已参加，{passed} 人通过', toMarkN: '{n} 份待批阅', heldN: '{n} 份待确认', waitingTitle: '等您处理', textsWait: '{n} 道主观题待批阅，最早 {at}', heldSince: '{cohort} · {at} 交卷，身份核验未全部通过', decide: '处理',

  title: '考试名称', titleHint: '例如：第一单元测验、结业考试', follows: '考什么', followsKind: { course: '一门课程', unit: '一个课时', courses: '几门课程（综合考试）' }, followsWord: { course: '课程考试：{name}', unit: '课时测验：{name}', courses: '综合考试：{name}' },
  course: '课程', courses: '选择课程（至少两门，同一机构）', chooseCourse: '请选择课程', unit: '课时', chooseUnit: '请选择课时', noUnits: '这门课程还没有课时', cohorts: '参加的班级', make: '建立草稿', making: '正在建立…',
  instructions: '考试说明', instructionsHint: '考试前给学员看，可以不写',
  parts: '从题库抽题', partsHint: '每条规则写明抽什么题、抽几道、每道几分。每位学员抽到的题不一样。', partN: '规则 {n}', supply: '题库里有 {n} 道', supplyShort: '题库里只有 {n} 道，还差 {short} 道', supplyShared: '题库里有 {n} 道，但别的规则也要用，还差 {short} 道', removePart: '删除规则 {n}', kinds: '题型（不选就是全部）',
  leastDifficulty: '难度从', mostDifficulty: '到', count: '抽几道', pointsEach: '每道几分', addPart: '增加一条规则', partWord: '{course}：{what} 抽 {n} 道，每道 {points} 分（从 {from} 道里抽）',
  fixed: '必答题', fixedHint: '每位学员都要答的题，可以不加。', fixedWord: '必答题 {n} 道', pickFixed: '从题库选必答题', pickDone: '选好了', pointsWord: '分值',
  tasks: '主观题', tasksHint: '学员自己写答案，交卷后由老师批阅，可以不加。', taskN: '主观题 {n}', tasksWord: '主观题 {n} 道，由老师批阅', removeTask: '删除主观题 {n}', addTask: '增加一道主观题', prompt: '题目', guidance: '评分要点', guidanceHint: '只有批阅的老师能看到',
  settings: '时间和要求', opens: '开放时间', closes: '截止时间', durationField: '答题时长（分钟）', passField: '及格线（%）', attemptsField: '最多考几次', waitField: '两次之间至少隔（分钟）',
  shuffleQuestions: '打乱题目顺序', shuffleOptions: '打乱选项顺序', showRight: '截止以后，学员可以看正确答案和解析', endHint: '时间以北京时间为准。到截止时间，没交的卷自动收上来。',
  wrong: {
    title: '请写上考试名称。', follows: '请选择考什么；综合考试至少选两门课程。', cohorts: '请至少选一个班级。', parts: '有一条规则没有写全：题数和分值要写大于 0 的整数，难度要从小到大。', points: '分值要写 1 到 100 的整数。', tasks: '有一道主观题没有写题目，或分值不对。',
    opens: '请写上开放的日期和时间。', closes: '截止时间要晚于开放时间，最长一年。', duration: '请写 1 到 {most} 的整数。', pass: '请写 1 到 100 的整数。', attempts: '请写 1 到 {most} 的整数。', wait: '请写 0 或更大的整数。',
  },
  draft: { saved: '草稿已保存', saving: '正在保存…', unsound: '还没有写全，写全后自动保存', failed: '没有保存成功' }, reload: '重新打开',
  staffSpot: '这个班级的规则要求：开始前核验身份，考试中随机抽查。', staffSignIn: '这个班级的规则要求：开始前核验身份。',
  notYet: '还不能发布：', mayPublish: '可以发布了。', problem: { no_questions: '还没有题目，请增加抽题规则、必答题或主观题。', too_many_questions: '题目太多，一份卷子最多 200 道。', parts_short: '题库里的题不够，看标红的规则。', fixed_retired: '有必答题已停用，请换一道。', window_past: '截止时间已过，请改晚一些。' },
  publish: '发布考试', publishing: '正在发布…', publishSure: '现在发布吗？', publishText: '发布后题目和规则就不能改了，只能推迟截止时间。学员到开放时间就能参加。', removeDraft: '删除草稿', removeSure: '删除这份草稿吗？',
  moreActs: '更多操作', longer: '推迟截止时间', longerHint: '只能往后推。正在考的学员，自己的剩余时间不变。', newEnd: '新的截止时间', end: '提前结束或作废', endHow: '怎么结束', endClose: '提前结束：不能再开始，正在考的可以考完', endWithdraw: '作废：所有成绩都不算', endReason: '原因（学员会看到）', close: '提前结束', withdraw: '作废这场考试', copy: '复制为新草稿', takenTitle: '参加情况',

  facts: '考试信息', window: '时间', duration: '答题时长', minutes: '{n} 分钟', size: '题量', sizeWord: '{n} 道题，满分 {points} 分', passMark: '及格线', passWord: '满分的 {n}%', tries: '次数', triesWord: '还可以考 {left} 次（共 {all} 次）', oneTry: '只能考 1 次', attemptsWord: '最多 {n} 次，间隔 {wait} 分钟', triesLeft: '还可考 {n} 次', triesN: '{n} 次',
  ownIntro: '您班级的考试都在这里。', ownNoneTitle: '还没有考试', ownNone: '老师发布考试后，会显示在这里和首页。', allOwn: '查看全部 {n} 场考试', group: { due: '现在和接下来', past: '以前的考试' }, opensAt: '{at} 开放', closesAt: '{at} 截止',
  stand: { running: '正在考试', ready: '可以开始', upcoming: '未开始', wait: '等待重考', to_mark: '等待批阅', held: '等待确认', passed: '已通过', failed: '未通过', used_up: '次数已用完', missed: '没有参加', withdrawn: '已作废' },
  act: { running: '继续答题', ready: '去考试', upcoming: '查看', wait: '查看', to_mark: '查看', held: '查看', passed: '查看成绩', failed: '查看成绩', used_up: '查看', missed: '查看', withdrawn: '查看' },
  standText: {
    running: '您有一份卷子还没有交，时间仍在走。', to_mark: '卷子已交，老师正在批阅主观题。', held: '卷子已交。有一次身份核验没有通过或没有完成，正在等工作人员确认，请等通知。', passed: '您已经通过这场考试。', failed: '考试没有通过，次数已用完或时间已过。如需补考，请联系老师。',
    used_up: '考试次数已经用完。如需补考，请联系老师。', missed: '考试已经结束，您没有参加。如需补考，请联系老师。', withdrawn: '这场考试已作废，成绩不算。',
  },
  opensIn: '离开放还有', nextIn: '离可以重考还有', readyText: '现在可以开始，{at} 截止。', start: '开始考试', starting: '正在打开…', goOn: '继续答题',
  demandsSpot: '开始前要用摄像头核验身份，考试中还会随机抽查；选择了不刷脸的，改填手机验证码。', demandsSignIn: '开始前要用摄像头核验身份；选择了不刷脸的，改填手机验证码。',
  rules: '开始以后时间不停，断网、关掉页面也一样。答案会自动保存，断网时先留在手机里，恢复后自动补传。时间到自动交卷，每次只能交一份。',
  triesSoFar: '考过的', best: '最好成绩 {share}', tryN: '第 {n} 次', toResult: '看结果', toResultOf: '看第 {n} 次的结果', pointsOf: '{n}/{all} 分', points: '{n} 分',
  submitReason: { self: '自己交卷', time: '到时间自动交卷', withdrawn: '考试作废' },

  signInTitle: '先核验身份', signInText: '核验完成后才发卷，考试时间从发卷时算起，现在还没有计时。',
  check: { title: { sign_in: '考前核验：确认是您本人', spot: '考试抽查：确认是您本人在考' }, why: { sign_in: '通过后马上发卷。', spot: '可以先写完手上的字，答案都已留好；请在时间内完成核验。' }, again: { sign_in: '这次核验没有通过或没有按时完成，还不能开始，请再核验一次。一直不通过也可以考，但成绩要等工作人员确认。', spot: '这次核验没有通过或没有按时完成，请再核验一次。仍不通过，成绩要等工作人员确认。' }, lost: '有一次身份核验没有通过或没有完成。请继续答题；交卷后成绩要等工作人员确认才算数。' },
  save: { saved: '已保存', saving: '正在保存…', offline: '没有网络，答案先留在手机里', cut: '没有网络，已答的都已保存' }, timeLeft: '剩余时间', warned: { five: '还剩不到五分钟', one: '还剩不到一分钟', over: '时间到' },
  questionN: '第 {n} 题', questionOf: '第 {n} 题，共 {all} 题', freeText: '主观题', writeHere: '在这里写答案', letters: '{n}/{all} 字', ways: '翻题', before: '上一题', after: '下一题', flag: '标记', unflag: '已标记', overview: '答题卡',
  answered: '已答', unanswered: '未答', flagged: '已标记', doneOf: '已答 {n}/{all} 题', flaggedN: '标记了 {n} 题', toQuestion: '去第 {n} 题',
  handIn: '交卷', handInSure: '现在交卷吗？', unansweredN: '还有 {n} 题没有答：', allAnswered: '全部题目都答了。', handInOffline: '现在没有网络。交卷会在恢复网络后自动送出，请不要清理浏览器数据。', handInOnce: '交卷后不能再改。', goOnWriting: '继续答题', handInNow: '确认交卷', handingIn: '正在交卷', handingInText: '请稍等，马上出结果。', handInWaits: '没有网络。答案都留在手机里，恢复网络后自动交卷，请不要关闭这个页面。', timeUpTitle: '时间到，正在收卷',
  elsewhereTitle: '这份卷子已在另一台设备上打开', elsewhereText: '已经保存的答案都在那边，请到那台设备上继续。如果要在这里继续，那边就不能再答。', takeBack: '在这台设备上继续', backToExam: '返回考试',
  handedIn: '已交卷。', handedInByTime: '时间到，已自动交卷。', outcome: '结果',
  outcomeTitle: { passed: '考试通过', failed: '没有通过', to_mark: '等待批阅', held: '等待确认', annulled: '成绩不算', open: '还没有交卷' },
  outcomeText: { passed: '恭喜，您通过了这场考试。', failed: '这次没有达到及格线。', to_mark: '选择题已经判好，主观题由老师批阅，批完后这里会显示成绩。', held: '有一次身份核验没有通过、没有完成或还没有结果，成绩先保留。您不用做什么，工作人员确认后会显示在这里。', annulled: '经确认，这次成绩不算。如有异议，请联系您的培训机构。', open: '卷子还在作答中。' },
  result: { open: '作答中', to_mark: '待批阅', held: '待确认', passed: '通过', failed: '未通过', annulled: '不算', none: '未参加' }, scoreBar: '得分 {share}，及格线 {pass}%', decided: { counts: '确认有效：', annulled: '不算成绩：' },
  nextNow: '现在就可以再考，还有 {n} 次。', nextAt: '{at} 起可以再考，还有 {n} 次。', noNext: { no_attempt_left: '次数已经用完。如需补考，请联系老师。', over: '考试已经截止，不能再考。如需补考，请联系老师。' },
  answersTitle: '答题情况', rightFrom: '{at} 以后可以看正确答案。', rightNever: '这场考试不公布正确答案。', isRight: '答对', isWrong: '答错', given: '作答：', nothingGiven: '没有作答', rightIs: '正确答案：', afterCut: '断网补交',

  export: '导出表格', noLearners: '班级里还没有学员。', passRate: '通过率', meanWord: '平均得分率 {share}', together: '全部学员', rateWord: '{passed} 人通过，{failed} 人未通过，{waiting} 人等待，{none} 人未参加', waiting: '等待', spreadTitle: '成绩分布', spreadColumn: '{from}–{to} 分段：{n} 人', passAt: '及格线 {n}%', noScores: '还没有出分的卷子。', everybody: '每位学员',
  findLearner: '按姓名或账号查找', filterLabel: '按结果筛选', filter: { all: '全部结果', passed: '通过', failed: '未通过', waiting: '待批阅或待确认', none: '未参加' }, allCohorts: '全部班级', foundLearners: '共 {n} 人', column: { learner: '学员', result: '结果', points: '最好成绩', tries: '次数', at: '交卷时间', paper: '答卷' }, seePaper: '看答卷',

  markCounts: '待批阅 {waiting} 份，已批阅 {marked} 份', showWaiting: '待批阅', showMarked: '已批阅', noneMarked: '还没有批阅过的答案。', allMarked: '全部批阅完了。', nothingToMark: '现在没有要批阅的答案。', answerN: '第 {n} 份，共 {all} 份', leftEmpty: '学员没有写答案。', markPoints: '得分（满分 {n}）', markWrong: '请写 0 到 {n} 的整数。', comment: '评语', commentHint: '学员会看到，可以不写', markNext: '保存，下一份', markKeys: '键盘：Ctrl + Enter 保存并到下一份，Alt + 左右方向键翻看。',

  checksTitle: '身份核验', checkKind: { sign_in: '考前核验', spot: '抽查' }, notJudged: '还没有结果', decisionTitle: '成绩是否有效', heldWhy: '有一次身份核验没有通过或没有完成，成绩暂不计入。请看过核验记录后决定。', decideTo: { counts: '有效：按得分计入', annulled: '不算：这次不计成绩' }, reason: '理由（学员会看到）', decideSave: '确认决定',

  preview: {
    back: '返回考试', text: '这是按规则抽出的一份样卷，和学员看到的一样。可以试着作答，不会保存，也不算参加考试。', shuffled: '每位学员的题目和顺序可能都不同。', asWritten: '题目和选项按原来的顺序。', draw: '样卷 {n}', another: '换一份样卷',
    lackTitle: '题库里的题不够，下面的规则抽不满：', point: '知识点“{point}”', difficulty: '难度 {from}–{to}', oneDifficulty: '难度 {n}', tooFew: '要抽 {wanted} 道，符合的只有 {n} 道，还差 {short} 道。', shared: '要抽 {wanted} 道，符合的有 {n} 道，但别的规则也要用这些题，还差 {short} 道。',
    lackHelp: '可以少抽几道、放宽题型或难度，或者先往题库里加题。',
  },
  appeal: {
    title: '没有通过的身份核验', text: '认为核验判错了，或者有特殊情况，可以在 {days} 天内申诉，由老师或机构处理。申诉成立，成绩就按得分计入。', chip: '已申诉', first: '学员已申诉：先处理申诉。申诉成立且其他核验都通过，成绩自动计入；不成立的，再决定成绩是否有效。', notYours: '您作过对这位学员不利的决定，这份申诉由其他人处理。',
  },
};
