// All English texts, gathered from the feature files beside.
import { gather, type Texts } from './gather.ts';

export const en = gather(import.meta.glob<Texts>('./en/*.ts', { eager: true, import: 'texts' }));
