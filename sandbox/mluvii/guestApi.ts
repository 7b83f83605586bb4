import { z } from 'zod';
import type { ReadRequest } from '../request';
import type { Answer } from './answer';
import type { GuestOptions, MluviiGuest } from './guest';

const options = z.strictObject({
  language: z.string().optional(),
  source: z.string().optional(),
  callParams: z.record(z.string(), z.string()).optional(),
});
const acts = {
  say: z.strictObject({ text: z.string().min(1) }),
  click: z.strictObject({ value: z.union([z.string(), z.number()]) }),
  submit: z.strictObject({ params: z.record(z.string(), z.string()) }),
  upload: z.strictObject({ fileUrl: z.url() }),
  leave: z.strictObject({}),
} as const;

/**
 * Guests for whoever is in another process: `POST /guest` starts one, `GET /guest/{id}` tells what it sees, and
 * `POST /guest/{id}/say` (or click, submit, upload, leave) acts. No part of mluvii.
 */
export class GuestApi {
  private readonly guests = new Map<string, MluviiGuest>();

  constructor(private readonly start: (options: GuestOptions) => Promise<MluviiGuest>) {}

  async handle(request: ReadRequest): Promise<Answer> {
    const [, id, act] = request.segments;
    if (id === undefined) return this.begin(request);
    const guest = this.guests.get(id);
    if (!guest) return { status: 404 };
    if (act === undefined) return { status: 200, json: JSON.parse(JSON.stringify({ place: guest.place(), seen: guest.seen() })) };
    if (!(act in acts) || request.method !== 'POST') return { status: 404 };
    const name = act as keyof typeof acts;
    const parsed = acts[name].safeParse(request.json ?? {});
    if (!parsed.success) return { status: 400, json: { message: parsed.error.issues.map(({ message }) => message).join('; ') } };
    try {
      await perform(guest, parsed.data);
      return { status: 204 };
    } catch (error) {
      return { status: 409, json: { message: error instanceof Error ? error.message : 'it cannot be done' } };
    }
  }

  private async begin(request: ReadRequest): Promise<Answer> {
    if (request.method !== 'POST') return { status: 405 };
    const parsed = options.safeParse(request.json ?? {});
    if (!parsed.success) return { status: 400, json: { message: parsed.error.issues.map(({ message }) => message).join('; ') } };
    const { language, source, callParams } = parsed.data;
    const guest = await this.start({
      ...(language !== undefined && { language }),
      ...(source !== undefined && { source }),
      ...(callParams !== undefined && { callParams }),
    });
    this.guests.set(String(guest.sessionId), guest);
    return { status: 201, json: { sessionId: guest.sessionId } };
  }
}

function perform(guest: MluviiGuest, act: z.infer<(typeof acts)[keyof typeof acts]>): Promise<void> {
  if ('text' in act) return guest.say(act.text);
  if ('value' in act) return guest.click(act.value);
  if ('params' in act) return guest.submit(act.params);
  if ('fileUrl' in act) return guest.upload(act.fileUrl);
  return guest.leave();
}
