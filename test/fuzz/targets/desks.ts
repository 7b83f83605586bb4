import fc from 'fast-check';
import { isoTime, systemClock } from '../../../common/clock';
import type { HttpResponse } from '../../../common/http';
import { isJsonObject, type JsonValue } from '../../../common/json';
import { silentLog } from '../../../common/log';
import { toHandoffError as toEightError } from '../../../handoff/providers/8x8/errors';
import { agentIdOf, toEvent as toEightEvent } from '../../../handoff/providers/8x8/events';
import { wordsOf } from '../../../handoff/providers/8x8/history';
import { readTransmission as readEightTransmission } from '../../../handoff/providers/8x8/signature';
import { readEnvelope as readEightEnvelope } from '../../../handoff/providers/8x8/webhookBody';
import { toHandoffError as toCcaipError } from '../../../handoff/providers/ccaip/errors';
import { isUnnamedAgent, toEvent as toCcaipEvent } from '../../../handoff/providers/ccaip/events';
import { checkAge, isSigned, readTransmission } from '../../../handoff/providers/ccaip/signature';
import { readEnvelope } from '../../../handoff/providers/ccaip/webhookBody';
import { chatOf } from '../../../handoff/providers/ccaip/wire';
import { settingsSchema } from '../../../handoff/providers/mluvii';
import { Presences } from '../../../handoff/providers/mluvii/presence';
import { receive } from '../../../handoff/providers/mluvii/receive';
import { Registrations } from '../../../handoff/providers/mluvii/registration';
import { MemoryKept } from '../../contract/provider/memoryKept';
import { damaged, fixtures, headersOf, jsonOf, textOf } from '../inputs';
import { target } from '../target';

const stamp = { eventId: 'e', at: '2026-01-05T09:00:00.000Z' };

export const errorAnswers = fc
  .tuple(
    fc.integer({ min: 100, max: 599 }),
    headersOf('retry-after', 'content-type'),
    jsonOf(['errors', 'code', 'message', 'error', 'referenceId', 'validations']),
  )
  .map(([status, headers, json]): HttpResponse => {
    const text = JSON.stringify(json);
    const told = Object.fromEntries(
      Object.entries(headers).filter((header): header is [string, string] => header[1] !== undefined),
    );
    return { status, headers: told, json, text, bytes: Buffer.from(text) };
  });

const mluviiPassword = 'a-password-long-enough';
const settings = settingsSchema.parse({ MLUVII_WEBHOOK_USER: 'mluvii', MLUVII_WEBHOOK_PASSWORD: mluviiPassword });
const authorization = `Basic ${Buffer.from(`mluvii:${mluviiPassword}`).toString('base64')}`;

function receiveMluvii([path, body]: [string, JsonValue]): unknown {
  const kept = new MemoryKept();
  const deps = {
    settings,
    registrations: new Registrations(settings, kept),
    presences: new Presences(kept),
    clock: systemClock,
    log: silentLog,
  };
  return receive(deps, {
    method: 'POST',
    path,
    query: {},
    headers: { authorization },
    rawBody: Buffer.from(JSON.stringify(body)),
  });
}

export const deskTargets = [
  target(
    'an event of 8x8',
    damaged(fixtures('8x8')),
    (body) => {
      const envelope = readEightEnvelope(body);
      const at = isoTime(envelope.happenedAt ?? 0);
      return { at, agent: agentIdOf(envelope), converted: toEightEvent(envelope, stamp, undefined) };
    },
    ['WebhookRejected'],
  ),
  target(
    'the signature of 8x8',
    headersOf(
      'x-8x8-signature',
      'x-8x8-event-id',
      'x-8x8-customer-id',
      'x-8x8-tenant-id',
      'x-8x8-transmission-time',
      'x-8x8-retry',
    ),
    (headers) =>
      readEightTransmission(
        {
          'x-8x8-event-id': 'e',
          'x-8x8-customer-id': 'c',
          'x-8x8-tenant-id': 't',
          'x-8x8-transmission-time': '1',
          'x-8x8-retry': '0',
          ...headers,
        },
        Buffer.from('{}'),
      ).keyId,
    ['WebhookRejected'],
  ),
  target('a failure of 8x8', errorAnswers, (answer) => toEightError(answer, 'conversation', 0).detail),
  target('a card of 8x8', damaged(fixtures('8x8')), (card) => (isJsonObject(card) ? wordsOf(card) : '')),
  target(
    'an event of CCAIP',
    damaged(fixtures('ccaip')),
    (body) => {
      const envelope = readEnvelope(body, Buffer.from('x'));
      const at = isoTime(envelope.happenedAt ?? 0);
      return { at, unnamed: isUnnamedAgent(envelope), converted: toCcaipEvent(envelope, stamp, undefined) };
    },
    ['WebhookRejected'],
  ),
  target('a chat of CCAIP', damaged(fixtures('ccaip')), (chat) => chatOf(chat)),
  target('a failure of CCAIP', errorAnswers, (answer) => toCcaipError(answer, 'chat', 0).detail),
  target(
    'the signature of CCAIP',
    fc.tuple(textOf('primary=', 'secondary=', 'AAAA', '==', ' ', ','), textOf('2026-01-05T09:00:00Z', '1767603600')),
    ([signature, timestamp]) => {
      const transmission = readTransmission({ 'x-signature': signature, 'x-signature-timestamp': timestamp });
      if (isSigned(transmission, Buffer.from('{}'), ['secret'])) throw new Error('a forged call counts as signed');
      checkAge(transmission, 1_767_603_600_000, 300_000);
    },
    ['WebhookRejected'],
  ),
  target(
    'a call of mluvii',
    fc.tuple(fc.constantFrom('/activity', '/registration'), damaged(fixtures('mluvii'))),
    receiveMluvii,
    ['WebhookRejected'],
  ),
];
