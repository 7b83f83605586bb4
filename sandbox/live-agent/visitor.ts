import { type Call, Refusal, respond } from '../http';
import type { Org } from './org';

/** `Visitor/Availability`. Who is not available has no `isAvailable`. */
export function availability(org: Org, call: Call): void {
  const { options } = org;
  if (call.query.get('org_id') !== options.organizationId) throw new Refusal(400, 'org_id is missing or wrong');
  if (call.query.get('deployment_id') !== options.deploymentId) throw new Refusal(400, 'deployment_id is missing or wrong');
  const ids = (call.query.get('Availability.ids') ?? '').replace(/^\[|\]$/g, '').split(',');
  if (ids.some((id) => !/^(573|005)[A-Za-z0-9]{12}$/.test(id)))
    throw new Refusal(400, 'Availability.ids has to be a list of IDs');
  if (org.newUrl !== undefined) {
    respond(call.response, 200, { messages: [{ type: 'SwitchServer', message: { newUrl: org.newUrl } }] });
    return;
  }
  const wantsWait = call.query.get('Availability.needEstimatedWaitTime') === '1';
  const results = ids.map((id) => {
    if (!org.isStaffed || !options.buttons.some((button) => button.id === id)) return { id };
    const waiting = org.chats().filter((chat) => chat.phase === 'waiting' && chat.buttonId === id).length;
    return { id, isAvailable: true, ...(wantsWait && { estimatedWaitTime: waiting * 60 }) };
  });
  respond(call.response, 200, { messages: [{ type: 'Availability', message: { results } }] });
}
