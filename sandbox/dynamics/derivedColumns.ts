import type { JsonObject } from '../../common/json';
import { DataverseRefusal } from './failure';
import type { Rows } from './rows';
import type { Table } from './schema';

/** An environment's setting for the largest file of a note; 5 MB unless an administrator raised it. */
const largestFile = 5 * 1024 * 1024;
const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** What the system adds to a new row. */
export function ownColumns(rows: Rows, table: Table): JsonObject {
  if (table.set !== 'incidents') return {};
  return { ticketnumber: `CAS-${String(rows.all(table.set).length + 1).padStart(5, '0')}-S4NDBX` };
}

/** What the system works out from the other columns at every write. */
export function derivedColumns(table: Table, values: JsonObject): JsonObject {
  if (table.set === 'contacts') return fullName(values);
  if (table.set === 'annotations') return fileSize(values);
  return {};
}

function fullName(values: JsonObject): JsonObject {
  const names = [values['firstname'], values['lastname']].filter((name) => typeof name === 'string' && name !== '');
  return names.length > 0 ? { fullname: names.join(' ') } : {};
}

function fileSize(values: JsonObject): JsonObject {
  const body = values['documentbody'];
  if (typeof body !== 'string') return {};
  if (body.length % 4 !== 0 || !base64.test(body)) {
    throw new DataverseRefusal(400, '0x80048d19', "Cannot convert the value of 'documentbody' to the expected type.");
  }
  const size = Buffer.byteLength(body, 'base64');
  if (size > largestFile) {
    throw new DataverseRefusal(400, '0x80043e09', 'The attachment is either not a valid type or is too large.');
  }
  return { filesize: size };
}
