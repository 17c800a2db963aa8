// Names of regions down to counties, fetched when a page first needs them; codes that are newer than the list keep their digits.
import { shallowRef, type ShallowRef } from 'vue';
import { isRegionCode, provinceOf, provinces, regionLevel, regionPath } from '#domain/region.ts';
import type { Locale } from '../i18n/i18n.ts';

interface Names { cities: Record<string, string>; counties: Record<string, string> }
const loaded = shallowRef<Names | null>(null);
let asked: Promise<void> | null = null;

/** Null until it is there. A page whose server is away asks again when it is opened again. */
export function useRegionNames(): Readonly<ShallowRef<Names | null>> {
  asked ??= import('@vant/area-data').then(({ areaList }) => { loaded.value = { cities: areaList.city_list, counties: areaList.county_list }; }).catch(() => { asked = null; });
  return loaded;
}

const ownName = (code: string, names: Names | null, locale: Locale): string =>
  (regionLevel(code) === 'province' ? provinceOf(code)?.[locale] : regionLevel(code) === 'city' ? names?.cities[code] : names?.counties[code]) ?? code;

/** From the province down: `河北省 秦皇岛市 抚宁区`. A municipality is not named twice. */
export const regionName = (code: string, names: Names | null, locale: Locale): string =>
  (isRegionCode(code) ? regionPath(code, (at) => ownName(at, names, locale)).join(' ') : code);

export interface RegionChoice { code: string; name: string }
export const provinceChoices = (locale: Locale): RegionChoice[] => provinces.map((province) => ({ code: province.code, name: province[locale] }));
const below = (names: Record<string, string>, start: string): RegionChoice[] => Object.entries(names).filter(([code]) => code.startsWith(start)).map(([code, name]) => ({ code, name }));
export const cityChoices = (names: Names | null, province: string): RegionChoice[] => (names ? below(names.cities, province.slice(0, 2)) : []);
export const countyChoices = (names: Names | null, city: string): RegionChoice[] => (names ? below(names.counties, city.slice(0, 4)) : []);
