import { isJsonObject } from '../common/json';

/** Walking stops here; no card of ours is nested as deep. */
const maxDepth = 12;

/**
 * The knowledge articles that cards show, read from their buttons; each once, in order. For transcripts, so that an
 * agent sees what the customer was given.
 */
export function articlesOf(
  attachments: readonly { contentType?: string; content?: unknown }[],
): { number: string; title: string }[] {
  const found = new Map<string, { number: string; title: string }>();
  const visit = (value: unknown, depth: number): void => {
    if (depth > maxDepth) return;
    if (Array.isArray(value)) for (const item of value) visit(item, depth + 1);
    else if (isJsonObject(value)) {
      const { articleId, number, title } = value;
      if (typeof articleId === 'string' && typeof number === 'string' && typeof title === 'string')
        found.set(articleId, { number, title });
      else for (const member of Object.values(value)) visit(member, depth + 1);
    }
  };
  for (const attachment of attachments) visit(attachment.content, 0);
  return [...found.values()];
}
