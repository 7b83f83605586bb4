import type { Request, Response } from 'restify';
import { errorCode, type Log } from '../../common/log';
import type { CustomCrmParts } from '../../customCrm';
import type { CrmCall } from '../../customCrm/customCrm';
import { CrmProblem } from '../../customCrm/problem';
import type { SignedLinks } from '../signedLinks';
import type { AddRoute } from './addRoute';
import { answerBytes, HttpProblem } from './answer';
import { contentDisposition } from './fileRoute';
import { readBody } from './readBody';
import type { WrongKeys } from './wrongKeys';

/** Where the service is; what is below is the service's own. */
export const customCrmPath = '/custom-crm/v1';
const filePath = '/custom-crm/files';
/** Files are linked in records that are kept long; the link is good as long as an agent may reasonably need it. */
const linksLastForInMs = 90 * 24 * 60 * 60_000;
const fetchTimeoutInMs = 15_000;

/** Makes the address of a file, sealed so that neither its id nor its name can be changed. */
export function linkCrmFile(publicUrl: string, links: SignedLinks, now: () => number): (id: string, name: string) => string {
  return (id, name) => {
    const token = links.seal('file', { crmFile: id }, now() + linksLastForInMs);
    return `${publicUrl}${filePath}/${token}/${encodeURIComponent(name.toWellFormed())}`;
  };
}

export interface CustomCrmRoutesOptions {
  crm: Pick<CustomCrmParts, 'service' | 'file'>;
  links: SignedLinks;
  /** Keeps an address from guessing the password. */
  wrongKeys?: WrongKeys;
  log: Log;
}

/** Adds the service's routes: its endpoints under `customCrmPath`, and the files that answers of it link to. */
export function addCustomCrmRoutes(add: AddRoute, { crm, links, wrongKeys, log }: CustomCrmRoutesOptions): void {
  const handle = async (request: Request, response: Response) => {
    wrongKeys?.check(request);
    const { status, headers, bytes } = await crm.service.handle(toCall(request));
    // Nobody guesses a signed token; one that has just run out must not keep its successor out.
    if (status === 401 && !/^Bearer /i.test(request.headers.authorization ?? '')) wrongKeys?.note(request);
    // What is left of a body nobody read would be taken for the next request.
    const unread = request.complete ? {} : { connection: 'close' };
    answerBytes(response, status, bytes, { ...headers, ...unread });
  };
  for (const method of ['get', 'post', 'put', 'patch', 'del'] as const) add(method, `${customCrmPath}/*`, handle);

  add('get', `${filePath}/:token/:name`, async (request, response) => {
    const { token } = request.params as { token: string };
    const id = links.open('file', token)?.['crmFile'];
    if (typeof id !== 'string') throw new HttpProblem(404, 'the link does not hold');
    const file = await crm.file(id, AbortSignal.timeout(fetchTimeoutInMs)).catch((error: unknown) => {
      log.warn('A file of the CRM could not be fetched', { code: errorCode(error) });
      throw new HttpProblem(503, 'the file cannot be fetched now', { 'retry-after': '5' });
    });
    if (!file) throw new HttpProblem(404, 'the file is gone');
    answerBytes(response, 200, file.bytes, {
      'content-type': /^[\w.+-]+\/[\w.+-]+$/.test(file.contentType) ? file.contentType : 'application/octet-stream',
      'content-disposition': contentDisposition('attachment', file.name),
      'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
    });
  });
}

function toCall(request: Request): CrmCall {
  const [path = '', search = ''] = (request.url ?? '').split('?', 2);
  return {
    method: request.method ?? 'GET',
    path: path.slice(customCrmPath.length),
    query: Object.fromEntries(new URLSearchParams(search)),
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
    ),
    readBody: async (maxBytes, timeoutInMs) => {
      try {
        return await readBody(request, maxBytes, timeoutInMs);
      } catch (error) {
        if (!(error instanceof HttpProblem)) throw error;
        if (error.status === 413) throw new CrmProblem('tooLarge', error.reason);
        throw new CrmProblem('tryAgain', error.reason, 'bodyIncomplete');
      }
    },
  };
}
