import type { JsonObject } from '../../common/json';

/** An alert on what the bot itself measures, as a query over its metrics in Application Insights. */
export interface LogAlert {
  /** Behind the environment's name; docs/watching.md says what to do. */
  name: string;
  title: string;
  says: string;
  severity: 1 | 2 | 3;
  query: string;
  /** How far back the query looks, and how often, as ISO durations. */
  windowSize: string;
  evaluationFrequency: string;
  /** It is told of when the query brings more rows than this. */
  moreRowsThan: number;
}

const reading = (name: string) => `customMetrics | where name == '${name}'`;

/** Counters arrive as the sum of a minute, gauges as a reading per minute and instance. */
export const logAlerts: readonly LogAlert[] = [
  {
    name: 'given-up',
    title: 'Messages or records were given up',
    says: 'A desk, the channel or Dynamics did not take something for so long that it was given up. The operator can send it again.',
    severity: 2,
    query: `${reading('switchboard.dead_letters')} and value > 0`,
    windowSize: 'PT15M',
    evaluationFrequency: 'PT5M',
    moreRowsThan: 0,
  },
  {
    name: 'nobody-accepts',
    title: 'Customers find no agent',
    says: 'Three handoffs or more, and nearly a third of all, were taken by nobody.',
    severity: 2,
    query:
      "customMetrics | where name in ('switchboard.handoffs.failed', 'switchboard.handoffs.requested') | summarize failed = sumif(value, name == 'switchboard.handoffs.failed'), requested = sumif(value, name == 'switchboard.handoffs.requested') | where failed >= 3 and failed > 0.3 * requested",
    windowSize: 'PT30M',
    evaluationFrequency: 'PT15M',
    moreRowsThan: 0,
  },
  {
    name: 'desk-left-alone',
    title: 'A desk is left alone',
    says: 'Calls to a desk fail for minutes; new chats go to other routes.',
    severity: 1,
    query: `${reading('switchboard.desk.circuit')} and value == 2`,
    windowSize: 'PT10M',
    evaluationFrequency: 'PT5M',
    moreRowsThan: 3,
  },
  {
    name: 'records-behind',
    title: 'Records wait for Dynamics',
    says: 'Records of chats wait for more than a quarter of an hour. Chats go on.',
    severity: 3,
    query: `${reading('switchboard.ledger.lag')} and value > 900`,
    windowSize: 'PT15M',
    evaluationFrequency: 'PT5M',
    moreRowsThan: 3,
  },
  {
    name: 'turns-fail',
    title: 'Turns of customers fail',
    says: 'Customers read an apology instead of an answer.',
    severity: 1,
    query: `${reading('switchboard.turn.duration')} and tostring(customDimensions.outcome) == 'failed'`,
    windowSize: 'PT10M',
    evaluationFrequency: 'PT5M',
    moreRowsThan: 0,
  },
];

const insights = "resourceId('Microsoft.Insights/components', variables('insightsName'))";
const operators = "resourceId('Microsoft.Insights/actionGroups', variables('actionGroupName'))";

/** The rules as resources of the template. */
export function logAlertResources(): JsonObject[] {
  return logAlerts.map(({ name, title, says, severity, query, windowSize, evaluationFrequency, moreRowsThan }) => ({
    type: 'Microsoft.Insights/scheduledQueryRules',
    apiVersion: '2023-12-01',
    name: `[concat(parameters('name'), '-${name}')]`,
    location: "[parameters('location')]",
    kind: 'LogAlert',
    dependsOn: [`[${insights}]`, `[${operators}]`],
    properties: {
      displayName: title,
      description: says,
      severity,
      enabled: true,
      autoMitigate: true,
      scopes: [`[${insights}]`],
      evaluationFrequency,
      windowSize,
      criteria: {
        allOf: [
          {
            query,
            timeAggregation: 'Count',
            operator: 'GreaterThan',
            threshold: moreRowsThan,
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 },
          },
        ],
      },
      actions: { actionGroups: [`[${operators}]`] },
    },
  }));
}
