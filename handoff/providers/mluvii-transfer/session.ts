/** The session at the operators' is the customer's own. */
export type MluviiTransferSession = {
  /** The channel's id of the customer. */
  customerId: string;
};
