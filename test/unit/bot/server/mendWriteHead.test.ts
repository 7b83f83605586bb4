import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import 'restify';
import { mendWriteHead } from '../../../../bot/server/mendWriteHead';

it('lets other servers of the process chain their calls although restify is loaded', async () => {
  mendWriteHead();
  mendWriteHead();
  const server = createServer((_request, response) => {
    response.writeHead(201, { 'x-a': 'b' }).end('chained');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  expect([answer.status, answer.headers.get('x-a'), await answer.text()]).toEqual([201, 'b', 'chained']);
  server.close();
});
