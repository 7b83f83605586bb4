/**
 * Refusals of a channel that say nothing about the next attempt. Teams means "again, later" by 412, too
 * (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit).
 */
export const passingStatuses: ReadonlySet<number> = new Set([401, 408, 409, 412, 425, 429]);
