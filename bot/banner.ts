/** What a bot author reads when everything runs. */
export function banner(botUrl: string, pages: { desk: string; records: string }): string {
  return `
Switchboard is running with its sandbox; no cloud account is needed.

  Be the customer    ${botUrl}/
  Be the agent       ${pages.desk}/
  See the records    ${pages.records}/
  Agent beside a CRM ${botUrl}/agent-host

  Bot Framework Emulator and Agents Playground: ${botUrl}/api/messages (no app id)

Ask a question in your own words, then ask for a person, and answer as the agent.
Ctrl-C stops everything.

`;
}
