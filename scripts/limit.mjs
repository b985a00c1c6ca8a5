// What the tab may weigh on a first visit, in brotli, in bytes (1 kB = 1,000 bytes): everything, and of it WebAssembly.
export const LIMIT = { all: 130_000, wasm: 110_000 };
// What checks a receipt on its own page, which loads it with the first receipt.
export const CHECKER = 120_000;
