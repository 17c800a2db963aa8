// Who may teach a vocational course (授课人, R38): the certificates and titles of an instructor, and whether one of them is enough.

/** A skill certificate (职业技能等级, level 5 lowest, 1 highest) or a professional title (职称). */
export const credentialKinds = ['certificate', 'title'] as const;
export type CredentialKind = (typeof credentialKinds)[number];
export const certificateLevels = ['1', '2', '3', '4', '5'] as const;
export const titleLevels = ['junior', 'intermediate', 'associate', 'senior'] as const;
export const credentialLevels = [...certificateLevels, ...titleLevels] as const;
export type CredentialLevel = (typeof credentialLevels)[number];

export interface Credential {
  kind: CredentialKind; level: CredentialLevel; name: string; number: string;
  /** Of the occupation a certificate is for; empty for a title. */
  occupationName: string; occupationCode: string;
  /** Last day it is valid, `2027-03-01`; null where it has no end. */
  validUntil: string | null;
}
export interface InstructorRecord { instructorId: string; name: string; credentials: readonly Credential[] }
export const instructorLimits = { name: 60, trade: 60, rank: 60, phone: 30, email: 120, history: 2000, awards: 2000, credentialName: 120, credentialNumber: 60, mostCredentials: 10 } as const;

/** 国家职业分类 code: one digit and three groups of two, such as 6-18-02-04. */
export const occupationCodePattern = /^\d-\d{2}-\d{2}-\d{2}$/;

const levelsOf: Record<CredentialKind, readonly CredentialLevel[]> = { certificate: certificateLevels, title: titleLevels };
/** Whether the level is one of its kind, so that `title` with level `3` is not kept. */
export const isSound = ({ kind, level }: Pick<Credential, 'kind' | 'level'>): boolean => levelsOf[kind].includes(level);

const enough: Record<CredentialKind, readonly CredentialLevel[]> = { certificate: ['1', '2', '3'], title: ['intermediate', 'associate', 'senior'] };

export interface TaughtOccupation { occupationName: string; occupationCode: string }
/** By the code where the course has one, else by the name: special abilities and start-up courses have no code. */
const isOf = (credential: Credential, { occupationName, occupationCode }: TaughtOccupation): boolean =>
  (occupationCode === '' ? occupationName !== '' && credential.occupationName.trim() === occupationName.trim() : credential.occupationCode === occupationCode);

/**
 * Whether one may teach the occupation on that day (`2026-03-02`, Shanghai): a skill certificate of level 3 or better in it, or an intermediate title or better of any kind (R38).
 * A paper counts through its last day.
 */
export const isQualified = (credentials: readonly Credential[], occupation: TaughtOccupation, day: string): boolean =>
  credentials.some((credential) => isSound(credential) && enough[credential.kind].includes(credential.level)
    && (credential.validUntil === null || credential.validUntil >= day) && (credential.kind === 'title' || isOf(credential, occupation)));
