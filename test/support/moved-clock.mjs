// Runs in: worker (tests). Loaded before all else: this process' clock is right, two days ahead, an hour behind, and so on, every half a second.
const OFFSETS_MS = [0, 2 * 86_400_000, -3_600_000];
const TURN_MS = 500;
const Right = Date;
const now = () => Right.now() + OFFSETS_MS[Math.floor(performance.now() / TURN_MS) % OFFSETS_MS.length];

globalThis.Date = class Date extends Right {
  constructor(...args) {
    if (args.length === 0) super(now());
    else super(...args);
  }

  static now() {
    return now();
  }
};
