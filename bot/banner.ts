/** What a bot author reads when everything runs. A bot with an app id answers only clients that have its credentials. */
export function banner(botUrl: string, pages: { desk: string; records: string }, hasAppId: boolean): string {
  const customer = hasAppId ? '(not here: its page has no credentials)' : `${botUrl}/`;
  return `
Switchboard is running with its sandbox; no cloud account is needed.

  Be the customer    ${customer}
  Be the agent       ${pages.desk}/
  See the records    ${pages.records}/
  Agent beside a CRM ${botUrl}/agent-host

  Bot Framework Emulator and Agents Playground: ${botUrl}/api/messages (${hasAppId ? 'with the app id and secret' : 'no app id'})

Ask a question in your own words, then ask for a person, and answer as the agent.
Ctrl-C stops everything.

`;
}
