// Which files may be sent. The server has the last word; this one spares the customer the wait.
import { t } from './pageLanguage.js';

const { uploadBytes, uploadTypes } = document.getElementById('customer-script').dataset;
const maxBytes = Number(uploadBytes);
const types = uploadTypes.split(',');

/** What the file dialog offers. */
export const uploadAccept = uploadTypes;

/** Takes files that may not be sent out of an action of Web Chat. Tells the customer which and why, and which go with the next message. */
export function withAllowedFiles(action, dispatch) {
  if (action.type !== 'WEB_CHAT/SET_SEND_BOX_ATTACHMENTS') return action;
  const chosen = action.payload.attachments;
  const attachments = chosen.filter(({ blob }) => problemOf(blob) === undefined);
  const names = attachments.map(({ blob }) => `“${blob.name}”`).join(', ');
  const refused = chosen.flatMap(({ blob }) => problemOf(blob) ?? []);
  // In one message: two would be folded into "2 notifications". An empty box, after sending, has none.
  const message = [...refused, ...(names ? [t('upload.attached', { names })] : [])].join(' ');
  dispatch(
    message
      ? { type: 'WEB_CHAT/SET_NOTIFICATION', payload: { id: noticeId, level: refused.length > 0 ? 'error' : 'info', message } }
      : { type: 'WEB_CHAT/DISMISS_NOTIFICATION', payload: { id: noticeId } },
  );
  return { ...action, payload: { ...action.payload, attachments: Object.freeze(attachments) } };
}

const noticeId = 'upload';

function problemOf({ name = '', size, type }) {
  if (!types.some((allowed) => fits(allowed, name, type))) return t('upload.wrongType', { name, types: list() });
  if (size > maxBytes) return t('upload.tooLarge', { name, max: maxBytes / 1024 / 1024 });
  return undefined;
}

function fits(allowed, name, type) {
  if (allowed.startsWith('.')) return name.toLowerCase().endsWith(allowed.toLowerCase());
  return allowed.endsWith('/*') ? type.startsWith(allowed.slice(0, -1)) : type === allowed;
}

/** "pictures, PDF, TXT": names that people know. */
function list() {
  const names = types.map((type) => {
    if (type === 'image/*') return t('upload.pictures');
    if (type === 'text/plain') return 'TXT';
    return type.replace(/^\.|^.*\//, '').toUpperCase();
  });
  return [...new Set(names)].join(', ');
}
