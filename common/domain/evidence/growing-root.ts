// The root of a log while its leaves are read one after the other: only the full subtrees on its right edge are kept.
import { folded, nodeHash, type Bytes, type Sha256 } from './tree.ts';

export class GrowingRoot {
  readonly #sha256: Sha256;
  /** Full subtrees, left to right, each smaller than the one before it. */
  readonly #edge: { level: number; hash: Bytes }[] = [];
  size = 0;

  constructor(sha256: Sha256) {
    this.#sha256 = sha256;
  }

  /** `hash` of the leaf as the log has it (RFC 6962); `made` is told each subtree that became full. */
  add(hash: Bytes, made: (level: number, index: number, hash: Bytes) => void = () => undefined): void {
    let node = { level: 0, hash };
    for (let left = this.#edge.at(-1); left?.level === node.level; left = this.#edge.at(-1)) {
      this.#edge.pop();
      node = { level: node.level + 1, hash: nodeHash(this.#sha256, left.hash, node.hash) };
      made(node.level, Math.floor(this.size / 2 ** node.level), node.hash);
    }
    this.#edge.push(node);
    this.size++;
  }

  get root(): Bytes { return folded(this.#sha256, this.#edge.map(({ hash }) => hash)); }
}
