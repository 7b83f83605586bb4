import { ownMember } from '../common/json';

/** Which files customers may send. */
export interface UploadLimits {
  /** Of one file. */
  maxBytes: number;
  /** As in the `accept` of an HTML file field: `image/*`, `application/pdf`, `.doc`. */
  types: readonly string[];
}

/** Channels that do not tell the type leave the name to go by. */
const typesByEnding: Readonly<Record<string, string>> = {
  gif: 'image/gif',
  heic: 'image/heic',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  pdf: 'application/pdf',
  png: 'image/png',
  txt: 'text/plain',
  webp: 'image/webp',
};

/** Whether a file of that name and type may be sent, whatever its size. */
export function isAllowedType({ types }: UploadLimits, file: { name: string; contentType: string }): boolean {
  const told = file.contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const ending = /\.(\w+)$/.exec(file.name)?.[1]?.toLowerCase() ?? '';
  const type = told === '' || told === 'application/octet-stream' ? (ownMember(typesByEnding, ending) ?? told) : told;
  return types.some((allowed) => {
    const wanted = allowed.toLowerCase();
    if (wanted.startsWith('.')) return file.name.toLowerCase().endsWith(wanted);
    // A picture that can hold a script has to be named.
    return wanted.endsWith('/*') ? type.startsWith(wanted.slice(0, -1)) && type !== 'image/svg+xml' : type === wanted;
  });
}
