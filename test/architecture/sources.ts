import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync } from '@swc/core';
import { packageRoot } from '../../common/packageRoot';

/** Not part of the tree: what is installed, built, kept at run time or belongs to git. */
const left = new Set(['node_modules', 'dist', 'coverage', '.git', '.data', '.env']);

/** All files of the repository below a folder, as paths from the root with `/`. */
export function filesIn(folder = ''): string[] {
  return readdirSync(path.join(packageRoot, folder), { withFileTypes: true })
    .filter((entry) => !left.has(entry.name) && !/\.(log|tsbuildinfo)$/.test(entry.name))
    .flatMap((entry) => {
      const file = folder === '' ? entry.name : `${folder}/${entry.name}`;
      return entry.isDirectory() ? filesIn(file) : [file];
    })
    .sort();
}

export function textOf(file: string): string {
  return readFileSync(path.join(packageRoot, file), 'utf8');
}

/** The folders with code of the product, as the build has them. */
export const productFolders = [
  'bot',
  'cards',
  'common',
  'customCrm',
  'dialogs',
  'dynamics',
  'handoff',
  'knowledge',
  'relay',
  'sandbox',
  'store',
  'web',
];

const isSource = (file: string) => /\.(ts|js|mjs)$/.test(file);

export const productSources = productFolders.flatMap((folder) => filesIn(folder)).filter(isSource);
export const toolSources = ['bench', 'scripts'].flatMap((folder) => filesIn(folder)).filter(isSource);
export const testSources = filesIn('test').filter(isSource);

export interface Import {
  /** Path from the root, without extension for a relative import; a package's name; or `node:…`. */
  target: string;
  isRelative: boolean;
  /** Leaves nothing behind at run time. */
  isTypeOnly: boolean;
}

/** What a source imports by `import`, `export … from`, `import()`, `require()`, `require.resolve()` and `import type`. */
export function importsOf(file: string, text = textOf(file)): Import[] {
  const syntax = file.endsWith('.ts') ? 'typescript' : 'ecmascript';
  const found: Import[] = [];
  const add = (specifier: string, isTypeOnly: boolean) => found.push(toImport(file, specifier, isTypeOnly));
  visit(parseSync(text, { syntax, target: 'es2024' }), (node) => {
    if (node.type === 'CallExpression') {
      const callee = node['callee'] as Node;
      const isImport = callee.type === 'Import' || isRequire(callee) || isRequireResolve(callee);
      const first = (node['arguments'] as { expression: Node }[])[0]?.expression;
      if (isImport && first?.type === 'StringLiteral') add(String(first['value']), false);
    } else if (node.type === 'TsImportType') {
      add(String((node['argument'] as Node)['value']), true);
    } else if (/^(Import|Export(Named|All)?)Declaration$/.test(node.type)) {
      const source = node['source'] as Node | null | undefined;
      const named = (node['specifiers'] ?? []) as Node[];
      const isTypeOnly = node['typeOnly'] === true || (named.length > 0 && named.every((one) => one['isTypeOnly'] === true));
      if (source) add(String(source['value']), isTypeOnly);
    }
  });
  return found;
}

interface Node {
  type: string;
  [member: string]: unknown;
}

function isRequire(node: Node): boolean {
  return node.type === 'Identifier' && node['value'] === 'require';
}

/** A package that is found this way is used as well: its file is served, or compiled in a scope of its own. */
function isRequireResolve(node: Node): boolean {
  return (
    node.type === 'MemberExpression' && isRequire(node['object'] as Node) && (node['property'] as Node)['value'] === 'resolve'
  );
}

function visit(node: unknown, see: (node: Node) => void): void {
  if (Array.isArray(node)) {
    for (const each of node) visit(each, see);
  } else if (typeof node === 'object' && node !== null) {
    if (typeof (node as Node).type === 'string') see(node as Node);
    for (const each of Object.values(node)) visit(each, see);
  }
}

function toImport(file: string, specifier: string, isTypeOnly: boolean): Import {
  if (specifier.startsWith('.')) {
    const target = path.posix.join(path.posix.dirname(file), specifier);
    return { target: target.replace(/\.(ts|js|mjs)$/, ''), isRelative: true, isTypeOnly };
  }
  const [scope, name] = specifier.split('/');
  const target = specifier.startsWith('node:') ? specifier : scope?.startsWith('@') ? `${scope}/${name}` : (scope ?? specifier);
  return { target, isRelative: false, isTypeOnly };
}
