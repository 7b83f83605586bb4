import pino from 'pino';
import { traceFields } from './telemetry';

/** Fields of a log line: ids, counts, durations, codes. Never message text, names, tokens (promise 8). */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** The structured log every part gets passed in. Messages are constant sentences; what varies goes into the fields. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A log whose lines all carry these fields. */
  child(fields: LogFields): Log;
}

/** Writes JSON lines to standard output, or where it is told to, each with the trace it belongs to, or readable lines when `pretty` is set (development only). */
export function createLog(options: { level: string; pretty?: boolean; destination?: { write(line: string): void } }): Log {
  const target = options.pretty
    ? pino({
        level: options.level,
        transport: { target: 'pino-pretty', options: { ignore: 'pid,hostname', translateTime: 'HH:MM:ss' } },
      })
    : pino(
        { level: options.level, base: null, timestamp: pino.stdTimeFunctions.isoTime, mixin: traceFields },
        options.destination ?? pino.destination(1),
      );
  return wrap(target);
}

/** A log that keeps nothing; for tests and tools that report by other means. */
export const silentLog: Log = wrap(pino({ level: 'silent' }));

/** The code or class name of a failure, safe to log: messages may quote what a customer wrote. */
export function errorCode(error: unknown): string {
  if (error instanceof Error) {
    const code = (error as { code?: unknown }).code;
    return typeof code === 'string' || typeof code === 'number' ? String(code) : error.name;
  }
  return typeof error;
}

/** A child keeps nothing but its fields: there is one for each open chat, and most of them never say anything. */
function wrap(logger: pino.Logger, own: LogFields = {}): Log {
  return {
    debug: (message, fields) => logger.debug({ ...own, ...fields }, message),
    info: (message, fields) => logger.info({ ...own, ...fields }, message),
    warn: (message, fields) => logger.warn({ ...own, ...fields }, message),
    error: (message, fields) => logger.error({ ...own, ...fields }, message),
    child: (fields) => wrap(logger, { ...own, ...fields }),
  };
}
