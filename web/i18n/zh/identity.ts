// Words of real names: documents, groups of learners, what is wrong with a field, what an authority said.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  kind: {
    id_card: '居民身份证', residence_permit: '港澳台居民居住证', permanent_residence: '外国人永久居留身份证',
    home_return_permit: '港澳居民来往内地通行证（回乡证）', taiwan_permit: '台湾居民来往大陆通行证（台胞证）', passport: '护照',
  },
  form: {
    id_card: '18 位，最后一位可能是字母 X。', residence_permit: '18 位，以 81、82 或 83 开头。', permanent_residence: '新证 18 位，以 9 开头；旧证为 3 个字母加 12 位数字。',
    home_return_permit: '字母 H 或 M 加 8 位或 10 位数字。', taiwan_permit: '8 位或 10 位数字。', passport: '5 到 17 位字母和数字，与护照资料页一致。',
  },
  category: {
    enterprise_staff: '企业职工', key_group: '就业重点群体（如高校毕业生、农民工、失业人员）', low_income: '贫困劳动力（脱贫人口）', high_risk: '高危行业从业人员',
    self_employed: '个体经营或灵活就业', other: '其他',
  },
  wrong: {
    name_missing: '请填写姓名。', name_name_form: '姓名只能是文字，与证件上一致，不要写数字或其他符号。', name_too_long: '姓名太长了，请检查。',
    number_missing: '请填写证件号码。', number_form: '号码的位数或写法不对，请看上面的说明。', number_check_digit: '号码有一位写错了，或两位写颠倒了，请对照证件逐位核对。',
    number_region: '号码开头的地区代码不存在，请核对，或看看证件类型选对了没有。', number_birth_date: '号码里的出生日期不存在，或者晚于今天，请核对。',
    number_old_card: '这是 15 位的第一代身份证号码，2013 年起已停止使用，请填写 18 位号码。', number_too_young: '按号码里的出生日期，您还没有满 16 周岁，不能报名职业技能培训。请联系培训机构。',
    number_needs_guardian: '按号码里的出生日期，您未满 14 周岁，法律要求监护人单独同意，本平台不办理。请联系培训机构。',
    birthDate_missing: '请填写出生日期。', birthDate_birth_date: '出生日期不存在，或者晚于今天，请核对。', birthDate_too_young: '您还没有满 16 周岁，不能报名职业技能培训。请联系培训机构。',
    birthDate_needs_guardian: '您未满 14 周岁，法律要求监护人单独同意，本平台不办理。请联系培训机构。',
    phone_missing: '请填写手机号。', phone_phone_form: '请填写 11 位的中国大陆手机号。',
    employer_missing: '请填写工作单位。', employer_too_long: '单位名称太长了，请用简称。',
    category_missing: '请选择您属于哪一类学员。', code_missing: '请填写短信里的 6 位数字。',
    password_missing: '请设置密码。', password_too_short: '密码至少要 10 个字符。', password_too_long: '密码太长了。',
    password_too_plain: '密码里的字符太重复了，请换一个。', password_like_number: '密码里不要用证件号或手机号。',
    consent_missing: '请先阅读并勾选“实名信息”一项；不同意就不能登记。',
  },
  part: { number: '证件号码', birthDate: '出生日期', phone: '手机号' },
  authority: {
    not_asked: '没有向主管部门核验过', confirmed: '主管部门核验一致', denied: '主管部门核验不一致', unavailable: '主管部门还没有答复，稍后会自动再核验',
  },
  row: { name: '姓名', document: '证件', number: '证件号码', phone: '手机号', category: '学员类别', employer: '工作单位', authority: '核验情况', registeredAt: '登记时间' },
};
