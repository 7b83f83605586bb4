import { isJsonObject, ownMember } from '../../common/json';
import type { CustomerFile } from '../../handoff/request';

/** What Teams sends for a file that the customer attached in a chat of one's own. */
export const fileDownloadType = 'application/vnd.microsoft.teams.file.download.info';

/** Teams tells the ending of the name, not the media type. */
const typesByEnding: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  txt: 'text/plain',
  csv: 'text/csv',
  json: 'application/json',
  zip: 'application/zip',
  rtf: 'application/rtf',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  bmp: 'image/bmp',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  heic: 'image/heic',
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  ppt: 'application/vnd.ms-powerpoint',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
};

/**
 * The file behind an attachment of Teams; undefined when the attachment is none of Teams' own kinds. An attached file lies in the
 * customer's OneDrive: its `contentUrl` opens for the customer only, its `downloadUrl` for everybody who has it, for some minutes
 * (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/bots-filesv4). A pasted picture lies at the connector, which
 * gives it to the bot's token only.
 */
export function teamsFile(
  attachment: { contentType?: unknown; contentUrl?: unknown; name?: unknown; content?: unknown },
  serviceUrl: string,
): CustomerFile | undefined {
  const { contentType, contentUrl, content } = attachment;
  const name = typeof attachment.name === 'string' ? attachment.name.toWellFormed() : '';
  if (contentType === fileDownloadType) {
    const { downloadUrl, fileType } = isJsonObject(content) ? content : {};
    if (typeof downloadUrl !== 'string') return undefined;
    const ending = (typeof fileType === 'string' && fileType !== '' ? fileType : (name.split('.').at(-1) ?? '')).toLowerCase();
    return {
      name: name || 'file',
      contentType: ownMember(typesByEnding, ending) ?? 'application/octet-stream',
      url: downloadUrl,
    };
  }
  if (typeof contentType !== 'string' || !contentType.startsWith('image/') || typeof contentUrl !== 'string') return undefined;
  if (!isAt(contentUrl, serviceUrl)) return undefined;
  // Teams says `image/*` for pasted pictures; what they really are stands in the answer when they are fetched.
  const type = contentType === 'image/*' ? 'image/png' : contentType;
  return { name: name || `picture.${type.slice('image/'.length)}`, contentType: type, url: contentUrl, needsBotToken: true };
}

function isAt(url: string, serviceUrl: string): boolean {
  return URL.canParse(url) && URL.canParse(serviceUrl) && new URL(url).origin === new URL(serviceUrl).origin;
}
