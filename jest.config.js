const { availableParallelism } = require('node:os');

/** One jest project per level of test; `npm test` runs all that need nothing but Node. */
const swc = (syntax) => [
  '@swc/jest',
  { jsc: { parser: { syntax }, target: 'es2023' }, module: { type: 'commonjs' }, sourceMaps: 'inline' },
];

const esModules = [
  // of sanitize-html
  'htmlparser2',
  'domhandler',
  'domutils',
  'dom-serializer',
  'domelementtype',
  'entities',
  // of Azure's HTTP runtime
  'http-proxy-agent',
  'https-proxy-agent',
  'agent-base',
  'proxy-agent-negotiate',
];

const shared = {
  rootDir: __dirname,
  testEnvironment: 'node',
  setupFiles: ['<rootDir>/test/support/freshHttp.js'],
  transform: { '^.+\\.ts$': swc('typescript'), '^.+\\.js$': swc('ecmascript') },
  // Packages that are published as ES modules only; Node can require them, jest cannot.
  transformIgnorePatterns: [`/node_modules/(?!(?:.*/)?(?:${esModules.join('|')})/)`],
  moduleFileExtensions: ['ts', 'js', 'json'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
};
const project = (name, extra = {}) => ({
  ...shared,
  ...extra,
  displayName: name,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
});

module.exports = {
  testTimeout: 30_000,
  // Most of these tests wait for processes, so two at a time are no burden even on two processors; jest would take one.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  projects: ['unit', 'contract', 'integration', 'architecture', 'fuzz', 'e2e', 'browser', 'package'].map((name) => project(name)),
};
