import { createHash } from 'node:crypto';
import { nameBasedId } from '../../dynamics/ledger/nameBasedId';
import type { FormFile } from '../containers/readBody';
import { fileTypeOf } from '../files/fileType';
import { CrmProblem } from '../problem';
import { type Endpoint, type EndpointCall, recordIdOf } from './endpoint';
import { requireTarget } from './target';

/**
 * Takes a file for a record: kept here first and carried to the CRM in the background, because the caller waits for seconds only.
 * The same content for the same record again is the same attachment.
 */
export const uploadFile: Endpoint = async (call, deps) => {
  const { parameters, signal } = call;
  const given = call.file ?? base64File(call);
  if (given.bytes.length === 0) throw new CrmProblem('invalid', 'the file is empty');
  if (given.bytes.length > deps.largestFile)
    throw new CrmProblem('tooLarge', `the file is larger than ${deps.largestFile} bytes`);
  const target = await requireTarget(recordIdOf(call), deps, { signal });
  const digest = createHash('sha256').update(given.bytes).digest('hex');
  const id = nameBasedId('customCrmFile', target.id, digest);
  const { extension, contentType } = fileTypeOf(given.bytes);
  const name =
    safeName(given.name ?? parameters.text('filename', 'fileName', 'name')) ?? `file-${digest.slice(0, 8)}.${extension}`;
  const file = { name, contentType, base64: given.bytes.toString('base64') };
  const isNew = await deps.spool.add({ id, target: { kind: target.kind, id: target.id }, subject: `File: ${name}`, file });
  return { status: isNew ? 201 : 200, body: { id, url: deps.linkFile(id, name) } };
};

/** A file that was uploaded, whether or not the CRM has it yet. */
export const downloadFile: Endpoint = async ({ path, signal }, deps) => {
  const { recordId, attachmentId = '' } = path;
  const found = (await deps.spool.read(attachmentId)) ?? (await deps.notes.file(attachmentId, { signal }));
  const isOfRecord = found && (recordId === undefined || found.targetId.toLowerCase() === recordId.toLowerCase());
  if (!isOfRecord) throw new CrmProblem('notFound', 'there is no such attachment');
  const { name, contentType, base64 } = found.file;
  return { status: 200, file: { name, contentType, bytes: Buffer.from(base64, 'base64') } };
};

function base64File({ parameters }: EndpointCall): FormFile {
  const text = parameters.text('file', 'fileData', 'data', 'content');
  if (text === undefined) throw new CrmProblem('invalid', 'file is missing: give {FILE_DATA}');
  const unbroken = text.replace(/^data:[^,]*;base64,/, '').replace(/[\r\n\t]+ */g, '');
  // In a form a "+" that nobody encoded came as a blank: only with it the length is that of whole bytes.
  const bare = unbroken.length % 4 === 0 ? unbroken.replaceAll(' ', '+') : unbroken.replaceAll(' ', '');
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(bare)) throw new CrmProblem('invalid', 'file is not base64');
  return { bytes: Buffer.from(bare, 'base64') };
}

/** The name without what a file system or a browser would take for more than a name. */
function safeName(name: string | undefined): string | undefined {
  const bare = name
    ?.split(/[\\/]/)
    .at(-1)
    ?.replace(/[\p{Cc}<>:"|?*]/gu, '')
    .trim()
    .slice(-200);
  return bare === undefined || bare === '' || /^\.+$/.test(bare) ? undefined : bare;
}
