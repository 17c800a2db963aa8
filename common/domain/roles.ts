// Who a person can be: in an institution (membership) and in one lesson (seat).

/** Roles of a membership. A person may have several, one per institution and role. */
export const membershipRoles = ['admin', 'institution', 'teacher', 'student', 'regulator'] as const;
export type MembershipRole = (typeof membershipRoles)[number];

/** Roles inside one lesson. Staff are `teacher`, `assistant`, `proctor`; `observer` looks and changes nothing. */
export const lessonRoles = ['teacher', 'assistant', 'proctor', 'student', 'observer'] as const;
export type LessonRole = (typeof lessonRoles)[number];

export const staffRoles = ['teacher', 'assistant', 'proctor'] as const satisfies readonly LessonRole[];
/** Those who may lead a lesson: the assistant takes over when the teacher drops. */
export const leadingRoles = ['teacher', 'assistant'] as const satisfies readonly LessonRole[];

export const isStaff = (role: LessonRole): boolean => (staffRoles as readonly LessonRole[]).includes(role);
export const mayLead = (role: LessonRole): boolean => (leadingRoles as readonly LessonRole[]).includes(role);
