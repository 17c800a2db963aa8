// For whom the training is meant: the groups the calls name (R1, R54, R77). One per learner; subsidies and reports count by it.

/**
 * `enterprise_staff` 企业职工, `key_group` 就业重点群体, `low_income` 贫困劳动力 (today 脱贫人口), `high_risk` 高危行业从业人员,
 * `self_employed` 个体和灵活就业, `other` 其他.
 */
export const learnerCategories = ['enterprise_staff', 'key_group', 'low_income', 'high_risk', 'self_employed', 'other'] as const;
export type LearnerCategory = (typeof learnerCategories)[number];

/** Those whose training is reckoned with an employer. */
export const needsEmployer = (category: LearnerCategory): boolean => category === 'enterprise_staff' || category === 'high_risk';
