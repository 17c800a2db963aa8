// All Chinese texts, gathered from the feature files beside.
import { gather, type Texts } from './gather.ts';

export const zh = gather(import.meta.glob<Texts>('./zh/*.ts', { eager: true, import: 'texts' }));
