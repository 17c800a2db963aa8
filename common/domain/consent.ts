// Consents: one per purpose and version of its text; the latest decision counts.

/** `identity`: keeping name, document and phone, without which there is no real-name training; `authority`: asking an authority about them. */
export const consentPurposes = ['recording', 'face', 'identity', 'authority'] as const;
export type ConsentPurpose = (typeof consentPurposes)[number];
/** Decided before a lesson. */
export const lessonPurposes = ['recording', 'face'] as const satisfies readonly ConsentPurpose[];
/** Decided while registering: `identity` is needed, the other is not. */
export const registrationPurposes = ['identity', 'authority'] as const satisfies readonly ConsentPurpose[];
/** What can be taken back by oneself. Without `identity` the account has no basis: the institution closes it. */
export const withdrawablePurposes = ['recording', 'face', 'authority'] as const satisfies readonly ConsentPurpose[];
/** Version of the texts shown. Raise it when a text changes: people are asked again. */
export const consentVersion: Record<ConsentPurpose, number> = { recording: 1, face: 2, identity: 1, authority: 1 };
