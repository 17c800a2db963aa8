// Texts of the question bank: list, editor, sets, import.
import type { RowProblem } from '#domain/question-sheet.ts';
import type { Texts } from '../gather.ts';

const problem: Record<RowProblem, string> = {
  stem_missing: '没有题干。请写上题目。', stem_too_long: '题干太长，最多 1000 个字。', options_too_few: '选项太少，至少写两个。', options_too_many: '选项太多，最多 10 个。', option_empty: '有一个选项是空的。请补上文字，或去掉它。',
  option_too_long: '有一个选项太长，最多 300 个字。', options_same: '有两个选项一样。请改成不同的。', options_not_wanted: '填空题不用写选项，请清空选项。', right_missing: '没有正确答案。请标出正确答案。',
  right_invalid: '正确答案和选项对不上：单选题只能有一个，排序题每个字母写一次。', accepted_too_many: '答案的写法太多，最多 20 种。', accepted_too_long: '答案太长，最多 200 个字。', point_too_long: '知识点太长，最多 100 个字。',
  difficulty_invalid: '难度要写 1 到 5 的整数。', explanation_too_long: '解析太长，最多 2000 个字。', kind_missing: '没有题型。请填写单选题、多选题、判断题、填空题或排序题。', kind_unknown: '不认识这个题型。请填写单选题、多选题、判断题、填空题或排序题。',
  answer_unreadable: '看不懂这个答案：选择题和排序题写字母（如 ABD），判断题写“正确”或“错误”。', option_gap: '中间空了一个选项。请依次填写，不要留空。', cell_is_date: '这一格被表格软件变成了日期。请把格式改为“文本”后重新输入。',
  double_in_file: '和第 {row} 行是同一道题。请删去一行。', double_in_bank: '题库里已经有这道题。请从文件里删去这一行。',
};

export const texts: Texts = {
  problem,
  kind: { single: '单选题', multiple: '多选题', trueFalse: '判断题', fillIn: '填空题', ordering: '排序题' },
  intro: '选择一门课程，管理它的题目。课堂提问和练习都从这里取题。', noCourses: '您还没有任教的课程。排课后，这里会出现课程的题库。', open: '打开题库', openOf: '打开{name}的题库', count: '{n} 道题', setCount: '{n} 个题组',
  emptyTitle: '题库里还没有题目', emptyText: '可以一道一道新建，也可以用表格一次导入很多题。', search: '查找题目', searchHint: '输入题干里的几个字', kindLabel: '题型', allKinds: '全部题型', point: '知识点', allPoints: '全部知识点', find: '查找',
  found: '共 {n} 道题', retiredCount: '已停用 {n} 道题', showAll: '显示全部题目', showRetired: '查看已停用的题目', nothingFound: '没有找到符合的题目。换几个字试试。', pages: '翻页', before: '上一页', after: '下一页', pageOf: '第 {n} 页，共 {all} 页',
  edit: '修改', retired: '已停用', hasPicture: '有图', difficultyN: '难度 {n}',
  stem: '题干', stemHint: '题目会显示在这里', picture: '题目图片', pictureHint: '可以不加；PNG、JPEG 或 WebP，不超过 2 MB', pictureChoose: '添加图片', pictureOther: '换一张图片', pictureRemove: '去掉图片', sending: '正在上传…',
  options: '选项', markOne: '点左边的圆圈，标出正确答案', markMany: '点左边的方框，标出全部正确答案', steps: '步骤', stepsHint: '请按正确顺序写；学员看到的是打乱的顺序', optionN: '选项 {n}', rightAnswer: '正确答案', moreOption: '增加一项', removeOption: '去掉第 {n} 项',
  up: '上移：{name}', down: '下移：{name}', true: '正确', false: '错误', accepted: '正确答案（每行一种写法）', acceptedHint: '写中任何一行都算对。全角半角、大小写、前后空格不影响判分。',
  difficulty: '难度', difficultyWord: { d1: '1 很容易', d2: '2 较容易', d3: '3 中等', d4: '4 较难', d5: '5 很难' }, explanation: '解析', explanationHint: '答完以后学员会看到，可以不写', save: '保存', saving: '正在保存…', cancel: '取消',
  savedNew: '已保存。可以接着写下一题。', savedVersion: '已保存为第 {n} 版。', versionBy: '第 {n} 版 · {by} · {at}', versions: '以前的版本', versionsText: '每次修改都会成为新的一版；学员答过的题，记录里仍是当时的内容。',
  retire: '停用这道题', restore: '恢复使用', retiredText: '这道题已停用，不会再被提问。恢复后才能修改。',
  preview: '学员在手机上看到的样子（可以试答）', toDo: { single: '选一个答案', multiple: '可以选几个答案', trueFalse: '判断对错', fillIn: '写出答案', ordering: '用箭头排出正确顺序' }, tryIt: '试答', tryRight: '回答正确', tryWrong: '回答错误',
  setsIntro: '课前把题目编成一组，上课时按顺序提问。', noSets: '还没有题组。', newSet: '新建题组', editSet: '修改题组', setName: '题组名称', setNameHint: '例如：第一课 随堂练习', setNameMissing: '请写上题组名称。', secondsEach: '每题答题时间', eachIn: '每题 {time}', inAll: '共 {time}',
  picked: '已选 {n} 道题', pickedNone: '还没有选题。请在下面的题库里点“加入”。', takeOut: '移出：{name}', pickFrom: '从题库选题', pick: '加入', pickedAlready: '已加入', setRetired: '有题目已停用，不会再被提问', removeSet: '删除', removeSetSure: '只删除题组，题目留在题库。',
  tapOrder: '按正确的先后顺序，依次点一点', orderAgain: '重新排', typeHere: '在这里写答案', pictureZoom: '点开看大图', pictureClose: '关闭', pictureFailed: '图片没有加载出来。', pictureAgain: '重新加载',
  seconds: '{s} 秒', minutes: '{m} 分钟', minutesSeconds: '{m} 分 {s} 秒',
  importIntro: '用表格一次导入很多题。有一行不对，就一道也不导入，改好以后再导入。', step1: '第一步：下载模板', step1Text: '用表格软件打开，每行写一道题。第二张表有填写说明和例子。', template: '下载模板', step2: '第二步：选择填好的文件', step2Text: '系统先检查一遍，不会马上导入。', chooseFile: '选择文件', otherFile: '重新选择文件', reading: '正在检查…',
  noRows: '文件里没有题目。请从第二行开始填写。', allGood: '检查通过，共 {n} 道题。', allGoodText: '下面是前几题的样子。确认后导入。', takeAll: '导入这 {n} 道题', importing: '正在导入…', imported: '已导入 {n} 道题。', toBank: '去看题库',
  someBad: '{rows} 行中有 {bad} 行需要修改，没有导入。', someBadText: '请在表格里改好下面这些地方，保存后重新选择文件。', row: '行', column: '列', fault: '问题', cell: '这一格的内容', rowN: '第 {n} 行', wholeRow: '整行', emptyCell: '（空）', moreProblems: '问题太多，这里只列出前 1000 处。改好后再检查一次。',
};
