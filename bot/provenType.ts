import { fileTypeOf } from '../customCrm/files/fileType';

/** Beginnings of what runs when it is opened. */
const running: readonly [RegExp, string][] = [
  [/^MZ/, 'application/x-msdownload'],
  [/^\x7fELF/, 'application/x-executable'],
  [/^\xca\xfe\xba\xbe|^[\xce\xcf]\xfa\xed\xfe/, 'application/x-mach-binary'],
  [/^#!/, 'text/x-shellscript'],
  [
    /^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--[^>]{0,500}-->\s*)?(?:<!doctype svg[^>]{0,300}>\s*)?<svg[\s>/]/i,
    'image/svg+xml',
  ],
  [/^(?:\xef\xbb\xbf)?\s*(?:<!--[^>]{0,500}-->\s*)?<(?:!doctype html|html|head|body|script|iframe|meta)[\s>/]/i, 'text/html'],
];
/** Brands of the container of MP4 that hold pictures or are not MP4. */
const otherBrands = /^(?:hei|hev|mif|msf|avi|qt)/;

/**
 * What a file is by its bytes, whatever it is called; undefined when they do not tell. Text, JSON and archives (to which newer office
 * documents belong) tell nothing.
 */
export function provenType(bytes: Buffer): string | undefined {
  const head = bytes.subarray(0, 1_024).toString('latin1');
  const runs = running.find(([beginning]) => beginning.test(head))?.[1];
  if (runs !== undefined) return runs;
  const { contentType } = fileTypeOf(bytes.subarray(0, 1_024));
  if (['application/octet-stream', 'application/json', 'text/plain'].includes(contentType)) return undefined;
  return contentType === 'video/mp4' && otherBrands.test(head.slice(8, 12)) ? undefined : contentType;
}
