/** Whether dark letters are easier to read on it than white ones. */
export function isPale(color: string): boolean {
  const match = /^#([0-9a-f]{6})$/i.exec(color);
  if (!match) return false;
  const value = parseInt(match[1] ?? '', 16);
  return 0.299 * (value >> 16) + 0.587 * ((value >> 8) & 255) + 0.114 * (value & 255) > 145;
}
