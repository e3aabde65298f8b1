// The content's height, told when it changes. A frame that grows may lose its scrollbar, gain width,
// need less height, shrink, and so on for ever: a height that comes back at once is not told again.

const kSwing = 1000;

export class HeightReporter {
  private told = 0;
  private toldAt = 0;
  private before = 0;

  constructor(
    private readonly now: () => number,
    private readonly tell: (height: number) => void,
  ) {}

  see(height: number): void {
    const rounded = Math.ceil(height);
    if (rounded <= 0 || rounded === this.told) return;
    const isSwing = rounded === this.before && this.now() - this.toldAt < kSwing;
    // Of the two heights the greater shows everything.
    if (isSwing && rounded < this.told) return;
    this.before = this.told;
    this.told = rounded;
    this.toldAt = this.now();
    this.tell(rounded);
  }
}
