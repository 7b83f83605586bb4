import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../common/packageRoot';

/** A package that is part of what runs in production. */
export interface ProductionPackage {
  /** Its folder below `node_modules`: the name it is loaded by, also where the empty package stands in for another. */
  name: string;
  version: string;
  /** SPDX, as the package tells it; undefined when it does not. */
  license: string | undefined;
}

interface LockFile {
  packages: Record<string, { version?: string; license?: string; dev?: boolean; link?: boolean }>;
}

/** Everything of the lock file that `npm ci --omit=dev` installs. */
export function productionPackages(file = path.join(packageRoot, 'package-lock.json')): ProductionPackage[] {
  const { packages } = JSON.parse(readFileSync(file, 'utf8')) as LockFile;
  return Object.entries(packages)
    .filter(([place, entry]) => place !== '' && entry.dev !== true && entry.link !== true)
    .map(([place, { version = '', license }]) => ({
      name: place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version,
      license,
    }));
}
