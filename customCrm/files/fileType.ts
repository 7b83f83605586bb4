/** What a file is, by its content: the caller's own word for it is not documented and may be missing. */
export interface FileType {
  contentType: string;
  extension: string;
}

const type = (contentType: string, extension: string): FileType => ({ contentType, extension });
const signatures: { at: number; bytes: string; is: FileType }[] = [
  { at: 0, bytes: 'ffd8ff', is: type('image/jpeg', 'jpg') },
  { at: 0, bytes: '89504e470d0a1a0a', is: type('image/png', 'png') },
  { at: 0, bytes: '47494638', is: type('image/gif', 'gif') },
  { at: 0, bytes: '25504446', is: type('application/pdf', 'pdf') },
  { at: 0, bytes: '494433', is: type('audio/mpeg', 'mp3') },
  { at: 0, bytes: 'fffb', is: type('audio/mpeg', 'mp3') },
  { at: 0, bytes: 'fff3', is: type('audio/mpeg', 'mp3') },
  { at: 0, bytes: 'fff2', is: type('audio/mpeg', 'mp3') },
  { at: 8, bytes: '57415645', is: type('audio/wav', 'wav') },
  { at: 8, bytes: '57454250', is: type('image/webp', 'webp') },
  { at: 4, bytes: '66747970', is: type('video/mp4', 'mp4') },
  { at: 0, bytes: '4f676753', is: type('audio/ogg', 'ogg') },
  { at: 0, bytes: '1a45dfa3', is: type('video/webm', 'webm') },
];
const looked = 4096;

/** The type a file's first bytes tell; text and JSON are told apart, anything else is just bytes. */
export function fileTypeOf(bytes: Buffer): FileType {
  const found = signatures.find(({ at, bytes: wanted }) => bytes.subarray(at, at + wanted.length / 2).toString('hex') === wanted);
  if (found) return found.is;
  if (!isText(bytes)) return type('application/octet-stream', 'bin');
  return isJson(bytes) ? type('application/json', 'json') : type('text/plain', 'txt');
}

function isText(bytes: Buffer): boolean {
  const head = bytes.subarray(0, looked);
  if (head.includes(0)) return false;
  // Cut in the middle of a character, the last one is not whole.
  const text = head.toString('utf8').replace(/\uFFFD$/, '');
  return !text.includes('\uFFFD');
}

function isJson(bytes: Buffer): boolean {
  if (!/^\s*[[{]/.test(bytes.subarray(0, 100).toString('utf8'))) return false;
  try {
    JSON.parse(bytes.toString('utf8'));
    return true;
  } catch {
    // Text that begins like JSON, such as a transcript with times in brackets.
    return false;
  }
}
