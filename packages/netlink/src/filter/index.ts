export {
  isRange,
  type Combination,
  type Comparison,
  type Expression,
  type FieldChoice,
  type FieldComparison,
  type FieldMember,
  type FieldName,
  type FieldPattern,
  type Literal,
  type Negation,
  type Range,
  type Word,
} from './expression.ts';
export { compileFilter, FieldReader, Filter, type FilterNeeds, type FilterOptions } from './filter.ts';
export { FilterError } from './filter-error.ts';
export { parseFilter } from './parser.ts';
export { printFilter } from './print-filter.ts';
export { type FilterFamily } from './word.ts';
