/**
 * Reads what the contact center's adapters post to the page around them: a JSON text `{type, data}`. Whatever is not one of the
 * documented events is told apart, so that a newer adapter does no harm.
 */

const agent = { agentId: 'agent_id', agentCustomId: 'agent_custom_id', agentEmail: 'agent_email' };
const session = {
  chatId: 'chat_id',
  callId: 'call_id',
  sessionType: 'session_type',
  queueId: 'queue_id',
  queuePath: 'queue_path',
  campaignId: 'campaign_id',
  campaignName: 'campaign_name',
  virtualAgentId: 'virtual_agent_id',
};
const side = (name) => ({
  [`${name}AgentId`]: `${name}_agent_id`,
  [`${name}AgentCustomId`]: `${name}_agent_custom_id`,
  [`${name}AgentEmail`]: `${name}_agent_email`,
  [`${name}QueueId`]: `${name}_queue_id`,
  [`${name}QueuePath`]: `${name}_queue_path`,
});
const cobrowse = {
  cobrowseSessionId: 'cobrowse_session_id',
  requestedBy: 'cobrowse_session_requested_by',
  endedBy: 'cobrowse_session_ended_by',
  remoteControl: 'cobrowse_session_remote_control',
  fullDevice: 'cobrowse_session_full_device',
};
/** Values passed on as they are: what the customer's page, the phone call or a virtual agent sent along. */
const passed = {
  vaDataParameters: 'va_data_parameters',
  sessionVariable: 'session_variable',
  customSipHeaders: 'custom_sip_headers',
  customDataSecured: 'custom_data_secured',
  customDataNotSecured: 'custom_data_not_secured',
};

const chatOrCall = { ...session, ...agent };

/** Each event: what it is called for people, and its members (ours → theirs). `needs`: one of these, or it is no such event. */
const known = {
  Agent_Login: { label: 'You are signed in', members: agent, needs: ['agentId'] },
  Agent_Logout: { label: 'You are signed out', members: agent, needs: ['agentId'] },
  New_Chat: { label: 'Chat picked up', members: chatOrCall, needs: ['chatId'] },
  Active_Chat: { label: 'Chat in front', members: chatOrCall, needs: ['chatId'] },
  End_Chat: { label: 'Chat ended', members: chatOrCall, needs: ['chatId'] },
  Dismissed_Chat: { label: 'Chat closed', members: chatOrCall, needs: ['chatId'] },
  Chat_Inbound_Message: { label: 'Message from the customer', members: { ...chatOrCall, message: 'message' }, needs: ['chatId'] },
  Chat_Outbound_Message: { label: 'Message to the customer', members: { ...chatOrCall, message: 'message' }, needs: ['chatId'] },
  New_Call: { label: 'Call answered', members: chatOrCall, needs: ['callId'] },
  End_Call: { label: 'Call ended', members: chatOrCall, needs: ['callId'] },
  Call_Redaction_Started: { label: 'Recording paused', members: chatOrCall, needs: ['callId'] },
  Call_Redaction_Stopped: { label: 'Recording goes on', members: chatOrCall, needs: ['callId'] },
  Call_Redaction_Changed: { label: 'Recording paused or going on', members: chatOrCall, needs: ['callId'] },
  Transfer_Chat: { label: 'Chat transferred', members: { ...chatOrCall, ...side('from'), ...side('to') }, needs: ['chatId'] },
  Transfer_Call: { label: 'Call transferred', members: { ...chatOrCall, ...side('from'), ...side('to') }, needs: ['callId'] },
  Party_Added: {
    label: 'Somebody joined',
    members: { ...chatOrCall, partyType: 'type', endUserId: 'end_user_id' },
    needs: ['chatId', 'callId'],
  },
  Agent_Joined_Chat: { label: 'Agent connected to the chat', members: chatOrCall, needs: ['chatId'] },
  Agent_Joined_Call: { label: 'Agent connected to the call', members: chatOrCall, needs: ['callId'] },
  Cobrowse_Session_Started: { label: 'Co-browsing began', members: { ...chatOrCall, ...cobrowse }, needs: ['cobrowseSessionId'] },
  Cobrowse_Session_Remote_Control_Changed: {
    label: 'Co-browsing: remote control',
    members: { ...chatOrCall, ...cobrowse },
    needs: ['cobrowseSessionId'],
  },
  Cobrowse_Session_Full_Device_Changed: {
    label: 'Co-browsing: whole device',
    members: { ...chatOrCall, ...cobrowse },
    needs: ['cobrowseSessionId'],
  },
  Cobrowse_Session_Ended: { label: 'Co-browsing ended', members: { ...chatOrCall, ...cobrowse }, needs: ['cobrowseSessionId'] },
  Agent_Assist_Started: {
    label: 'Agent Assist started',
    members: {
      conversationId: 'conversation_id',
      sessionId: 'session_id',
      queueLanguageId: 'queue_language_id',
      timestamp: 'timestamp',
      agentId: 'agent_id',
      queueId: 'queue_id',
    },
    needs: ['conversationId', 'sessionId'],
  },
  CRM_Record_Pop: { label: 'A record is to be shown', members: { recordUrl: 'recordUrl' }, needs: ['recordUrl'] },
};

export const eventTypes = Object.keys(known);

const byLowerCase = new Map(eventTypes.map((type) => [type.toLowerCase(), type]));
const longestEvent = 256 * 1024;

/**
 * The event in a message's data: `{type, label, data}` with ids as text and members that are missing or null left out. An event
 * of another type is `{type: 'unknown', name}`; what is no event at all is undefined.
 */
export function readAdapterEvent(message) {
  if (typeof message !== 'string' || message.length > longestEvent) return undefined;
  const parsed = parse(message);
  if (!isObject(parsed)) return undefined;
  // The start and stop of redaction are printed as the bare data, without saying how they are called.
  if (parsed.type === undefined) return isBareRedaction(parsed) ? readAs('Call_Redaction_Changed', parsed) : undefined;
  if (typeof parsed.type !== 'string') return undefined;
  const type = typeOf(parsed.type);
  const event = type === undefined ? undefined : readAs(type, isObject(parsed.data) ? parsed.data : {});
  return event ?? { type: 'unknown', name: parsed.type.slice(0, 80) };
}

/** `chat-135` or `call-97`: the one name a session has in records and files. Undefined for events of no session. */
export function sessionOf({ data }) {
  if (data?.chatId !== undefined) return `chat-${data.chatId}`;
  return data?.callId === undefined ? undefined : `call-${data.callId}`;
}

function typeOf(written) {
  const exact = byLowerCase.get(written.toLowerCase().replaceAll(' ', '_'));
  if (exact !== undefined || !/redaction/i.test(written)) return exact;
  if (/start/i.test(written)) return 'Call_Redaction_Started';
  return /stop|end/i.test(written) ? 'Call_Redaction_Stopped' : 'Call_Redaction_Changed';
}

function readAs(type, raw) {
  const { label, members, needs } = known[type];
  const data = {};
  for (const [name, wireName] of Object.entries(members)) {
    // Two lists of the documentation begin this member with a capital.
    const value = raw[wireName] ?? raw[wireName.replace(/^c(?=obrowse)/, 'C')];
    if (typeof value === 'string' || typeof value === 'number') data[name] = plain(name, String(value));
  }
  for (const [name, wireName] of Object.entries(passed)) if (raw[wireName] != null) data[name] = raw[wireName];
  return needs.some((name) => data[name] !== undefined) ? { type, label, data } : undefined;
}

/** `end-user` is printed beside `end_user`, and types of sessions in either case. */
function plain(name, value) {
  return ['requestedBy', 'endedBy', 'partyType'].includes(name) ? value.toLowerCase().replace('-', '_') : value;
}

function isBareRedaction(value) {
  return Object.keys(value).length === 2 && value.agent_id !== undefined && value.call_id !== undefined;
}

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    // Other scripts post to windows as well; what is not JSON is none of ours.
    return undefined;
  }
}
