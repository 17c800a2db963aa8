// Regions by their six digits (GB/T 2260): a tree by prefix, province – city – county (R150). Names of provinces only; the browser has those of cities and counties.

export type RegionLevel = 'province' | 'city' | 'county';
export interface Province { code: string; zh: string; en: string }

const named = (code: string, zh: string, en: string): Province => ({ code, zh, en });
/** All of the standard, by code. */
export const provinces: readonly Province[] = [
  named('110000', '北京市', 'Beijing'), named('120000', '天津市', 'Tianjin'), named('130000', '河北省', 'Hebei'), named('140000', '山西省', 'Shanxi'),
  named('150000', '内蒙古自治区', 'Inner Mongolia'), named('210000', '辽宁省', 'Liaoning'), named('220000', '吉林省', 'Jilin'), named('230000', '黑龙江省', 'Heilongjiang'),
  named('310000', '上海市', 'Shanghai'), named('320000', '江苏省', 'Jiangsu'), named('330000', '浙江省', 'Zhejiang'), named('340000', '安徽省', 'Anhui'),
  named('350000', '福建省', 'Fujian'), named('360000', '江西省', 'Jiangxi'), named('370000', '山东省', 'Shandong'), named('410000', '河南省', 'Henan'),
  named('420000', '湖北省', 'Hubei'), named('430000', '湖南省', 'Hunan'), named('440000', '广东省', 'Guangdong'), named('450000', '广西壮族自治区', 'Guangxi'),
  named('460000', '海南省', 'Hainan'), named('500000', '重庆市', 'Chongqing'), named('510000', '四川省', 'Sichuan'), named('520000', '贵州省', 'Guizhou'),
  named('530000', '云南省', 'Yunnan'), named('540000', '西藏自治区', 'Tibet'), named('610000', '陕西省', 'Shaanxi'), named('620000', '甘肃省', 'Gansu'),
  named('630000', '青海省', 'Qinghai'), named('640000', '宁夏回族自治区', 'Ningxia'), named('650000', '新疆维吾尔自治区', 'Xinjiang'), named('710000', '台湾省', 'Taiwan'),
  named('810000', '香港特别行政区', 'Hong Kong'), named('820000', '澳门特别行政区', 'Macau'),
];
const byCode = new Map(provinces.map((province) => [province.code, province]));
const provinceCode = (code: string): string => `${code.slice(0, 2)}0000`;

/** Six digits of a province that exists; a county stands below a city. Whether city and county exist is not known here: they change every year. */
export const isRegionCode = (code: string): boolean => /^\d{6}$/.test(code) && byCode.has(provinceCode(code)) && (code.slice(2, 4) !== '00' || code.endsWith('00'));

/** Of a code that is one. */
export const regionLevel = (code: string): RegionLevel => (code.endsWith('0000') ? 'province' : code.endsWith('00') ? 'city' : 'county');

/** The digits that everything inside of it shares. */
const stem = (code: string): string => code.slice(0, { province: 2, city: 4, county: 6 }[regionLevel(code)]);

/** Whether `inner` is `outer` or lies in it. False where one of them is no code. */
export const covers = (outer: string, inner: string): boolean => isRegionCode(outer) && isRegionCode(inner) && inner.startsWith(stem(outer));

/** Whether one of them covers it. */
export const anyCovers = (outers: readonly string[], inner: string): boolean => outers.some((outer) => covers(outer, inner));

/** The region above: of a county its city, of a city its province, of a province none. */
export function regionAbove(code: string): string | null {
  const level = regionLevel(code);
  return level === 'province' ? null : level === 'city' ? provinceCode(code) : `${code.slice(0, 4)}00`;
}

/** The province a code lies in; null where it is no code. */
export const provinceOf = (code: string): Province | null => (isRegionCode(code) ? byCode.get(provinceCode(code)) ?? null : null);

/** From the province down, by what names them; a municipality is not named twice. Empty where it is no code. */
export function regionPath(code: string, nameOf: (code: string) => string): string[] {
  const parts: string[] = [];
  for (let at: string | null = isRegionCode(code) ? code : null; at !== null; at = regionAbove(at)) {
    const name = nameOf(at);
    if (name !== parts[0]) parts.unshift(name);
  }
  return parts;
}
