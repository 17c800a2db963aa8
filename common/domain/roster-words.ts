// What is wrong with a row of a roster, in words for those who fill it in: the page and the table with marks say the same.
import type { RosterProblem } from './roster-sheet.ts';

export type RosterLocale = 'zh' | 'en';
/** `{row}` is the other row of what stands twice. */
export const rosterProblemWords: Record<RosterProblem, Record<RosterLocale, string>> = {
  name_missing: { zh: '没有姓名。', en: 'There is no name.' }, name_form: { zh: '姓名里有数字或符号。请按证件上的姓名填写。', en: 'The name has figures or signs in it. Please write it as in the document.' },
  name_too_long: { zh: '姓名太长，最多 60 个字。', en: 'The name is too long: 60 characters at most.' }, document_unknown: { zh: '不认识这个证件类型。请从模板的列表中选择。', en: 'This kind of document is not known. Please choose one from the list of the template.' },
  number_missing: { zh: '没有证件号码。', en: 'There is no document number.' }, number_form: { zh: '证件号码的位数或写法不对。身份证号码应为 18 位。', en: 'The number does not have the right form. That of an identity card has 18 digits.' },
  number_old_card: { zh: '这是第一代身份证（15 位），已经停用。请填写 18 位的号码。', en: 'This is an old card with 15 digits, which is valid no more. Please write the number of 18 digits.' },
  number_check_digit: { zh: '身份证号码有一位写错了（校验码不对）。请对照证件逐位核对。', en: 'One digit of the number is wrong (the check digit does not fit). Please compare it with the card.' },
  number_birth_date: { zh: '身份证号码里的出生日期不存在。请对照证件核对。', en: 'There is no such birth date as in this number. Please compare it with the card.' },
  number_region: { zh: '身份证号码的前几位不是有效的地区。请对照证件核对。', en: 'The number begins with no region there is. Please compare it with the card.' },
  number_lost_digits: { zh: '表格软件把号码当成了数字，第 15 位以后的数字已经丢失。请把这一列的格式改为“文本”，再重新输入号码。', en: 'The table program took the number for a figure and lost what comes after its 15th digit. Set this column to “text”, then type the number again.' },
  needs_guardian: { zh: '未满 14 周岁，不能报名。', en: 'Younger than 14: cannot be enrolled.' }, too_young: { zh: '未满 16 周岁，不能报名。', en: 'Younger than 16: cannot be enrolled.' },
  phone_missing: { zh: '没有手机号。学员要用它注册。', en: 'There is no phone number. The learner needs it to register.' }, phone_form: { zh: '手机号不对。应为 11 位的大陆手机号。', en: 'This is no mobile number of the mainland (11 digits).' },
  category_missing: { zh: '没有人员类别。请从模板的列表中选择。', en: 'There is no category. Please choose one from the list of the template.' }, category_unknown: { zh: '不认识这个人员类别。请从模板的列表中选择。', en: 'This category is not known. Please choose one from the list of the template.' },
  employer_missing: { zh: '这类人员要填写单位。', en: 'People of this category need an employer.' }, employer_too_long: { zh: '单位名称太长，最多 120 个字。', en: 'The employer’s name is too long: 120 characters at most.' }, note_too_long: { zh: '备注太长，最多 200 个字。', en: 'The note is too long: 200 characters at most.' },
  cell_is_date: { zh: '这一格被表格软件变成了日期。请把格式改为“文本”后重新输入。', en: 'The table program made this cell a date. Set it to “text”, then type it again.' },
  cell_is_formula: { zh: '这一格是公式。请改成直接填写的内容（复制后选择“粘贴为数值”）。', en: 'This cell is a formula. Please write what it stands for (copy it and paste values only).' },
  number_twice: { zh: '证件号码和第 {row} 行一样。请删去一行或改正号码。', en: 'The number is the same as in row {row}. Please take one row out or correct the number.' }, phone_twice: { zh: '手机号和第 {row} 行一样。每位学员要有自己的手机号。', en: 'The phone is the same as in row {row}. Each learner needs a phone of their own.' },
  in_cohort: { zh: '这位学员已经在本班里。请从文件里删去这一行。', en: 'This learner is in the cohort already. Please take the row out.' },
  number_other_name: { zh: '这个证件号码已用另一个姓名登记。请核对姓名和号码。', en: 'This number is registered under another name. Please check the name and the number.' },
  phone_of_another: { zh: '这个手机号已登记在另一个人名下。请核对手机号。', en: 'This phone is another person’s. Please check it.' },
  phone_stated_otherwise: { zh: '另一家机构为这位学员填写了不同的手机号。请让学员先自己注册，再导入。', en: 'Another institution stated another phone for this learner. Let the learner register first, then import.' },
};
export const rosterProblemText = (code: RosterProblem, row2: number | null, locale: RosterLocale): string => rosterProblemWords[code][locale].replace('{row}', String(row2 ?? ''));
