/**
 * The register of counties: the 41 and București (Law 2/1968, as it stands), by the order of the alphabet.
 * @module
 */

export const COUNTIES = [
  'Alba', 'Arad', 'Argeș', 'Bacău', 'Bihor', 'Bistrița-Năsăud', 'Botoșani', 'Brașov', 'Brăila', 'București', 'Buzău',
  'Caraș-Severin', 'Călărași', 'Cluj', 'Constanța', 'Covasna', 'Dâmbovița', 'Dolj', 'Galați', 'Giurgiu', 'Gorj',
  'Harghita', 'Hunedoara', 'Ialomița', 'Iași', 'Ilfov', 'Maramureș', 'Mehedinți', 'Mureș', 'Neamț', 'Olt', 'Prahova',
  'Satu Mare', 'Sălaj', 'Sibiu', 'Suceava', 'Teleorman', 'Timiș', 'Tulcea', 'Vaslui', 'Vâlcea', 'Vrancea',
] as const; // prettier-ignore
export type County = (typeof COUNTIES)[number];

/** Lower case, without diacritics (also the old cedillas, and î for â), spaces for dashes: as people type names. */
export function foldName(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[-\s.]+/g, ' ')
    .trim();
}

const BY_FOLDED = new Map<string, County>(COUNTIES.map((county) => [foldName(county), county]));

/** The county that a text names: `bihor`, `jud. Bihor`, `Timis`, `Municipiul București`; undefined for none. */
export function countyNamed(text: string): County | undefined {
  return BY_FOLDED.get(foldName(text).replace(/^(?:jud|judetul|judet|municipiul|mun) /, ''));
}
