/** The number of the contract between service and clients. Without zod, so that the service can start without it. */

/**
 * The contract that this version speaks. Every status body, health body and WebSocket message of the service carries it. It
 * grows when a client that knows less could misread a message: such a client then shows no numbers as current. Fields and
 * enum values may be added without a new contract.
 */
export const CONTRACT = 2;

/** The contract of services that send none. */
export const FIRST_CONTRACT = 1;
