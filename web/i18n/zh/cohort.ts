// Texts of cohorts: list, roster, import.
import type { RosterRefusal } from '#domain/roster-sheet.ts';
import type { Texts } from '../gather.ts';

const refusal: Record<RosterRefusal, string> = {
  sheet_invalid: '这个文件打不开。请用模板填写，另存为 XLSX 格式后再选择。', sheet_too_large: '文件太大。请去掉图片和多余的工作表，或把名单分成几个文件。', columns_missing: '第一行里没有找到这些标题：{columns}。请删去标题上面的行，第一行要写列的名称，最好使用模板。',
  column_twice: '有的标题出现了两次：{columns}。请删去多余的一列。', heading_merged: '第一行有合并的单元格。请取消合并，并删去标题上面的行。', no_rows: '文件里没有学员。请在第一张工作表里从第二行开始填写。', too_many_rows: '学员太多，一次最多导入 1 万行。请把名单分成几个文件。',
  interrupted: '中途断开了，没有导入任何学员。请再试一次；如果不行，请重新选择文件。',
};

export const texts: Texts = {
  refusal,
  intro: '每个班级的学员名单和上课情况。', noneTitle: '还没有班级', none: '新建班级后会出现在这里。', new: '新建班级', course: '课程', title: '班级名称', titleHint: '例如：2026年第3期 电工班', programmeLabel: '培训项目类别', choose: '请选择', create: '建立班级', noCourses: '还没有课程，不能新建班级。',
  programme: { enterprise_staff: '企业职工培训', new_apprenticeship: '企业新型学徒制', project: '项目制培训', entrepreneurship: '创业培训', key_groups: '就业重点群体培训', other: '其他' }, search: '查找班级', nothingFound: '没有找到这个班级。换几个字试试。', learnerCount: '{n} 名学员', unregisteredCount: '{n} 人未注册', span: '{n} 次课，{from} 至 {to}', noLessons: '还没有排课', open: '打开', openOf: '打开{name}',
  roster: '学员名单', view: { enrolled: '在班', unregistered: '未注册', ended: '已离班' }, find: '查找学员', findHint: '姓名，或证件号码最后两位', findButton: '查找', found: '共 {n} 人', nobodyFound: '没有找到这位学员。换几个字试试。',
  nobody: { enrolled: '班里还没有学员。可以用表格一次导入全班名单。', unregistered: '全班都已注册。', ended: '没有人离班。' }, pages: '翻页', before: '上一页', after: '下一页', pageOf: '第 {n} 页，共 {all} 页',
  registered: '已注册', notRegistered: '未注册', endedOn: '{day}离班', end: '离班', endText: '离班后不能再上这个班的课；已经学过的记录都会保留。', endSure: '确认离班', reason: '离班原因', reasonHint: '例如：离职、转班', reasonWas: '离班原因：{reason}', takeBack: '恢复在班', correct: '改姓名或手机号', correctText: '学员注册时，姓名和手机号要和这里一致。', name: '姓名', phone: '手机号', save: '保存', cancel: '取消',
  toRoster: '学员名单', importIntro: '用表格一次导入全班学员。有一行不对，就一个也不导入，改好以后再导入。', step1: '第一步：下载模板', step1Text: '用表格软件打开，每行写一位学员。第二张表有填写说明。', template: '下载模板', step2: '第二步：选择填好的文件', step2Text: '系统先检查一遍，不会马上导入。', chooseFile: '选择文件', otherFile: '重新选择文件',
  checking: '正在检查…', writing: '正在导入：{n} / {all}', writingText: '可以离开这个页面，导入会继续进行。', allGood: '检查通过，共 {n} 位学员。', allGoodText: '点下面的按钮，才会加入班级。', takeAll: '导入这 {n} 位学员', takeAgain: '再导入一次', imported: '已导入 {n} 位学员。', again: '这个文件在{at}已经导入过，没有重复导入。',
  importedText: '新学员还要自己注册：请他们打开平台的注册页面，用名单上的姓名、证件号码和手机号注册，就会自动进入这个班。', added: '新学员 {n} 人', known: '平台已有 {n} 人', returned: '恢复在班 {n} 人',
  mended: { intro: '已自动改正：{what}。', spaces: '{n} 处空格', fullWidth: '{n} 处全角数字', smallX: '{n} 处小写 x', and: '、' },
  someBad: '{rows} 行中有 {bad} 行需要修改，没有导入。', someBadText: '请在表格里改好下面这些地方，保存后重新选择文件。', marked: '下载标好问题的表格', row: '行', column: '列', fault: '问题', rowN: '第 {n} 行', wholeRow: '整行', moreProblems: '问题太多，这里只列出前 500 处；标好问题的表格里是全部。',
};
