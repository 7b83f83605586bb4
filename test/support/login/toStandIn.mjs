// Preloaded into a process under test: what it would say to Microsoft's login goes to the stand-in on this machine, by TLS as ever.
import tls from 'node:tls';

const hosts = (process.env['LOGIN_STAND_IN_HOSTS'] ?? '').split(',');
const port = Number(process.env['LOGIN_STAND_IN_PORT']);
const { connect } = tls;

tls.connect = (...call) => {
  const [options, ...rest] = call;
  const host = options?.servername ?? options?.host ?? options?.hostname;
  if (!hosts.includes(host)) return connect(...call);
  const { path: _path, lookup: _lookup, ...others } = options;
  return connect({ ...others, host: '127.0.0.1', port, servername: host }, ...rest);
};
