import type { FamilyEntry } from './family-entry.ts';
import { genericFamilies } from './generic-families.ts';
import { netfilterFamilies } from './netfilter-families.ts';
import { otherFamilies } from './other-families.ts';
import { routeFamilies } from './route-families.ts';

/**
 * All families that this package can decode. Their schemas are loaded one by one: a bundler puts each into a file of its
 * own, and a program that meets routes alone never loads those of wireless devices.
 */
export const families: readonly FamilyEntry[] = [...routeFamilies, ...netfilterFamilies, ...otherFamilies, ...genericFamilies];
