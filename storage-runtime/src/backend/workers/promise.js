// Promises as wasm waits for them.

/**
 * Tells what a promise comes to: by one function for all promises. A closure of wasm for each is registered for
 * finalization, and that makes garbage collection take longer than all else that a short call does here.
 *
 * @param {PromiseLike<unknown>} promise
 * @param {number} ticket
 * @param {(ticket: number, isFulfilled: boolean, value: unknown) => void} settled
 */
export function watch(promise, ticket, settled) {
  promise.then(
    (value) => settled(ticket, true, value),
    (reason) => settled(ticket, false, reason),
  );
}

/**
 * A promise, and what settles it: without a closure of wasm that gets both.
 *
 * @returns {{ promise: Promise<unknown>, resolve: (value: unknown) => void }}
 */
export function deferred() {
  return Promise.withResolvers();
}
