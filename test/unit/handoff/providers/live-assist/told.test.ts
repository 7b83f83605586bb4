import { createPublicKey, verify } from 'node:crypto';
import type { JsonObject } from '../../../../../common/json';
import { contextData } from '../../../../../handoff/providers/live-assist/contextData';
import { readContextKeys } from '../../../../../handoff/providers/live-assist/contextKeys';
import { signContext } from '../../../../../handoff/providers/live-assist/contextToken';
import { preChatLines } from '../../../../../handoff/providers/live-assist/preChatLines';
import { newKeyPair } from '../../../../../sandbox/live-assist';
import { fixture, request } from './fixture';

describe('what the agent is told', () => {
  it('is the context of the vendor’s samples, with the chat activity’s id of the seed', () => {
    expect(contextData(request, { skill: 'cards' })).toEqual(
      (fixture('context-claims') as { contextData: JsonObject }).contextData,
    );
  });

  it('leaves out what is not known, and vouches for nothing without a sign-in', () => {
    const { chatActivityId: _, sourcePageUrl: __, ...rest } = request;
    const stranger = {
      ...rest,
      topic: '',
      customer: { id: 'u', name: 'Ada', isAuthenticated: false },
      fields: {},
      transcript: [],
    };
    expect(contextData(stranger, {})).toEqual({
      customer: { firstName: { value: 'Ada', isAsserted: false }, language: { value: 'en-US', isAsserted: false } },
      additionalData: { channel: { value: 'webchat', isAsserted: false }, handoffId: { value: 'handoff-1', isAsserted: false } },
    });
  });

  it('before the chat is what was said, the bot marked, the topic last', () => {
    expect(preChatLines(request)).toEqual(
      (fixture('chat-request')['request'] as { preChatLines: { line: string[] } }).preChatLines.line,
    );
  });

  it('names no customer whose name could be taken for the end of a name', () => {
    const [line] = preChatLines({ ...request, customer: { ...request.customer, name: 'Ada: +Bot:\nx' } });
    expect(line).toBe('2026-05-04T10:14:00.000Z Ada +Bot x: The machine kept my card');
  });

  it('keeps the newest of a long past, cuts a long line between characters, and skips what has no words', () => {
    const entry = (text: string) => ({ at: '2026-05-04T10:14:00.000Z', from: 'agent' as const, text });
    const lines = preChatLines({
      ...request,
      topic: ' ',
      transcript: [...Array.from({ length: 300 }, (_, at) => entry(`${at}`)), entry(' ')],
    });
    expect([lines.length, lines[0], lines.at(-1)]).toEqual([
      200,
      '2026-05-04T10:14:00.000Z Agent: 100',
      '2026-05-04T10:14:00.000Z Agent: 299',
    ]);
    const [cut] = preChatLines({ ...request, transcript: [entry(`${'x'.repeat(3_998)}😀yy`)] });
    expect(cut?.slice(-3)).toBe('xx…');
  });

  it('shows cards by their words and files by their names', () => {
    const card = {
      contentType: 'x',
      content: { type: 'AdaptiveCard', body: [{ text: 'Which card?' }], actions: [{ title: 'Debit', data: { text: 'no' } }] },
    };
    const file = { name: 'card.png', contentType: 'image/png', url: 'https://channel.example/1' };
    const transcript = [{ at: '2026-05-04T10:14:00.000Z', from: 'bot' as const, text: '', cards: [card], files: [file] }];
    expect(preChatLines({ ...request, topic: '', transcript })).toEqual([
      '2026-05-04T10:14:00.000Z +Bot: Which card? · Debit\n[card.png]',
    ]);
  });
});

describe('the signature', () => {
  const { privateKey, publicKey } = newKeyPair();
  const [key] = readContextKeys(privateKey);
  const claims = { contextId: '4294967522', contextData: { skill: { value: 'cards' } } };

  it('is RS256 over exactly the two claims', () => {
    const [head = '', payload = '', signature = ''] = signContext(claims, key!).split('.');
    const text = (part: string) => Buffer.from(part, 'base64url').toString();
    expect(JSON.parse(text(head))).toEqual({ alg: 'RS256', typ: 'JWT' });
    expect(JSON.parse(text(payload))).toEqual(claims);
    const bytes = Buffer.from(signature, 'base64url');
    expect(verify('RSA-SHA256', Buffer.from(`${head}.${payload}`), createPublicKey(publicKey), bytes)).toBe(true);
    expect(verify('RSA-SHA256', Buffer.from(`${head}.${payload}x`), createPublicKey(publicKey), bytes)).toBe(false);
  });
});
