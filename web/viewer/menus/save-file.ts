import type { Panel } from '../api/wire';

function fileName(response: Response, panel: Panel): string {
  const header = response.headers.get('content-disposition') ?? '';
  const given = /filename="([^"/\\]+)"/.exec(header)?.[1];
  const title = (panel.title ?? '').replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '');
  return given ?? `${title || `panel-${panel.id}`}.csv`;
}

export function saveFile(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Hands a file to the browser's downloads. */
export async function saveAnswer(response: Response, panel: Panel): Promise<void> {
  saveFile(await response.blob(), fileName(response, panel));
}
