/**
 * Runs before each test file. restify changes `writeHead` for the whole process, and jest gives the same Node modules to all files
 * of a worker: what one file loaded must not change the servers of the next.
 */
const { ServerResponse } = require('node:http');

const original = Symbol.for('switchboard.test.writeHead');
ServerResponse.prototype[original] ??= ServerResponse.prototype.writeHead;
ServerResponse.prototype.writeHead = ServerResponse.prototype[original];
