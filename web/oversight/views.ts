// The parts of the regulators' console, as they stand in its address.

export const views = ['live', 'institutions', 'below', 'search'] as const;
export type View = (typeof views)[number];
export const viewOf = (asked: unknown): View => views.find((view) => view === asked) ?? 'live';
