// Reed-Solomon over GF(2^8) with the polynomial of QR codes, x^8 + x^4 + x^3 + x^2 + 1.

const kExponents = new Uint8Array(510);
const kLogarithms = new Uint8Array(256);
for (let power = 0, value = 1; power < 255; power++) {
  kExponents[power] = value;
  kExponents[power + 255] = value;
  kLogarithms[value] = power;
  value = (value << 1) ^ (value > 127 ? 0x11d : 0);
}

function multiply(a: number, b: number): number {
  if (a === 0 || b === 0) return 0;
  return kExponents[(kLogarithms[a] ?? 0) + (kLogarithms[b] ?? 0)] ?? 0;
}

/** Coefficients of (x - 2^0)(x - 2^1)…, highest first, without the leading one. */
function generator(degree: number): Uint8Array {
  let product = Uint8Array.of(1);
  for (let root = 0; root < degree; root++) {
    const next = new Uint8Array(product.length + 1);
    product.forEach((coefficient, at) => {
      next[at] = (next[at] ?? 0) ^ coefficient;
      next[at + 1] = (next[at + 1] ?? 0) ^ multiply(coefficient, kExponents[root] ?? 0);
    });
    product = next;
  }
  return product.subarray(1);
}

/** The words that let a reader mend `data`. */
export function correctionOf(data: Uint8Array, count: number): Uint8Array {
  const divisor = generator(count);
  const rest = new Uint8Array(count);
  for (const word of data) {
    const factor = word ^ (rest[0] ?? 0);
    rest.copyWithin(0, 1);
    rest[count - 1] = 0;
    divisor.forEach((coefficient, at) => {
      rest[at] = (rest[at] ?? 0) ^ multiply(coefficient, factor);
    });
  }
  return rest;
}
