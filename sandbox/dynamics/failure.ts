/** An answer of Dataverse that is an error. */
export class DataverseRefusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export const badRequest = (message: string) => new DataverseRefusal(400, '0x80048d19', message);
export const unknownProperty = (name: string, table: string) =>
  new DataverseRefusal(400, '0x80060888', `Could not find a property named '${name}' on type '${table}'.`);
export const noSuchRow = (table: string, id: string) =>
  new DataverseRefusal(404, '0x80040217', `${table} With Id = ${id} Does Not Exist`);
export const noSuchResource = (segment: string) =>
  new DataverseRefusal(404, '0x80060888', `Resource not found for the segment '${segment}'.`);
export const duplicateKey = () => new DataverseRefusal(412, '0x80040237', 'A record with matching key values already exists.');
export const versionMismatch = () =>
  new DataverseRefusal(412, '0x80060882', 'The version of the existing record does not match the RowVersion property provided.');
