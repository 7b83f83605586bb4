import { type Call, Refusal } from '../http';
import type { Account } from './account';
import type { Chat } from './chat';
import {
  addEvent,
  availability,
  changeInfo,
  conversationDomain,
  estimatedWait,
  readChat,
  readInfo,
  requestChat,
} from './chatRoutes';
import type { ContextKeys } from './contextKeys';
import { takeContext } from './contextService';

const ofAccount: Record<string, (account: Account, call: Call) => void> = {
  'GET chat/availability.json': availability,
  'GET chat/estimatedWaitTime': estimatedWait,
  'POST chat/request.json': requestChat,
};
const ofChat: Record<string, (account: Account, chat: Chat, call: Call) => void> = {
  'GET .json': readChat,
  'GET /info.json': readInfo,
  'POST /events': addEvent,
  'POST /info/visitorName.json': (account, chat, call) => changeInfo(account, chat, 'visitorName', call),
  'POST /info/visitorTyping': (account, chat, call) => changeInfo(account, chat, 'visitorTyping', call),
};

/** Answers one request, or throws a `Refusal`. */
export function route(account: Account, keys: ContextKeys, call: Call): void {
  const { method, path } = call;
  if (`${method} ${path}` === 'POST /context-service/context') {
    takeContext(account, keys, call);
    return;
  }
  const [, number, rest = ''] = /^\/api\/account\/(\d+)\/(.+)$/.exec(path) ?? [];
  if (number !== account.options.account) throw new Refusal(404, 'There is no such account or path');
  if (`${method} ${rest}` === 'GET service/conversationVep/baseURI.json') {
    conversationDomain(account, call);
    return;
  }
  if (call.query.get('v') !== '1') throw new Refusal(400, 'v has to be 1');
  if (call.query.get('appKey') !== account.options.appKey) throw new Refusal(401, 'appKey is wrong', true);
  if (!call.header('accept')?.includes('application/json')) throw new Refusal(406, 'Accept has to name application/json');
  const forAccount = ofAccount[`${method} ${rest}`];
  if (forAccount) {
    forAccount(account, call);
    return;
  }
  const [, id = '', resource = ''] = /^chat\/(\w+)(\.json|\/.+)$/.exec(rest) ?? [];
  const chat = account.session(id);
  // A chat that was forgotten is no fault of whoever asks for it.
  if (!chat) throw new Refusal(404, 'There is no such chat', !/^H\d+A\d+$/.test(id));
  account.keepAlive(chat);
  const forChat = ofChat[`${method} ${resource}`];
  if (!forChat) throw new Refusal(404, 'There is no such resource');
  forChat(account, chat, call);
}
