import { keyOf } from './deskState.js';

const timeoutInMs = 60_000;

/** Why the desk did not do it, in words for the agent. */
export class Refusal extends Error {}

export function setStaffed(desk, isStaffed) {
  return post(`api/desks/${encodeURIComponent(desk.name)}/staffed`, json({ isStaffed }));
}

/** Does one thing in a chat; throws a `Refusal` when the desk does not. */
export function act(chat, action, body = {}) {
  return post(address(chat, action), json(body));
}

export function sendFile(chat, file) {
  const headers = { 'content-type': file.type || 'application/octet-stream', 'x-file-name': encodeURIComponent(file.name) };
  return post(address(chat, 'sendFile'), { headers, body: file });
}

function address(chat, action) {
  const [desk, id] = keyOf(chat).split('/');
  return `api/desks/${desk}/chats/${id}/${action}`;
}

function json(body) {
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

async function post(url, request) {
  let response;
  try {
    response = await fetch(url, { method: 'POST', ...request, signal: AbortSignal.timeout(timeoutInMs) });
  } catch (error) {
    throw new Refusal('The desk page’s server does not answer. Is the sandbox still running?', { cause: error });
  }
  if (response.ok) return;
  const { error } = await response.json().catch((cause) => {
    throw new Refusal(`The desk page’s server answered ${response.status}.`, { cause });
  });
  throw new Refusal(error.message);
}
