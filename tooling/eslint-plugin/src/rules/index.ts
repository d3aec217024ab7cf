import type { TSESLint } from '@typescript-eslint/utils';
import { commentTags } from './comment-tags.ts';
import { confineUnsafe } from './confine-unsafe.ts';
import { matchModuleAlias } from './match-module-alias.ts';
import { noDynamicCode } from './no-dynamic-code.ts';
import { noEscapingBorrow } from './no-escaping-borrow.ts';
import { noInternalApi } from './no-internal-api.ts';
import { noRawFunctionValue } from './no-raw-function-value.ts';
import { noSuppressionComments } from './no-suppression-comments.ts';
import { noUncheckedDeclarations } from './no-unchecked-declarations.ts';
import { noUnsafeDependencies } from './no-unsafe-dependencies.ts';
import { noUnsafeImports } from './no-unsafe-imports.ts';
import { requireCastComment } from './require-cast-comment.ts';
import { requireInvariantsSection } from './require-invariants-section.ts';
import { requirePublicDocs } from './require-public-docs.ts';
import { requireSafetyComment } from './require-safety-comment.ts';
import { requireSafetySection } from './require-safety-section.ts';
import { skbMustBeSettled } from './skb-must-be-settled.ts';

/** The rules, by the name that a configuration gives them behind `netdevkit/`. */
export const rules: Readonly<Record<string, TSESLint.AnyRuleModule>> = {
  'comment-tags': commentTags,
  'confine-unsafe': confineUnsafe,
  'match-module-alias': matchModuleAlias,
  'no-dynamic-code': noDynamicCode,
  'no-escaping-borrow': noEscapingBorrow,
  'no-internal-api': noInternalApi,
  'no-raw-function-value': noRawFunctionValue,
  'no-suppression-comments': noSuppressionComments,
  'no-unchecked-declarations': noUncheckedDeclarations,
  'no-unsafe-dependencies': noUnsafeDependencies,
  'no-unsafe-imports': noUnsafeImports,
  'require-cast-comment': requireCastComment,
  'require-invariants-section': requireInvariantsSection,
  'require-public-docs': requirePublicDocs,
  'require-safety-comment': requireSafetyComment,
  'require-safety-section': requireSafetySection,
  'skb-must-be-settled': skbMustBeSettled,
};
