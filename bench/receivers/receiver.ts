/** What every receiver of turns answers. */
export type ReceiverMethods = {
  address(): Promise<string>;
};
