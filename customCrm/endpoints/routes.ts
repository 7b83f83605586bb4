import { createAccount, findAccount, findAccountById } from './accounts';
import { downloadFile, uploadFile } from './attachments';
import { addComment } from './comments';
import type { Endpoint } from './endpoint';
import { createRecord, findRecord, updateRecord } from './records';

export interface Route {
  /** For the log. */
  name: string;
  methods: readonly string[];
  /** Segments of the path; one that begins with a colon is an id. */
  path: readonly string[];
  endpoint: Endpoint;
  /** Takes a file in its body. */
  isUpload?: boolean;
  /** Reads its body itself. */
  takesRaw?: boolean;
}

const writing = ['POST', 'PUT', 'PATCH'];
const any = ['GET', ...writing];

const route = (name: string, methods: readonly string[], path: string, endpoint: Endpoint, isUpload = false): Route => ({
  name,
  methods,
  path: path.split('/'),
  endpoint,
  isUpload,
});

/**
 * What the service answers to. The contact center lets its administrator choose method and place of the ids, so each endpoint
 * takes them in more than one way.
 */
export const routes: readonly Route[] = [
  route('findAccount', ['GET'], 'accounts', findAccount),
  route('findAccount', any, 'accounts/find', findAccount),
  route('createAccount', writing, 'accounts', createAccount),
  route('findAccountById', any, 'accounts/:accountId', findAccountById),
  route('findRecord', ['GET'], 'records', findRecord),
  route('findRecord', any, 'records/find', findRecord),
  route('createRecord', writing, 'records', createRecord),
  route('updateRecord', writing, 'records/:recordId', updateRecord),
  route('addComment', writing, 'records/:recordId/comments', addComment),
  route('addComment', writing, 'comments', addComment),
  route('uploadFile', writing, 'records/:recordId/attachments', uploadFile, true),
  route('uploadFile', writing, 'attachments', uploadFile, true),
  route('downloadFile', ['GET'], 'records/:recordId/attachments/:attachmentId', downloadFile),
  route('downloadFile', ['GET'], 'attachments/:attachmentId', downloadFile),
];

/** The route of a path with the ids in it; `methodNotAllowed` when the path has routes, but none of this method. */
export function findRoute(
  table: readonly Route[],
  method: string,
  path: string,
): { route: Route; ids: Record<string, string> } | 'methodNotAllowed' | undefined {
  const segments = path.split('/').filter((segment) => segment !== '');
  const fitting = table.flatMap((candidate) => {
    const ids = idsOf(candidate.path, segments);
    return ids ? [{ route: candidate, ids }] : [];
  });
  const found = fitting.find(({ route: { methods } }) => methods.includes(method));
  return found ?? (fitting.length > 0 ? 'methodNotAllowed' : undefined);
}

function idsOf(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const ids: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const segment = decode(segments[index] ?? '');
    if (part.startsWith(':')) ids[part.slice(1)] = segment;
    else if (part !== segment) return undefined;
  }
  return ids;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // Not encoded as it should be: then it is no id of ours either.
    return segment;
  }
}
