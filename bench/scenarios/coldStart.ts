import type { Scenario } from './scenario';
export const coldStart: Scenario = async () => [];
