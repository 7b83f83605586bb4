import type { JsonValue } from '../../common/json';
import { CrmProblem } from '../problem';
import { readHeaderValue, splitMultipart } from './multipart';

/** A file that came as a part of a form. */
export interface FormFile {
  bytes: Buffer;
  name?: string;
  contentType?: string;
}

export interface CallBody {
  parameters: JsonValue;
  file?: FormFile;
}

/** Reads a call's body by its content type: JSON, a form, or a multipart form. Throws `CrmProblem` `invalid`. */
export function readCallBody(bytes: Buffer, contentType: string): CallBody {
  if (bytes.length === 0) return { parameters: {} };
  const type = readHeaderValue(contentType);
  switch (type['']) {
    case 'multipart/form-data':
      return readForm(bytes, type['boundary']);
    case 'application/x-www-form-urlencoded':
      return { parameters: Object.fromEntries(new URLSearchParams(bytes.toString('utf8'))) };
    default:
      // The caller's content type for JSON is not documented, so anything that is JSON is taken.
      return { parameters: readJson(bytes) };
  }
}

function readJson(bytes: Buffer): JsonValue {
  try {
    return JSON.parse(bytes.toString('utf8')) as JsonValue;
  } catch {
    // The parser's message quotes the body.
    throw new CrmProblem('invalid', 'the body is neither JSON nor a form');
  }
}

function readForm(bytes: Buffer, boundary: string | undefined): CallBody {
  const parts = boundary === undefined ? undefined : splitMultipart(bytes, boundary);
  if (!parts) throw new CrmProblem('invalid', 'the multipart body is not complete');
  const parameters: Record<string, string> = {};
  let file: FormFile | undefined;
  for (const { headers, bytes: content } of parts) {
    const { name = '', filename } = readHeaderValue(headers['content-disposition'] ?? '');
    // A file may come without a name; then it is the part called "file".
    if (filename === undefined && !/^(?:file|file_?data|data)$/i.test(name)) {
      parameters[name] = content.toString('utf8');
      continue;
    }
    const isEncoded = /^base64$/i.test(headers['content-transfer-encoding'] ?? '');
    file ??= {
      bytes: isEncoded ? Buffer.from(content.toString('latin1'), 'base64') : content,
      ...(filename !== undefined && filename !== '' && { name: filename }),
      ...(headers['content-type'] !== undefined && { contentType: headers['content-type'] }),
    };
  }
  return { parameters, ...(file && { file }) };
}
