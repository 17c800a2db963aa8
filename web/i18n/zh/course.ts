// Texts of courses: dossier, hours plan, instructors, content review.
import type { ProblemCode } from '#domain/course/validation.ts';
import type { DossierField } from '#domain/course/dossier.ts';
import type { Texts } from '../gather.ts';

const problem: Record<ProblemCode, string> = {
  title_missing: '请填写课程名称。', level_missing: '请选择培训等级。', occupation_missing: '请填写职业（工种）或项目名称。', occupation_code_missing: '请填写职业编码。', occupation_code_form: '职业编码的格式是 6-18-02-04 这样的七位数字。', programme_missing: '建议选择学时用途。',
  standard_missing: '请选择执行标准。', standard_name_missing: '请填写标准名称。', enterprise_missing: '企业标准要写明企业名称。', owner_missing: '请填写课程归属人。', user_missing: '请填写课程使用人。', audience_missing: '请填写培训对象。',
  overview_missing: '请填写课程概述。', outline_missing: '请填写教学大纲。', flow_missing: '建议填写培训流程。', assessment_missing: '请填写考核安排。', exam_missing: '还没有结业考核：请在“考试”里新建，并选择整门课程。', resources_missing: '请选择资源种类。', source_missing: '请选择资源来源。', proof_missing: '请上传合法使用证明。',
  forms_missing: '请选择培训形式。', evaluation_missing: '请选择评价形式。', charge_missing: '请选择是否收费。', price_missing: '请填写价格。', period_missing: '请填写收费的起止日期。', period_backwards: '开始日期在结束日期之后。',
  instructor_missing: '请至少选择一位授课教师。', instructor_gone: '有 {n} 位教师已经停用。', instructor_none_qualified: '没有一位教师符合条件：要有本职业三级及以上证书，或中级及以上职称，并在有效期内。', instructor_unqualified: '有 {n} 位教师的证书或职称不够。', instructor_copy_missing: '有 {n} 位教师没有上传资格证书。',
  plan_empty: '请安排课时。', online_share: '线上 {online} 课时，共 {units} 课时，占 {percent}%，最多 {most}%。', public_hours: '公共课目 {n} 课时，至少 {least} 课时，还差 {short} 课时。',
  row_title_missing: '请填写课时内容。', unit_short: '{minutes} 分钟，每课时不少于 {least} 分钟。', key_points_missing: '请填写培训要点。', questions_missing: '还没有课中答题：请选择题库里有题目的知识点。', practice_online: '实操课原则上在线下进行。', row_instructor_unknown: '这一课时的教师不在授课教师名单里。',
  review_missing: '还没有做内容审核。', review_stale: '审核之后内容有变化，请重新审核。', review_findings: '审核发现了问题，改正后重新审核。',
};
const field: Record<DossierField, string> = {
  title: '课程名称', level: '培训等级', occupation: '职业（工种）', programme: '学时用途', standard: '执行标准', enterprise: '企业名称', owner: '课程归属人', user: '课程使用人', audience: '培训对象', overview: '课程概述', outline: '教学大纲', flow: '培训流程', assessment: '考核安排',
  exam: '结业考核', resources: '资源种类', source: '资源来源', forms: '培训形式', evaluation: '评价形式', charge: '收费', instructors: '授课教师', plan: '课时安排', review: '内容审核',
};

export const texts: Texts = {
  problem, field,
  intro: '开班之前，每门课程要有一份完整的资料：大纲、课时安排、教师、考核和内容审核。', new: '新建课程', title: '课程名称', titleHint: '例如：焊工（初级）', institution: '培训机构', make: '建立课程', making: '正在建立…', noneTitle: '还没有课程', none: '点“新建课程”，写上名称就可以开始填资料。', noneRead: '机构的教务部门录入后，会显示在这里。',
  state: { none: '还没有资料', draft: '草稿', submitted: '已提交', changed: '有未提交的修改' }, missingN: '还缺 {n} 项', warnN: '提醒 {n} 项', unitsN: '{n} 课时', versionN: '第 {n} 版', openOf: '打开{name}', open: '查看', write: '填写资料', by: '依据：{clause}', cancel: '取消', choose: '请选择', yes: '是', notGiven: '未填写',
  save: { saved: '已保存', saving: '正在保存…', failed: '没有保存' }, reload: '重新打开', restored: '上次在这台设备上没有保存的内容已经恢复。', stillMissing: '还缺 {n} 项', whatMissing: '缺哪些', nothingChanged: '和已提交的版本相同，没有要提交的修改。', nothingMissing: '没有缺项，可以提交。', rowN: '第 {n} 课时', moreRows: '另有 {n} 处',
  submit: '提交课程资料', submitting: '正在提交…', submitSure: '现在提交？', submitText: '提交后这一版不能再改，开班时以它为准。以后修改会生成新的一版。', versions: '提交过的版本', noVersions: '还没有提交过。', submittedBy: '{by}于 {at} 提交', hash: '校验值 {hash}，规则 {pack}',
  edit: '修改', editHint: '修改会生成新的一版；已经提交的版本保持原样。', print: '打印', nowLacks: '现在发现的问题', total: '总课时', totalAll: '{units} 课时（线上 {online}，线下 {offline}；实操 {practice}，公共课目 {publicUnits}），合计 {minutes} 分钟',
  section: { basics: '课程基本情况', texts: '概述、大纲和考核', resources: '资源、形式和收费', instructors: '授课教师', plan: '课时安排', review: '结业考核和内容审核' },
  levelLabel: '培训等级', level: { 5: '五级（初级工）', 4: '四级（中级工）', 3: '三级（高级工）', 2: '二级（技师）', 1: '一级（高级技师）', special: '专项职业能力', startup: '创业培训', other: '其他' },
  programmeLabel: '学时用途', programme: { skill: '职业技能等级', special: '专项职业能力', apprenticeship: '企业新型学徒制', project: '项目制培训', startup: '创业培训' },
  occupation: '职业（工种）', occupationCode: '职业编码', occupationHint: '职业编码见国家职业分类大典，例如焊工 6-18-02-04。专项能力和创业课程可以不填。',
  standardLabel: '执行标准', standard: { national: '国家标准', provincial: '省级标准', trade: '行业标准', enterprise: '企业标准' }, standardName: '标准名称', standardNumber: '标准编号（没有可不填）', enterprise: '企业名称',
  owner: '课程归属人', ownerHint: '课程的权利属于谁', user: '课程使用人', userHint: '由谁使用这门课程', audience: '培训对象', audienceHint: '例如：准备从事焊接工作的初学者',
  text: { overview: '课程概述', outline: '教学大纲', flow: '培训流程', assessment: '考核安排' }, textHint: { overview: '这门课教什么，学完能做什么。', outline: '按章节写明内容和要求。', flow: '从报名到结业的步骤。', assessment: '怎样考核，什么算合格，不合格怎么办。' },
  resources: '资源种类', resource: { video: '视频课程', ebook: '电子书', courseware: '课件', animation: '动画' }, resourceNote: '资源情况', resourceNoteHint: '例如：视频 24 个，共 18 小时', sourceLabel: '资源来源', source: { own: '自有', bought: '购买', cooperation: '合作', imported: '引进', authority: '主管部门提供' }, sourceNote: '来源单位和授权期限',
  proofs: '证明材料', proofsHint: '引进的资源必须上传合法使用证明；购买、合作的建议上传。', forms: '培训形式', form: { live: '直播', recorded: '录播', interactive: '互动', offline: '线下' }, evaluationLabel: '评价形式', evaluation: { completion: '结业考核', skillLevel: '职业技能等级认定', specialAbility: '专项职业能力考核', qualification: '职业资格考试' },
  chargeLabel: '是否收费', charge: { free: '免费', paid: '收费' }, price: '每人价格（元）', yuan: '{n} 元', from: '开始日期', until: '结束日期',
  instructorsHint: '勾选给这门课授课的教师。至少一位要有本职业三级及以上证书，或中级及以上职称。', noInstructors: '还没有录入教师，请先到“授课教师”里录入。', qualified: '符合条件', unqualified: '证书或职称不够', takeOutGone: '去掉已停用的 {n} 位教师', toInstructors: '录入和修改教师',
  planHint: '一行是一个课时，每课时不少于 {n} 分钟。占比按课时数计算。', totalUnits: '共 {n} 课时', totalParts: '线上 {online} 课时，线下 {offline} 课时，其中实操 {practice} 课时；合计 {minutes} 分钟', onlineShare: '线上占 {percent}%', atMost: '最多 {n}%', noLimit: '不限', publicUnits: '公共课目 {n} 课时', atLeast: '至少 {n} 课时', noPoints: '这门课的题库还没有带知识点的题目，课中答题要用到。', toBank: '去录入题目', howMany: '课时数', addRows: '增加 {n} 个课时',
  row: { n: '序号', title: '课时内容', titleOf: '第 {n} 课时的内容', keyPoints: '培训要点', keyPointsOf: '第 {n} 课时的培训要点', content: '类型', contentWord: { theory: '理论', practice: '实操' }, way: '方式', wayWord: { online: '线上', offline: '线下' }, form: '形式', minutes: '分钟', point: '课中答题（知识点）', noPoint: '未选', pointWord: '{point}（{n} 题）', teacher: '教师', noTeacher: '未定', public: '公共课目', up: '第 {n} 课时上移', down: '第 {n} 课时下移', copyOf: '复制第 {n} 课时', removeOf: '删除第 {n} 课时' },
  examsN: '整门课程的结业考核：{n} 场', standing: { none: '还没有审核', stale: '内容有变化，需要重新审核', findings: '审核发现问题', clean: '审核通过' }, toReview: '查看审核', reviewHint: '由没有编写过这份资料、没有上传过课件的人审核。',
  review: {
    of: '内容审核：{name}', intro: '逐项核对课程文字和课件里没有十类禁止内容，并签署承诺。', what: '审核的内容', files: '课件 {n} 个', noFiles: '还没有课件。', refusal: { reads_only: '您可以查看审核记录，不能审核。', nothing_written: '还没有课程资料，暂时不能审核。', own_work: '您编写过这份资料或上传过其中的课件，请由其他人审核。' }, done: '审核已经签署。',
    classes: '十类禁止内容', classesHint: '每一类都要选。发现问题的，写明在哪里、是什么。', clean: '没有', found: '发现问题', where: '在哪里、是什么', whereHint: '例如：课件第 3 页，数据没有出处', note: '其他意见（可不填）', commitment: '审核承诺', sign: '签名', signHint: '请输入您的姓名：{name}', foundN: '有 {n} 类发现问题，课程资料改正并重新审核后才能提交。', submit: '签署审核', signing: '正在签署…', openN: '还有 {n} 类没有填完',
    history: '审核记录', none: '还没有审核记录。', cleanWord: '没有发现问题', foundWord: '发现问题', by: '{by}于 {at} 审核第 {n} 版', hashes: '内容校验值 {content}，承诺校验值 {commitment}',
  },
  instructor: {
    intro: '授课教师的证书、职称、从教经历和获奖情况。课程资料和开班都从这里选。', new: '录入教师', edit: '修改', editOf: '修改{name}的资料', saved: '教师资料已保存。', noneTitle: '还没有教师', none: '点“录入教师”开始。', retired: '已停用', noPapers: '还没有录入证书或职称。', over: '{day} 已过期', validUntil: '有效期至 {day}', courses: '授课：{names}',
    person: '平台账号', personHint: '教师在本平台有账号的，请选择；排课时可以核对资格。', noPerson: '没有账号', name: '姓名', nameMissing: '请填写姓名。', trade: '专业', rank: '职级', phone: '电话', email: '电子邮箱', papers: '证书和职称', papersHint: '职业技能证书要写明职业和编码，与课程一致才算本职业。', addPaper: '增加证书或职称', paperN: '证书或职称 {n}', removePaper: '删除第 {n} 项',
    kindLabel: '种类', kind: { certificate: '职业技能证书', title: '专业技术职称' }, levelLabel: '等级', level: { 1: '一级（高级技师）', 2: '二级（技师）', 3: '三级（高级工）', 4: '四级（中级工）', 5: '五级（初级工）', junior: '初级', intermediate: '中级', associate: '副高级', senior: '正高级' }, paperName: '证书或职称名称', number: '证书编号', until: '有效期至（长期有效不填）',
    history: '从教经历', awards: '获奖情况', copies: '证书和获奖证明', copiesLater: '保存以后可以上传证书和获奖证明。', retire: '停用：以后的课程不再选这位教师', save: '保存教师',
  },
};
