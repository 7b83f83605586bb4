import { isJsonObject, parseJson, wordIn } from '../../common/json';
import type { Endpoint, EndpointCall } from '../endpoints/endpoint';
import type { Route } from '../endpoints/routes';
import { CrmProblem } from '../problem';
import { type Mail, readMail } from './mail';
import { keyOf, readSessionFile } from './sessionFile';
import type { IntakeOutcome, SessionIntake } from './sessionIntake';
import { readSessionMetadata } from './sessionMetadata';

/** The routes by which session data can be handed in: pushed events, files of the external storage's layout, the mail after a session. */
export function intakeRoutes(intake: SessionIntake): Route[] {
  const route = (name: string, methods: string[], path: string, endpoint: Endpoint): Route => ({
    name,
    methods,
    path: path.split('/'),
    endpoint,
    isUpload: true,
    takesRaw: true,
  });
  return [
    route('takeSessionFile', ['PUT', 'POST'], 'sessions/files/:name', (call) => takeFile(call, intake)),
    route('takeSessionFile', ['PUT', 'POST'], 'sessions/files/:folder/:name', (call) => takeFile(call, intake)),
    route('takeSessionMail', ['POST'], 'sessions/mail', (call) => takeMail(call, intake)),
    { ...route('takeSessionEvents', ['POST', 'PUT'], 'sessions/events', (call) => takeEvents(call, intake)), isUpload: false },
  ];
}

async function takeFile({ path, signal, raw = Buffer.alloc(0) }: EndpointCall, intake: SessionIntake) {
  const { name = '', folder } = path;
  const file = readSessionFile(name, folder);
  if (!file) throw new CrmProblem('invalid', 'the name is not one of the external storage, such as chat-135.json');
  const options = { signal };
  const outcome =
    file.what === 'metadata'
      ? await intake.takeMetadata(raw, file.kind, options)
      : await intake.takeFile(file, name, raw, options);
  return { status: 200, body: { session: keyOf(file), [file.what]: outcome } } as const;
}

async function takeEvents({ signal, raw = Buffer.alloc(0) }: EndpointCall, intake: SessionIntake) {
  return { status: 200, body: { added: await intake.takeEvents(raw, { signal }) } } as const;
}

async function takeMail({ signal, raw = Buffer.alloc(0) }: EndpointCall, intake: SessionIntake) {
  const { text, attachments } = mailOf(raw);
  const bytes = Buffer.from(text.trim(), 'utf8');
  // The transcript is called after its session, which tells what kind the body's session is.
  const named = attachments.map(({ name }) => readSessionFile(name)).find((file) => file?.what === 'transcript');
  const metadata = readSessionMetadata(parseJson(text.trim()) ?? null, named?.kind);
  if (!metadata) throw new CrmProblem('invalid', 'the body of the mail is no session metadata');
  const options = { signal };
  const outcomes: Record<string, IntakeOutcome> = { metadata: await intake.takeMetadata(bytes, metadata.kind, options) };
  for (const attachment of attachments) {
    if (!/\.txt$/i.test(attachment.name)) continue;
    const file = { kind: metadata.kind, id: metadata.id, what: 'transcript' as const };
    outcomes['transcript'] = await intake.takeFile(file, `${keyOf(metadata)}.txt`, attachment.bytes, options);
  }
  return { status: 200, body: { session: keyOf(metadata), ...outcomes } } as const;
}

/** The mail as it came, or what a mail gateway makes of it: JSON with its text and attachments, or the metadata itself. */
function mailOf(raw: Buffer): Mail {
  const json = parseJson(raw.toString('utf8'));
  if (!isJsonObject(json)) {
    const mail = readMail(raw);
    if (!mail) throw new CrmProblem('invalid', 'the mail has no text');
    return mail;
  }
  const text = ['text', 'body', 'plain'].map((name) => json[name]).find((value) => typeof value === 'string');
  if (text === undefined) return { text: raw.toString('utf8'), attachments: [] };
  const given = Array.isArray(json['attachments']) ? json['attachments'].filter(isJsonObject) : [];
  return {
    text: String(text),
    attachments: given.map((one) => ({
      name: wordIn(one['filename'] ?? one['name'], 'file.txt'),
      bytes: Buffer.from(wordIn(one['content'] ?? one['contentBytes']), 'base64'),
    })),
  };
}
