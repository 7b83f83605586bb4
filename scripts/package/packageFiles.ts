import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** What of the product goes into the package besides its dependencies; the stand-ins stay out. */
const product = [
  /^package\.json$/,
  /^LICENSE$/,
  /^dist\/(?!test\/|bench\/|\.tsbuildinfo)/,
  /^cards\/templates\//,
  /^web\//,
  /^sandbox\/skills\.json$/,
];

/** Files of dependencies that no running program reads. */
const useless = [
  /\.(?:d\.[cm]?ts|[cm]?ts|map|markdown|flow|tsbuildinfo)$/,
  /(?:^|\/)(?:README|CHANGELOG|HISTORY|CONTRIBUTING|SECURITY)[^/]*\.md$/i,
  /(?:^|\/)(?:\.github|\.vscode|__tests__)\//,
  // Builds for browsers and phones beside the one for Node.
  /^@(?:azure|typespec)\/[^/]+\/dist\/(?:browser|react-native|workerd)\//,
  /^@types\//,
  // An optional peer of i18next, for those who compile against its types.
  /^(?:typescript|@typescript)\//,
];

/** Packages of which only these files are read, because the server hands them to browsers as they are. */
const only: Record<string, RegExp> = {
  'botframework-webchat': /^(?:package\.json|LICENSE|dist\/webchat\.js)$/,
  adaptivecards: /^(?:package\.json|LICENSE)$/,
};

/** Whether a file of the product, by its path from the root, belongs into the package. */
export function isProductFile(file: string): boolean {
  return !file.endsWith('.map') && product.some((pattern) => pattern.test(file));
}

/** Whether a file of a dependency, by its path below `node_modules`, belongs into the package. */
export function isDependencyFile(file: string): boolean {
  const [scope = '', name = ''] = file.split('/');
  const owner = scope.startsWith('@') ? `${scope}/${name}` : scope;
  const wanted = only[owner];
  if (wanted) return wanted.test(file.slice(owner.length + 1));
  return !scope.startsWith('.') && !useless.some((pattern) => pattern.test(file));
}

/** All files below a folder, by their paths from it with `/`, sorted, so that the same tree gives the same package. */
export function filesBelow(folder: string, below = ''): string[] {
  return readdirSync(path.join(folder, below))
    .sort()
    .flatMap((name) => {
      const file = below === '' ? name : `${below}/${name}`;
      const entry = statSync(path.join(folder, file));
      if (entry.isDirectory()) return name === 'node_modules' && below === '' ? [] : filesBelow(folder, file);
      return entry.isFile() ? [file] : [];
    });
}
