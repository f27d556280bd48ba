// Which labels of a drawing have room: the first come stand, and what would cover one of them is left to the table beside it.
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

const meet = (a: Box, b: Box): boolean => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** For each box whether it has room beside those before it that have. `taken` always stands. */
export function roomFor(boxes: Box[], taken: Box[] = []): boolean[] {
  const standing = [...taken];
  return boxes.map((box) => {
    if (standing.some((other) => meet(box, other))) return false;
    standing.push(box);
    return true;
  });
}

/** A character of a label's type is about this wide, as a share of its height. */
const WIDE = 0.56;

/** The box of a line of text whose foot is at (x, y), px. */
export function textBox(text: string, x: number, y: number, size_px: number, anchor: 'start' | 'end' | 'middle' = 'start'): Box {
  const width = text.length * size_px * WIDE;
  const left = anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2;
  return { x: left, y: y - size_px, width, height: size_px * 1.25 };
}
