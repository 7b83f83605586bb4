import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Article } from '../../knowledge/article';

const stored = z.object({
  topic: z.string(),
  number: z.string(),
  title: z.string(),
  summary: z.string(),
  keywords: z.string(),
  html: z.string(),
});

/** Reads the article files of a folder in the form the sandbox keeps them. */
export function readArticles(folder: string): Article[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => {
      const { keywords, ...article } = stored.parse(JSON.parse(readFileSync(path.join(folder, name), 'utf8')));
      return {
        ...article,
        id: article.number,
        keywords: keywords.split(',').map((keyword) => keyword.trim()),
        language: 'en',
        modifiedAt: '2026-01-01T00:00:00Z',
      };
    });
}
