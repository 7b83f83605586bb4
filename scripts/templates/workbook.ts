import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { JsonObject } from '../../common/json';
import { packageRoot } from '../../common/packageRoot';

/** A query of docs/operations/azure.kql with the line that says what it shows. */
export interface WorkbookQuery {
  title: string;
  query: string;
}

const insights = "resourceId('Microsoft.Insights/components', variables('insightsName'))";
const dayInMs = 86_400_000;

/** All queries of the file but those that begin with a value that somebody has to put in. */
export function workbookQueries(): WorkbookQuery[] {
  const text = readFileSync(path.join(packageRoot, 'docs', 'operations', 'azure.kql'), 'utf8');
  return text
    .split(/\n\n+/)
    .map((block) => block.trim().split('\n'))
    .flatMap((lines) => {
      const titles = lines.filter((line) => line.startsWith('//'));
      const query = lines.filter((line) => !line.startsWith('//')).join('\n');
      const title = titles.at(-1)?.replace(/^\/\/\s*/, '') ?? '';
      return query === '' || query.startsWith('let ') ? [] : [{ title, query }];
    });
}

/** A page of the portal that shows them, beside Application Insights. */
export function workbookResource(): JsonObject {
  const items = workbookQueries().map(({ title, query }, index) => ({
    type: 3,
    name: `query ${index + 1}`,
    content: {
      version: 'KqlItem/1.0',
      title,
      query,
      size: 0,
      timeContext: { durationMs: dayInMs },
      queryType: 0,
      resourceType: 'microsoft.insights/components',
    },
  }));
  return {
    type: 'Microsoft.Insights/workbooks',
    apiVersion: '2022-04-01',
    name: "[guid(resourceGroup().id, parameters('name'), 'workbook')]",
    location: "[parameters('location')]",
    kind: 'shared',
    dependsOn: [`[${insights}]`],
    properties: {
      displayName: "[concat(parameters('name'), ': handoffs and relay')]",
      category: 'workbook',
      sourceId: `[${insights}]`,
      serializedData: JSON.stringify({ version: 'Notebook/1.0', items }),
    },
  };
}
