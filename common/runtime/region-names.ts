// Chinese names of regions down to counties, for papers; codes that are newer than the list keep their digits.
import { areaList } from '@vant/area-data';
import { isRegionCode, provinceOf, regionLevel, regionPath } from '#domain/region.ts';

const ownName = (code: string): string =>
  (regionLevel(code) === 'province' ? provinceOf(code)?.zh : regionLevel(code) === 'city' ? areaList.city_list[code] : areaList.county_list[code]) ?? code;

/** From the province down, without spaces: `河北省秦皇岛市抚宁区`. Null for no code. */
export const regionNameZh = (code: string | null): string | null => (code !== null && isRegionCode(code) ? regionPath(code, ownName).join('') : null);
