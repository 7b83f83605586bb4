import type { Target } from './report';

const higher = (first: number, then: number): Target => ({ first, then, better: 'higher' });
const lower = (first: number, then: number): Target => ({ first, then, better: 'lower' });

/** What the product is measured against: ratios to the limit of the same run, and absolute figures. */
export const targets = {
  toDesk: higher(0.25, 0.4),
  toCustomer: higher(0.25, 0.4),
  answer: higher(0.13, 0.2),
  addedP50InMs: lower(5, 2),
  addedP99InMs: lower(50, 15),
  chatInKb: lower(25, 16),
  chatOverTlsInKb: lower(75, 65),
  idleCpuPercent: lower(10, 7),
  /** Cost per message with 10,000 open chats, of that with 100. */
  growth: lower(1.2, 1.1),
  healthyInMs: lower(1500, 800),
  idleInMb: lower(160, 110),
} satisfies Record<string, Target>;
