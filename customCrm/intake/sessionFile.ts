/** What a file of the contact center's external storage is, as its name tells. */
export interface SessionFile {
  kind: 'chat' | 'call';
  /** The number of the chat or call. */
  id: string;
  what: 'metadata' | 'transcript' | 'photo' | 'video' | 'recording' | 'voicemail';
}

/** The folders of the layout, in the order in which they are taken: what describes a session goes before what belongs to it. */
export const storageFolders = [
  'ujet-metadata',
  'ujet-chat-transcripts',
  'ujet-media',
  'ujet-voice-recordings',
  'ujet-voicemails',
] as const;
export type StorageFolder = (typeof storageFolders)[number];

/**
 * Reads a name such as `chat-135.json`, `chat-135.txt`, `chat-135-photo-9.jpg` or `call-97.mp3`. How voicemails are called is
 * not documented, so they are told by their folder, and the first number in their name is the call's. Undefined for anything else.
 */
export function readSessionFile(name: string, folder?: string): SessionFile | undefined {
  const voicemail =
    folder === 'ujet-voicemails' ? /^(?:call|voice-?mail)\D{0,20}(\d{1,18})(?!\d).*\.(?:mp3|wav)$/i.exec(name)?.[1] : undefined;
  if (voicemail !== undefined) return { kind: 'call', id: voicemail, what: 'voicemail' };
  const match = /^(chat|call)-(\d{1,18})(?:-(photo|video)-[\w-]+)?\.(json|txt|mp3|wav|jpe?g|png|mp4)$/i.exec(name);
  const [, kind, id, media, extension] = match ?? [];
  if (kind === undefined || id === undefined || extension === undefined) return undefined;
  const what = (media?.toLowerCase() as 'photo' | 'video' | undefined) ?? whatOf(extension.toLowerCase());
  return what === undefined ? undefined : { kind: kind.toLowerCase() as SessionFile['kind'], id, what };
}

/** The name of a session, as `sessionKeyOf` gives it for a call of the service. */
export function keyOf({ kind, id }: Pick<SessionFile, 'kind' | 'id'>): string {
  return `${kind}-${id}`;
}

function whatOf(extension: string): SessionFile['what'] | undefined {
  if (extension === 'json') return 'metadata';
  if (extension === 'txt') return 'transcript';
  return extension === 'mp3' || extension === 'wav' ? 'recording' : undefined;
}
