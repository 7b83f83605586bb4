import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent, request } from 'undici';
import { serve } from '../run/serve';
import type { ReceiverMethods } from './receiver';

/**
 * The limit everything is compared with: the least that any receiver of activities has to do in Node. One POST in, its
 * JSON parsed, one POST out, and the answer.
 */
const agent = new Agent({ connections: 64 });
const server = createServer((incoming, response) => {
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  incoming.on('end', () => {
    void reply(Buffer.concat(chunks)).then(() =>
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 2 }).end('{}'),
    );
  });
});
server.keepAliveTimeout = 120_000;

async function reply(body: Buffer): Promise<void> {
  const activity = JSON.parse(body.toString('utf8')) as {
    id: string;
    serviceUrl: string;
    text: string;
    conversation: { id: string };
    from: object;
    recipient: object;
  };
  const { conversation, from, recipient, text } = activity;
  const path = `/v3/conversations/${encodeURIComponent(conversation.id)}/activities/${encodeURIComponent(activity.id)}`;
  const response = await request(activity.serviceUrl + path, {
    dispatcher: agent,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ type: 'message', text, conversation, from: recipient, recipient: from, replyToId: activity.id }),
  });
  await response.body.json();
}

server.listen(0, '127.0.0.1', () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const methods: ReceiverMethods = { address: async () => url };
  serve(methods);
});
