// How long a stretch was, as it is read: minutes with one decimal, never rounded up.

export const spanMinutes = ({ from, to }: { from: string; to: string }): number => Math.floor((Date.parse(to) - Date.parse(from)) / 6000) / 10;
