import { requirePublicDocs } from '../../src/rules/require-public-docs.ts';
import { typedTester } from '../support/tester.ts';

/** A file of a published package, of which `Ring` and `Sizes` are exported. */
const filename = 'manifests/published/src/ring.ts';

function ring(...members: string[]): string {
  return ['/** A ring. */', 'export class Ring {', ...members, '}'].join('\n');
}

typedTester().run('require-public-docs', requirePublicDocs, {
  valid: [
    { name: 'all of it says what it is', code: '/** A ring. */\nexport class Ring {\n/** In octets. */\nsize = 0;\n/**\n * Empties it.\n */\nclear(): void {} }\n/** Sizes. */ export interface Sizes { /** In octets. */ size: number }', filename },
    { name: 'private members, constructors, signatures without a name', code: `${ring('#size = 0;', 'private from = 0;', 'constructor() { void this.#size; void this.from; }', 'static { void 0; }', '[index: number]: string;')}\n/** Sizes. */\nexport interface Sizes { [name: string]: number; (size: number): void; new (): object }`, filename },
    { name: 'what is for the package alone, or said elsewhere', code: ring('/** @internal */', 'raw = 0;', '/** @internal The first octet. */', 'from = 0;', '/** {@inheritDoc Ring.raw} */', 'size = 0;'), filename },
    { name: 'one of two accessors, one of three signatures', code: ring('/** In octets. */', 'get size(): number { return 0; }', 'set size(size: number) { void size; }', 'put(octet: number): void;', '/** Puts it in. */', 'put(octet: string): void;', 'put(octet: unknown): void { void octet; }'), filename },
    { name: 'what an interface says', code: `interface Clear<T> {\n/** Empties it. */\nclear(by: T): void;\n/** What is in it. */\nreadonly name: string }\n${ring('name = "";', 'clear(): void {}').replace('Ring', 'Ring implements Clear<string>')}`, filename },
    { name: 'what a base class says, of static members too', code: `class Base {\n/** Empties it. */\nclear(): void {}\n/** One. */\nstatic one = 1 }\nclass Middle extends Base {}\n${ring('override clear(): void {}', 'static override one = 1;').replace('Ring', 'Ring extends Middle')}`, filename },
    { name: 'what an interface that is extended says', code: 'interface Named {\n/** What it is called. */\nname: string }\n/** Sizes. */\nexport interface Sizes extends Named { name: "ring" }', filename },
    { name: 'merged declarations', code: '/** Sizes. */\nexport interface Sizes { /** In octets. */ size: number }\nexport interface Sizes { /** In octets. */ least: number }', filename },
    { name: 'overloads of a function', code: 'export function all(): void;\n/** All of it. */\nexport function all(of: string): void;\nexport function all(of?: string): void { void of; }', filename: 'manifests/published/src/all.ts' },
    { name: 'declared here, and exported below', code: '/** A ring. */\nclass Ring {}\ninterface Unseen { size: number }\nexport { Ring };\nexport type { Unseen };', filename },
    { name: 'not exported by the package', code: 'export class Unseen { size = 0; }\nexport const inner = 1;\nexport function unseen(): void {}', filename },
    { name: 'in a file that the package does not export from', code: 'export class Ring { size = 0; }', filename: 'manifests/published/src/inner.ts' },
    { name: 'a private package', code: 'export class All { size = 0; }', filename: 'manifests/unpublished/src/index.ts' },
    { name: 'a package without TypeScript among its exports', code: 'export class All { size = 0; }', filename: 'manifests/good/src/index.ts' },
    { name: 'a package whose package.json cannot be read', code: 'export class All { size = 0; }', filename: 'manifests/broken/src/index.ts' },
  ],
  invalid: [
    {
      name: 'nothing says what it is',
      code: 'export class Ring { size = 0; }\n/***/\nexport interface Sizes { least: number; clear(): void }',
      filename,
      errors: [
        { messageId: 'declaration', data: { name: 'Ring' }, line: 1, column: 14, endColumn: 18 },
        { messageId: 'member', data: { name: 'size', owner: 'Ring' }, line: 1, column: 21, endColumn: 25 },
        { messageId: 'declaration', data: { name: 'Sizes' }, line: 3, column: 18 },
        { messageId: 'member', data: { name: 'least', owner: 'Sizes' }, line: 3, column: 26 },
        { messageId: 'member', data: { name: 'clear', owner: 'Sizes' }, line: 3, column: 41 },
      ],
    },
    {
      name: 'each kind of member',
      code: ring('static one = 1;', 'get size(): number { return 0; }', 'accessor name = "";', 'protected from = 0;', "'quoted' = 0;", '[Symbol.iterator](): void {}', 'put(octet: number): void;', 'put(octet: unknown): void { void octet; }').replace('class', 'abstract class').replace('}\n', '}\nabstract open(): void;\nabstract least: number;\n'),
      filename,
      errors: [
        { messageId: 'member', data: { name: 'one', owner: 'Ring' } },
        { messageId: 'member', data: { name: 'size', owner: 'Ring' } },
        { messageId: 'member', data: { name: 'open', owner: 'Ring' } },
        { messageId: 'member', data: { name: 'least', owner: 'Ring' } },
        { messageId: 'member', data: { name: 'name', owner: 'Ring' } },
        { messageId: 'member', data: { name: 'from', owner: 'Ring' } },
        { messageId: 'member', data: { name: "'quoted'", owner: 'Ring' } },
        { messageId: 'member', data: { name: '[Symbol.iterator]', owner: 'Ring' } },
        { messageId: 'member', data: { name: 'put', owner: 'Ring' } },
        { messageId: 'member', data: { name: 'put', owner: 'Ring' } },
      ],
    },
    {
      name: 'comments that are no doc comments, or say nothing',
      code: ring('// In octets.', 'a = 0;', '/* In octets. */', 'b = 0;', '/** */', 'c = 0;', '/** @defaultValue 0 */', 'd = 0;'),
      filename,
      errors: ['a', 'b', 'c', 'd'].map((name) => ({ messageId: 'member' as const, data: { name, owner: 'Ring' } })),
    },
    {
      name: 'the comment of the file is not that of its first declaration',
      code: '/**\n * Rings.\n *\n * @packageDocumentation\n */\n\n// As in C.\nexport class Ring {}',
      filename,
      errors: [{ messageId: 'declaration', line: 8, column: 14 }],
    },
    {
      name: 'what a base class has without a word, or has not',
      code: `class Base { clear(): void {}\n/** In octets. */\nsize = 0 }\n${ring('override clear(): void {}', 'override size = 1;', 'least = 0;').replace('Ring', 'Ring extends Base')}`,
      filename,
      errors: [
        { messageId: 'member', data: { name: 'clear', owner: 'Ring' }, line: 6 },
        { messageId: 'member', data: { name: 'least', owner: 'Ring' }, line: 8 },
      ],
    },
    {
      name: 'disposing, of which the standard library says nothing',
      code: ring('[Symbol.dispose](): void {}').replace('Ring', 'Ring implements Disposable'),
      filename,
      errors: [{ messageId: 'member', data: { name: '[Symbol.dispose]', owner: 'Ring' }, line: 3, column: 2 }],
    },
    {
      name: 'exported by `export *`',
      code: 'export const all = 1, more = 2;\nexport function some(): void {}\nexport type Kind = string;\nexport enum Way { Up }\nexport declare function declared(): void;',
      filename: 'manifests/published/src/all.ts',
      errors: ['all', 'more', 'some', 'Kind', 'Way', 'declared'].map((name) => ({ messageId: 'declaration' as const, data: { name } })),
    },
    {
      name: 'exported in an object of names',
      code: 'export const name = 1;',
      filename: 'manifests/published/src/names.ts',
      errors: [{ messageId: 'declaration', data: { name: 'name' } }],
    },
    {
      name: 'an entry point that stands for many',
      code: 'interface Member { size: number }\nexport type { Member as Public };\nexport default class Whole {}',
      filename: 'manifests/published/src/family/member.ts',
      errors: [
        { messageId: 'declaration', data: { name: 'Member' } },
        { messageId: 'member', data: { name: 'size', owner: 'Member' } },
        { messageId: 'declaration', data: { name: 'Whole' } },
      ],
    },
  ],
});
