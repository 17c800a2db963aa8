// Texts of the self-test (等保二级自查), of backups and of the security log.
import type { ControlGroup, ControlId, ControlState } from '#domain/self-test/controls.ts';
import type { SecurityKind, SecurityOutcome } from '#domain/security-log.ts';
import type { Texts } from '../gather.ts';

const group: Record<ControlGroup, string> = {
  identity: '身份鉴别', access: '访问控制', audit: '安全审计', intrusion: '入侵防范', malware: '恶意代码防范', integrity: '数据完整性', confidentiality: '数据保密性', backup: '数据备份恢复', residual: '剩余信息保护', personal: '个人信息保护', network: '网络与容量', place: '机房与管理制度',
};
const state: Record<ControlState, string> = { pass: '符合', fail: '不符合', skip: '无可检查', missing: '本版本没有', yours: '请单位自行说明' };
const control: Record<ControlId, string> = {
  securityLogWhole: '日志写明时间、人员、事项和结果', headSigned: '存证日志每日签名且根值相符', auditorApart: '审计管理员与系统管理员分设', minimalInstall: '只安装需要的组件', adminTerminals: '限制管理终端的接入', trustedBoot: '可信验证（启动与执行）', unusedAccounts: '及时停用多余和过期账号', securityBody: '安全管理机构',
  passwordRules: '弱口令不能使用', passwordsHashed: '口令只存加盐摘要', demoAccounts: '没有公开口令的演示账号', lockout: '多次输错口令后暂停登录', sessionsEnd: '登录会自动失效', loginEncrypted: '登录信息加密传输', secondFactor: '管理和监管人员使用双因素登录',
  rolesOwnNothing: '程序的数据库账号不拥有任何表', tenantsApart: '各机构数据相互隔离', dutiesApart: '监管人员不兼任被监管方', closedAccounts: '停用的账号不能再登录', securityLogWritten: '安全日志可以写入', securityLogFixed: '安全日志不能改、不能删',
  securityLogKept: '安全日志至少保存六个月', eventsFixed: '学时事件不能改、不能删', chainVerifies: '事件链校验正确（抽查）', chainKeepsUp: '事件及时入链', clockSkew: '时钟一致', internalPorts: '内部端口不对外开放', inputChecked: '输入不会被当作命令',
  updates: '及时安装系统补丁', uploadsCleaned: '上传的课件经过清洗', virusScanner: '上传文件病毒扫描', checksums: '数据库校验和与落盘', transportEncrypted: '数据加密传输', keyFileMode: '主密钥文件只有程序可读', keyCurrent: '主密钥每年更换', numbersSealed: '证件号和手机号加密保存',
  backupsEncrypted: '备份文件整体加密', backupSetUp: '已设置备份', backupAge: '完整备份不超过 24 小时', walAge: '变更备份不超过 2 分钟', drillAge: '半年内做过恢复演练', backupElsewhere: '备份放在另一地点', keysDestroyed: '已销毁的密钥没有恢复', facesConsented: '有人脸照片的都有同意',
  looksWithReason: '查看实名信息都写明了原因', diskFree: '磁盘空间充足', firewall: '防火墙与网络分区', machineRoom: '机房物理安全', rulesOfOffice: '安全管理制度', persons: '安全管理人员', emergencyPlan: '应急预案与演练', assessment: '等级测评与备案',
};
const kind: Record<SecurityKind, string> = {
  login: '登录', logout: '退出', password: '修改口令', phone: '更换手机', account: '账号开立与注销', role: '角色变更', export: '导出', file_taken: '下载文件', identity_opened: '查看实名信息', picture_opened: '查看人脸照片', refused: '越权被拒', settings: '设置变更', backup: '备份', restore: '恢复', self_test: '安全自查',
  second_factor: '双因素', log_read: '查阅日志', key: '密钥更换', api_client: '接口客户端', hold: '保全',
};
const outcome: Record<SecurityOutcome, string> = { done: '成功', refused: '拒绝', failed: '失败' };

export const texts: Texts = {
  group, state, control, kind, outcome,
  intro: '按网络安全等级保护二级的要求，逐项实际检查本平台。红色的要处理。', run: '开始自查', running: '正在自查…', never: '还没有自查过。点“开始自查”，大约需要几秒钟。', ranAt: '{at} 由 {by} 自查，用时 {seconds} 秒', byCommand: '命令行', allGood: '检查的项目全部符合。', someFail: '有 {n} 项不符合。', show: '显示', all: '全部', only: '只看不符合', clause: '条款', found: '检查结果',
  backup: '备份', backupNone: '还没有设置备份：机器损坏会丢失全部数据。请设置 BACKUP_DIR 和 BACKUP_KEYS_DIR。', base: '完整备份', wal: '数据库变更', drill: '恢复演练', ago: '{span}之前', neverBacked: '还没有', drillResult: '最近一次演练：丢失 {facts} 条记录，用时 {seconds} 秒', drillFailed: '最近一次演练没有成功（{code}）', failing: '最近一次{kind}备份失败（{code}）',
  runKind: { base: '完整', files: '文件', drill: '演练' }, log: '安全日志', logIntro: '谁登录、谁被拒绝、谁导出或查看了什么。只能追加，至少保存六个月；查阅本身也会记录。', allKinds: '全部类型', allOutcomes: '全部结果', logEmpty: '没有符合条件的记录。', more: '更早的记录', nobody: '未登录', clearPerson: '不限人员', onlyPerson: '只看此人', at: '时间', who: '人员', what: '事项', whereFrom: '来自', filterKind: '类型', filterOutcome: '结果',
};
