// How wide a text will be in a chart's small letters.

export const kFont =
  '11px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", Arial, sans-serif';

let context: CanvasRenderingContext2D | null | undefined;

export function textWidth(text: string): number {
  context ??= document.createElement('canvas').getContext('2d');
  if (!context) return text.length * 6;
  context.font = kFont;
  return context.measureText(text).width;
}

export function fitText(text: string, room: number): string {
  if (textWidth(text) <= room) return text;
  let keep = Math.floor((text.length * room) / Math.max(1, textWidth(text)));
  while (keep > 1 && textWidth(`${text.slice(0, keep)}…`) > room) keep--;
  return `${text.slice(0, Math.max(1, keep)).trimEnd()}…`;
}
