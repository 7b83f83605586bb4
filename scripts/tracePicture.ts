import { writeFileSync } from 'node:fs';
import { OtlpReceiver } from './tracing/otlpReceiver';
import { waterfall } from './tracing/waterfall';

/*
 * node dist/scripts/tracePicture.js [port] [file]
 *
 * Takes the traces of a bot that was started with OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318 and keeps drawing the trace of
 * the newest handoff to the file (trace.html) while it grows.
 */
async function main(port = 4318, file = 'trace.html'): Promise<void> {
  const receiver: OtlpReceiver = await OtlpReceiver.start(port, () => {
    const newest = receiver.spans.findLast(({ name }) => name === 'handoff.initiate');
    if (newest) writeFileSync(file, waterfall(receiver.trace(newest.traceId)));
  });
  console.log(`Listening on ${receiver.url}; the newest handoff is drawn to ${file}. Stop with Ctrl+C.`);
}

const [port, file] = process.argv.slice(2);
void main(port === undefined ? undefined : Number(port), file);
