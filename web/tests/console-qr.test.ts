import assert from 'node:assert/strict';
import { test } from 'node:test';
import jsQR from 'jsqr';
import { qrCode } from '../console/qr/code';
import { outlineOf } from '../console/qr/picture';

/** What an independent reader makes of the code, drawn with four pixels a module. */
function read(text: string): string | undefined {
  const code = qrCode(text);
  const scale = 4;
  const quiet = 4;
  const size = (code.length + 2 * quiet) * scale;
  const pixels = new Uint8ClampedArray(size * size * 4).fill(255);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const isDark = code[Math.floor(y / scale) - quiet]?.[Math.floor(x / scale) - quiet] ?? false;
      if (isDark) pixels.fill(0, (y * size + x) * 4, (y * size + x) * 4 + 3);
    }
  }
  return jsQR(pixels, size, size)?.data;
}

test('A reader finds the address of a second factor in its code', () => {
  const uri =
    'otpauth://totp/Casement:ada%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Casement&algorithm=SHA1&digits=6&period=30';
  assert.equal(read(uri), uri);
});

test('Every size of code can be read, with one block and with many', () => {
  let sizes = 0;
  let before = 0;
  for (let length = 1; length <= 900; length += 7) {
    const text = 'Aé9-'.repeat(Math.ceil(length / 4)).slice(0, length);
    const size = qrCode(text).length;
    if (size === before) continue;
    before = size;
    sizes += 1;
    assert.equal(read(text), text, `${length} letters, ${size} modules`);
  }
  assert.ok(sizes >= 18, `${sizes} sizes were tried`);
});

test('A code has the smallest size that its text fits in', () => {
  assert.equal(qrCode('x'.repeat(14)).length, 21);
  assert.equal(qrCode('x'.repeat(15)).length, 25);
  assert.equal(qrCode('x'.repeat(2331)).length, 177);
});

test('A text that no code can hold is refused', () => {
  assert.throws(() => qrCode('x'.repeat(2332)), RangeError);
});

test('The picture draws as many dark modules as the code has', () => {
  const code = qrCode('https://casement.example/');
  const drawn = [...outlineOf(code).matchAll(/h(\d+)v/g)].reduce(
    (sum, [, width]) => sum + Number(width),
    0,
  );
  assert.equal(drawn, code.flat().filter(Boolean).length);
});
