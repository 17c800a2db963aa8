// How a signed sheet of a lesson held at a place enters a ledger: who was there from when to when is credited, each instant once over all lessons. A pure function.
import { subtractSpans } from '../spans.ts';
import { isCredited, type LearnerFacts } from './facts.ts';
import { joined, retold, type Told } from './told.ts';

/** What is not credited anyway and lies within the sheet is `on_site`; what of it counts in another lesson is `elsewhere`. */
export function onSiteSpans(spans: readonly Told[], { onSite = [], elsewhere = [] }: Pick<LearnerFacts, 'onSite' | 'elsewhere'>): Told[] {
  if (onSite.length === 0) return [...spans];
  const credited = subtractSpans(onSite, elsewhere);
  const counted = subtractSpans(onSite, credited);
  return joined(spans.flatMap((span) => (isCredited(span.reason) ? [span] : retold(span, credited, 'on_site').flatMap((one) => (one.reason === 'on_site' ? [one] : retold(one, counted, 'elsewhere'))))));
}
