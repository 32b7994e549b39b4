/** Contacts that change hands at once in an agent's queue: more than anybody calls in a day. */
export const MOST_ASSIGNED = 500;
