// Pictures of single panels, compared with those that were looked at and kept.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Letters and edges may come out a little otherwise; a moved bar or another colour may not. */
const MOST_DIFFERENT = 0.004;
const SAME_CHANNEL = 40;

/** Runs in the page: the share of pixels that differ, or -1 where the sizes do. */
async function differentShare(kept, fresh, sameChannel) {
  const pixels = async text => {
    const image = new Image();
    image.src = `data:image/png;base64,${text}`;
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    return context.getImageData(0, 0, image.width, image.height);
  };
  const [a, b] = [await pixels(kept), await pixels(fresh)];
  if (a.width !== b.width || a.height !== b.height) return -1;
  let different = 0;
  for (let at = 0; at < a.data.length; at += 4) {
    const most = Math.max(Math.abs(a.data[at] - b.data[at]), Math.abs(a.data[at + 1] - b.data[at + 1]),
      Math.abs(a.data[at + 2] - b.data[at + 2]));
    if (most > sameChannel) different++;
  }
  return different / (a.width * a.height);
}

/**
 * Compares a picture (a Buffer of PNG) with the kept one at `path`; answers null when they are alike,
 * else what is different. `page`: an empty page of the browser, which reads the images. With
 * CASEMENT_KEEP_SCREENS=1 the picture is kept instead, to be looked at before it is committed.
 */
export async function unlike(page, picture, path) {
  if (process.env.CASEMENT_KEEP_SCREENS === '1') {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, picture);
    return null;
  }
  if (!existsSync(path)) return `there is no ${path}; CASEMENT_KEEP_SCREENS=1 makes it`;
  const share = await page.evaluate(differentShare, readFileSync(path).toString('base64'),
    Buffer.from(picture).toString('base64'), SAME_CHANNEL);
  if (share < 0) return 'its size is another';
  return share <= MOST_DIFFERENT ? null : `${(share * 100).toFixed(2)} % of its pixels differ`;
}
