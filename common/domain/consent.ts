// Consents: one per purpose and version of its text; the latest decision counts.

export const consentPurposes = ['recording', 'face'] as const;
export type ConsentPurpose = (typeof consentPurposes)[number];
/** Version of the texts shown. Raise it when a text changes: people are asked again. */
export const consentVersion: Record<ConsentPurpose, number> = { recording: 1, face: 1 };
