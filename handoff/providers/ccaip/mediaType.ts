import { ownMember } from '../../../common/json';

const TYPES: Record<string, string> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  heic: 'image/heic',
  pdf: 'application/pdf',
  txt: 'text/plain',
  csv: 'text/csv',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  zip: 'application/zip',
  mp3: 'audio/mpeg',
  m4a: 'audio/mp4',
  wav: 'audio/wav',
  mp4: 'video/mp4',
  mov: 'video/quicktime',
  webm: 'video/webm',
};

export const UNKNOWN_TYPE = 'application/octet-stream';

/** The media type a file's name suggests. */
export function mediaTypeOf(name: string): string {
  const extension = /\.([A-Za-z0-9]+)$/.exec(name)?.[1]?.toLowerCase();
  return (extension !== undefined && ownMember(TYPES, extension)) || UNKNOWN_TYPE;
}

/** A name for a file that came without one, by the kind of its message. */
export function nameFor(kind: string, mediaId: string): string {
  const extension = { photo: '.jpg', image: '.jpg', video: '.mp4', audio: '.mp3' }[kind] ?? '';
  return `${/^[a-z]+$/.test(kind) ? kind : 'file'}-${mediaId}${extension}`;
}
