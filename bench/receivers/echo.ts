import type { AddressInfo } from 'node:net';
import { CloudAdapter, ConfigurationBotFrameworkAuthentication } from 'botbuilder';
import { createServer, plugins } from 'restify';
import { serve } from '../run/serve';
import type { ReceiverMethods } from './receiver';

/** The bot a user of the SDK would write first: botbuilder's own adapter on restify, as its samples have it, echoing. */
const adapter = new CloudAdapter(new ConfigurationBotFrameworkAuthentication({ MicrosoftAppId: '' }));
const server = createServer();
server.use(plugins.bodyParser());
server.post('/api/messages', async (request, response) => {
  // The SDK's own example passes restify's objects as they are; only its types see a difference.
  await adapter.process(request as never, response as never, async (context) => {
    await context.sendActivity(context.activity.text);
  });
});
server.server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () => {
  const url = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  const methods: ReceiverMethods = { address: async () => url };
  serve(methods);
});
