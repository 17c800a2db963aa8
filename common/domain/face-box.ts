// Where a face is in a picture, and how light and sharp a piece of a picture is: what worker and browser measure alike.

/** Left, top, right, bottom in picture pixels. */
export type Box = readonly [number, number, number, number];
export interface Size { width: number; height: number }

export const boxWidth = (box: Box): number => box[2] - box[0];
export const boxHeight = (box: Box): number => box[3] - box[1];
export const boxArea = (box: Box): number => boxWidth(box) * boxHeight(box);

/** True when the box reaches the frame's edge: part of the face may be cut off. */
export const touchesEdge = (frame: Size, box: Box): boolean =>
  box[0] <= 0 || box[1] <= 0 || box[2] >= frame.width || box[3] >= frame.height || boxWidth(box) <= 0;

/** Side of the square in which a face is looked at, and the part of it that is face only (right and bottom excluded). */
export const faceSquare = 112;
const middle = { left: 20, top: 24, right: 92, bottom: 104 } as const;

export interface Light {
  /** Mean brightness, 0..255. */
  luma: number;
  /** Variance of the Laplacian: small is blurred. */
  sharpness: number;
}

/** Of the middle of a face square: `grey` holds `faceSquare` rows of as many values 0..255. */
export function lightOf(grey: ArrayLike<number>): Light {
  let [count, light, edge, edgeSquares] = [0, 0, 0, 0];
  for (let row = middle.top; row < middle.bottom; row++) {
    for (let column = middle.left; column < middle.right; column++) {
      const at = row * faceSquare + column;
      const around = grey[at - 1]! + grey[at + 1]! + grey[at - faceSquare]! + grey[at + faceSquare]!;
      const laplacian = 4 * grey[at]! - around;
      light += grey[at]!;
      edge += laplacian;
      edgeSquares += laplacian * laplacian;
      count++;
    }
  }
  return { luma: light / count, sharpness: edgeSquares / count - (edge / count) ** 2 };
}

/** Brightness of a colour, 0..255. */
export const greyOf = (red: number, green: number, blue: number): number => 0.299 * red + 0.587 * green + 0.114 * blue;
