import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import { packageRoot } from '../../common/packageRoot';

/** Tells the instances of one deployment apart; another one after each start. */
const instanceId = randomUUID();

/** Who sends traces and metrics: the product, its version, this process. Nothing of the machine. */
export function createResource(): Resource {
  const { version } = JSON.parse(readFileSync(path.join(packageRoot, 'package.json'), 'utf8')) as { version: string };
  return resourceFromAttributes({
    'service.name': 'switchboard',
    'service.version': version,
    'service.instance.id': instanceId,
  });
}
