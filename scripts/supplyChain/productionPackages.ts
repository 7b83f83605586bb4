import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../common/packageRoot';

/** A package that is part of what runs in production. */
export interface ProductionPackage {
  /** As it is published; it may be loaded by another, as the empty package is that stands in for others. */
  name: string;
  version: string;
  /** SPDX, as the package tells it; undefined when it does not. */
  license: string | undefined;
}

interface LockFile {
  packages: Record<string, { version?: string; license?: string; dev?: boolean; link?: boolean; name?: string }>;
}

/** Everything of the lock file that `npm ci --omit=dev` installs. */
export function productionPackages(file = path.join(packageRoot, 'package-lock.json')): ProductionPackage[] {
  const { packages } = JSON.parse(readFileSync(file, 'utf8')) as LockFile;
  return Object.entries(packages)
    .filter(([place, entry]) => place !== '' && entry.dev !== true && entry.link !== true)
    .map(([place, { version = '', license, name }]) => ({
      name: name ?? place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version,
      license,
    }));
}
