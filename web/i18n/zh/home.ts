// Texts of the home page.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  hello: '{name}，您好',
  next: '接下来的课',
  emptyTitle: '最近没有课',
  empty: '排好课后会显示在这里。如有疑问，请联系您的培训机构。',
  emptyScheduler: '还没有排课。排好后，教师和学员就能在这里看到。',
  scheduleOne: '去排课',
  showPast: '查看最近上过的课',
};
