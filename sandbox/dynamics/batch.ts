import { randomUUID } from 'node:crypto';
import { type ApiContext, answerApi, splitOnce } from './api';
import { badRequest } from './failure';
import { type ApiRequest, refusalAnswer, type WireAnswer } from './wire';

interface Part {
  headers: Record<string, string>;
  content: string;
}

/**
 * `$batch`: reads, and change sets that take effect as a whole. Line ends must be CRLF and the closing line must be there. Without
 * `odata.continue-on-error` the first failure ends it and is the answer's status.
 */
export function answerBatch(context: ApiContext, contentType: string, prefer: string, body: string): WireAnswer {
  const goesOn = prefer.includes('odata.continue-on-error');
  const answers: string[] = [];
  let status = 200;
  for (const part of partsOf(body, boundaryOf(contentType))) {
    const type = part.headers['content-type'] ?? '';
    const results = type.startsWith('multipart/mixed')
      ? changeSet(context, partsOf(part.content, boundaryOf(type)))
      : [single(context, part)];
    const failure = results.find((result) => result.status >= 400);
    answers.push(...results.map(responsePart));
    if (failure && !goesOn) {
      status = failure.status;
      break;
    }
  }
  const boundary = `batchresponse_${randomUUID()}`;
  const text = [...answers.map((answer) => `--${boundary}\r\n${answer}\r\n`), `--${boundary}--\r\n`].join('');
  return { status, headers: { 'Content-Type': `multipart/mixed; boundary=${boundary}` }, text };
}

function single(context: ApiContext, part: Part): WireAnswer {
  const request = requestOf(context, part);
  if (request.method !== 'GET') throw badRequest('Only reads may stand outside a change set.');
  return guarded(() => answerApi(context, request));
}

function changeSet(context: ApiContext, parts: Part[]): WireAnswer[] {
  const created = new Map<string, string>();
  const resolve = (text: string) => text.replace(/\$(\d+)/g, (reference, id: string) => created.get(id) ?? reference);
  try {
    return context.rows.atomic(() =>
      parts.map((part) => {
        const request = requestOf(context, part);
        if (request.method === 'GET') throw badRequest('A read must not stand inside a change set.');
        const answer = answerApi(context, {
          ...request,
          target: resolve(request.target).replace(context.apiUrl, ''),
          body: resolve(request.body),
        });
        const contentId = part.headers['content-id'];
        if (contentId === undefined) throw badRequest('A part of a change set needs a Content-ID.');
        const entityId = answer.headers?.['OData-EntityId'];
        if (entityId !== undefined) created.set(contentId, entityId);
        return answer;
      }),
    );
  } catch (error) {
    return [refusalAnswer(error)];
  }
}

function guarded(answer: () => WireAnswer): WireAnswer {
  try {
    return answer();
  } catch (error) {
    return refusalAnswer(error);
  }
}

function responsePart(answer: WireAnswer): string {
  const headers = Object.entries(answer.headers ?? {}).map(([name, value]) => `${name}: ${value}`);
  const json = answer.body === undefined ? [] : ['Content-Type: application/json; odata.metadata=minimal', ''];
  const text = answer.body === undefined ? '' : JSON.stringify(answer.body);
  return [
    'Content-Type: application/http',
    'Content-Transfer-Encoding: binary',
    '',
    `HTTP/1.1 ${answer.status} ${answer.status < 300 ? 'OK' : 'Error'}`,
    ...headers,
    ...(json.length > 0 ? [...json, text] : ['', '']),
  ].join('\r\n');
}

function requestOf(context: ApiContext, part: Part): ApiRequest {
  if (!(part.headers['content-type'] ?? '').startsWith('application/http')) throw badRequest('A part must be application/http.');
  const [head, body] = splitOnce(part.content, '\r\n\r\n');
  const [line = '', ...headerLines] = head.split('\r\n');
  const match = /^([A-Z]+) (\S+) HTTP\/1\.1$/.exec(line);
  if (!match?.[1] || !match[2]) throw badRequest('A part has no request line.');
  const apiPath = new URL(context.apiUrl).pathname;
  const target = match[2].replace(context.apiUrl, '').replace(apiPath, '').replace(/^\//, '');
  return { method: match[1], target, headers: headersOf(headerLines), body: body.replace(/\r\n$/, '') };
}

function partsOf(body: string, boundary: string): Part[] {
  if (/[^\r]\n/.test(body)) throw badRequest('The lines of a batch must end with CRLF.');
  const delimiter = `--${boundary}`;
  const pieces = `\r\n${body}`.split(`\r\n${delimiter}`);
  const last = pieces.pop();
  if (pieces.length === 0 || !last?.startsWith('--')) throw badRequest('The closing line of the batch is missing.');
  return pieces.slice(1).map((piece) => {
    const [head, content] = splitOnce(piece.replace(/^\r\n/, ''), '\r\n\r\n');
    return { headers: headersOf(head.split('\r\n')), content };
  });
}

function headersOf(lines: string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const [name, value] = splitOnce(line, ':');
    if (name.trim() !== '') headers[name.trim().toLowerCase()] = value.trim();
  }
  return headers;
}

function boundaryOf(contentType: string): string {
  const boundary = /^multipart\/mixed\s*;\s*boundary="?([^";\s]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) throw badRequest('A batch must be multipart/mixed with a boundary.');
  return boundary;
}
