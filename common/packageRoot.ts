import { existsSync } from 'node:fs';
import path from 'node:path';

/** The folder of package.json, from the sources as well as from the compiled `dist`; data files are found from here. */
export const packageRoot: string = find(__dirname);

function find(folder: string): string {
  if (existsSync(path.join(folder, 'package.json'))) return folder;
  const parent = path.dirname(folder);
  if (parent === folder) throw new Error('package.json was not found above the program: keep it beside dist when deploying');
  return find(parent);
}
