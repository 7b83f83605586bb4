import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { errorCode, type Log } from '../../common/log';
import type { DeskChat, StandInDesk } from '../desk';
import { cardSchema } from './cardSchema';
import { type DeskView, deskView } from './deskView';
import { Problem } from './problem';
import { readBytes, readJson } from './requestBody';

const maxFileBytes = 25 * 1024 * 1024;

interface Action {
  /** The state a chat must be in. */
  state: DeskChat['state'];
  feature?: keyof DeskView['features'];
  /** Reads and checks the request; the returned act is done after that. */
  read(request: IncomingMessage, desk: StandInDesk, chat: DeskChat): Promise<() => Promise<void> | undefined>;
}

const nothing = z.strictObject({});
const line = (max: number) => z.string().trim().min(1).max(max);

const actions: Record<string, Action> = {
  accept: {
    state: 'waiting',
    async read(request, desk, chat) {
      const { agentName } = await readJson(request, z.strictObject({ agentName: line(80) }));
      return () => desk.accept(chat.id, agentName);
    },
  },
  decline: {
    state: 'waiting',
    async read(request, desk, chat) {
      await readJson(request, nothing);
      return () => desk.decline(chat.id);
    },
  },
  say: {
    state: 'active',
    async read(request, desk, chat) {
      const text = z
        .string()
        .max(40_000)
        .refine((value) => value.trim() !== '', 'must not be blank');
      const body = await readJson(request, z.strictObject({ text }));
      return () => desk.say(chat.id, body.text);
    },
  },
  typing: {
    state: 'active',
    feature: 'typing',
    async read(request, desk, chat) {
      const { isTyping } = await readJson(request, z.strictObject({ isTyping: z.boolean() }));
      return () => desk.typing(chat.id, isTyping);
    },
  },
  sendCard: {
    state: 'active',
    feature: 'sendCard',
    async read(request, desk, chat) {
      const { card } = await readJson(request, z.strictObject({ card: cardSchema }));
      return () => desk.sendCard?.(chat.id, card);
    },
  },
  sendFile: {
    state: 'active',
    feature: 'sendFile',
    async read(request, desk, chat) {
      const name = fileName(request);
      const bytes = await readBytes(request, maxFileBytes);
      if (bytes.length === 0) throw new Problem(400, 'emptyFile', 'The file is empty.');
      return () => desk.sendFile?.(chat.id, { name, contentType: fileType(request), bytes });
    },
  },
  requestFile: {
    state: 'active',
    feature: 'requestFile',
    async read(request, desk, chat) {
      await readJson(request, nothing);
      return () => desk.requestFile?.(chat.id);
    },
  },
  transfer: {
    state: 'active',
    feature: 'transfer',
    async read(request, desk, chat) {
      const { queueId } = await readJson(request, z.strictObject({ queueId: line(200) }));
      if (!desk.queues().some(({ id }) => id === queueId)) throw new Problem(404, 'unknownQueue', 'There is no such queue.');
      return () => desk.transfer?.(chat.id, queueId);
    },
  },
  pause: {
    state: 'active',
    feature: 'pause',
    async read(request, desk, chat) {
      await readJson(request, nothing);
      return () => desk.pause?.(chat.id);
    },
  },
  end: {
    state: 'active',
    async read(request, desk, chat) {
      await readJson(request, nothing);
      return () => desk.end(chat.id);
    },
  },
};

/** Does what the agent asked for. Resolves when the desk has done it; throws a `Problem` that says why not. */
export async function runAction(
  name: string,
  { desk, chat }: { desk: StandInDesk; chat: DeskChat },
  request: IncomingMessage,
  log: Log,
): Promise<void> {
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (!action) throw new Problem(404, 'unknownAction', 'There is no such action.');
  if (action.feature && !deskView(desk).features[action.feature]) {
    throw new Problem(409, 'notSupported', `${desk.title} has no ${action.feature}.`);
  }
  const act = await action.read(request, desk, chat);
  // The body took its time; the chat may have moved on meanwhile.
  const { state } = desk.chats().find(({ id }) => id === chat.id) ?? chat;
  if (state !== action.state) throw new Problem(409, 'wrongState', `This chat is ${state}, not ${action.state}.`);
  try {
    await act();
  } catch (error) {
    log.warn('the desk did not do what the agent asked for', { desk: desk.name, action: name, error: errorCode(error) });
    throw new Problem(502, 'deskRefused', error instanceof Error ? error.message : 'The desk refused.');
  }
}

/** Turns a desk's staff on or off. */
export async function setStaffed(desk: StandInDesk, request: IncomingMessage): Promise<void> {
  const { isStaffed } = await readJson(request, z.strictObject({ isStaffed: z.boolean() }));
  desk.setStaffed(isStaffed);
}

/** The percent-encoded header `x-file-name`; a header of its own also keeps other sites' forms out. */
function fileName(request: IncomingMessage): string {
  const header = request.headers['x-file-name'];
  const name = decode(typeof header === 'string' ? header : '')
    ?.split(/[\\/]/)
    .at(-1)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this removes
    ?.replace(/[\u0000-\u001f\u007f]/g, '')
    .trim();
  if (!name || name.length > 255 || name === '.' || name === '..') {
    throw new Problem(400, 'invalidFileName', 'Name the file, percent-encoded, in the header x-file-name.');
  }
  return name;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not percent-encoded: the caller refuses it like a missing name.
    return undefined;
  }
}

function fileType(request: IncomingMessage): string {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
  return /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : 'application/octet-stream';
}
