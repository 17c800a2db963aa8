// Names of regions as the page says them.
import { areaList } from '@vant/area-data';
import { expect, it } from 'vitest';
import { provinces } from '#domain/region.ts';
import { cityChoices, countyChoices, provinceChoices, regionName } from './region-names.ts';

const names = { cities: areaList.city_list, counties: areaList.county_list };

it('says a region from the province down', () => {
  expect(['130000', '130300', '130306'].map((code) => regionName(code, names, 'zh'))).toEqual(['河北省', '河北省 秦皇岛市', '河北省 秦皇岛市 抚宁区']);
  expect(regionName('110101', names, 'zh')).toBe('北京市 东城区');
  expect(regionName('130300', names, 'en')).toBe('Hebei 秦皇岛市');
});

it('keeps the digits of what it does not know, and of everything while the list is on its way', () => {
  expect([regionName('130399', names, 'zh'), regionName('130306', null, 'zh'), regionName('999999', names, 'zh')]).toEqual(['河北省 秦皇岛市 130399', '河北省 130300 130306', '999999']);
});

it('knows the same provinces as the rules do, and something below each', () => {
  expect(provinceChoices('zh').map(({ code, name }) => [code, name])).toEqual(Object.entries(areaList.province_list).sort());
  for (const { code } of provinces) expect(cityChoices(names, code).length, code).toBeGreaterThan(0);
  expect(countyChoices(names, '130300').map(({ name }) => name)).toContain('抚宁区');
});
