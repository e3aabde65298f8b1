// A QR code as a picture: dark on light in both themes, since readers expect it so.
import { useMemo } from 'preact/hooks';
import { qrCode, type QrCode } from './code';

const kQuiet = 4;

/** One path: a stroke of dark modules at a time. */
export function outlineOf(code: QrCode): string {
  let path = '';
  code.forEach((row, y) => {
    for (let x = 0; x < row.length; x++) {
      if (!row[x]) continue;
      const from = x;
      while (row[x + 1]) x += 1;
      path += `M${from + kQuiet} ${y + kQuiet}h${x - from + 1}v1h-${x - from + 1}z`;
    }
  });
  return path;
}

export function QrPicture({ text, label }: { text: string; label: string }) {
  const code = useMemo(() => qrCode(text), [text]);
  const size = code.length + 2 * kQuiet;
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}>
      <rect width={size} height={size} fill="#ffffff" />
      <path d={outlineOf(code)} fill="#000000" shape-rendering="crispEdges" />
    </svg>
  );
}
