// Words of real names: documents, groups of learners, what is wrong with a field, what an authority said.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  kind: {
    id_card: 'Chinese identity card', residence_permit: 'Residence permit (Hong Kong, Macau, Taiwan)', permanent_residence: 'Foreigner’s permanent residence card',
    home_return_permit: 'Mainland travel permit for Hong Kong and Macau residents', taiwan_permit: 'Mainland travel permit for Taiwan residents', passport: 'Passport',
  },
  form: {
    id_card: '18 signs; the last one may be the letter X.', residence_permit: '18 signs, beginning with 81, 82 or 83.', permanent_residence: 'New card: 18 signs beginning with 9; old card: 3 letters and 12 digits.',
    home_return_permit: 'The letter H or M and 8 or 10 digits.', taiwan_permit: '8 or 10 digits.', passport: '5 to 17 letters and digits, as on the passport’s data page.',
  },
  category: {
    enterprise_staff: 'Employee of an enterprise', key_group: 'Key employment group (graduates, migrant workers, unemployed)', low_income: 'Low-income labour force', high_risk: 'Worker in a high-risk trade',
    self_employed: 'Self-employed or flexibly employed', other: 'Other',
  },
  wrong: {
    name_missing: 'Please enter your name.', name_name_form: 'A name has letters only, as on the document: no digits, no other signs.', name_too_long: 'The name is too long. Please check it.',
    number_missing: 'Please enter the number of the document.', number_form: 'The length or form of the number is not right. Please see the hint above.', number_check_digit: 'One sign is wrong, or two are exchanged. Please compare it with the document, sign by sign.',
    number_region: 'The region the number begins with does not exist. Please check it, or the kind of document.', number_birth_date: 'The birth date in the number does not exist, or is after today. Please check it.',
    number_old_card: 'This is the 15-digit number of a first-generation card, no longer valid since 2013. Please enter the 18-sign number.', number_too_young: 'By the birth date in the number you are not 16 yet and cannot register for vocational training. Please ask the institution.',
    number_needs_guardian: 'By the birth date in the number you are under 14. The law asks for a guardian’s own consent, which this platform does not take. Please ask the institution.',
    birthDate_missing: 'Please enter your birth date.', birthDate_birth_date: 'This day does not exist, or is after today. Please check it.', birthDate_too_young: 'You are not 16 yet and cannot register for vocational training. Please ask the institution.',
    birthDate_needs_guardian: 'You are under 14. The law asks for a guardian’s own consent, which this platform does not take. Please ask the institution.',
    phone_missing: 'Please enter your phone number.', phone_phone_form: 'Please enter a mobile number of mainland China with 11 digits.',
    employer_missing: 'Please enter your employer.', employer_too_long: 'The name of the employer is too long. Please shorten it.',
    category_missing: 'Please choose the group you belong to.', code_missing: 'Please enter the 6 digits of the message.',
    password_missing: 'Please choose a password.', password_too_short: 'A password needs at least 10 characters.', password_too_long: 'The password is too long.',
    password_too_plain: 'The password repeats too few characters. Please choose another.', password_like_number: 'Please do not use your document or phone number in the password.',
    consent_missing: 'Please read and tick “Real-name details” first. Without it you cannot register.',
  },
  part: { number: 'Document number', birthDate: 'Birth date', phone: 'Phone number' },
  authority: {
    not_asked: 'No authority was asked', confirmed: 'Confirmed by the authority', denied: 'Not confirmed by the authority', unavailable: 'The authority has not answered yet and will be asked again',
  },
  row: { name: 'Name', document: 'Document', number: 'Document number', phone: 'Phone number', category: 'Group', employer: 'Employer', authority: 'Confirmation', registeredAt: 'Registered' },
};
