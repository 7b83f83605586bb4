// Opens the store in the file that is named and writes messages until it is killed; reports each one that was accepted.
const { transformFileSync } = require('@swc/core');

require.extensions['.ts'] = (module, file) => {
  const options = { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'commonjs' } };
  module._compile(transformFileSync(file, options).code, file);
};
const { openSqliteStore } = require('../../../store/sqlite/index.ts');

async function main() {
  const log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log };
  const store = await openSqliteStore({ file: process.argv[2], log });
  const link = { id: 'link', conversationKey: 'c', provider: 'p', request: {}, data: {} };
  await store.links.open(link, 'child', Date.now());
  for (let n = 0; ; n++) {
    const messageId = `message-${n}`;
    await store.links.append('link', 'toDesk', { messageId, payload: { text: 'x'.repeat(500) } }, Date.now());
    await store.links.update('link', 1, { data: { n } }, Date.now());
    await new Promise((resolve) => process.send(messageId, resolve));
  }
}

main().catch((error) => {
  process.send({ failed: String(error.code), message: error.message }, () => process.exit(1));
});
