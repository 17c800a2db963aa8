// Large figures as they are read: `36,000`.
const inThrees = new Intl.NumberFormat('en-US');
export const grouped = (n: number): string => inThrees.format(n);
