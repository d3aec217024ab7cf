export { families } from './families.ts';
export type { FamilyEntry } from './family-entry.ts';
export { FamilyLoader } from './family-loader.ts';
export { familySize, type FamilySize } from './family-size.ts';
