// Canonical bytes: deterministically encoded CBOR (RFC 8949, 4.2.1), and nothing else, as crates/model/src/canonical reads them.
// Every other spelling of a value is refused, so that a hash of the bytes is a hash of the value.

/** Bytes that are not of the one form: at which byte, and what was expected there. */
export class Malformed extends Error {
  constructor(
    readonly at: number | null,
    why: string,
  ) {
    super(why);
  }
}

const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A part with the bytes of the file that it takes. */
export interface Part<T> {
  value: T;
  from: number;
  to: number;
}

/** Reads canonical CBOR from `at` on. `path` names the keys on the way, for errors. */
export class Decoder {
  #at = 0;
  readonly #path: string[] = [];

  constructor(readonly bytes: Uint8Array) {}

  get at(): number {
    return this.#at;
  }

  get remaining(): number {
    return this.bytes.length - this.#at;
  }

  fail(at: number, expected: string): never {
    const path = this.#path.length > 0 ? `, in ${this.#path.join('.')}` : '';
    throw new Malformed(at, `byte ${at}${path}: expected ${expected}`);
  }

  end(): void {
    if (this.remaining > 0) this.fail(this.#at, 'the end of the value');
  }

  /** An unsigned integer of 64 bits. */
  unsigned(): bigint {
    const at = this.#at;
    const [major, value] = this.#head();
    return major === 0 ? value : this.fail(at, 'an unsigned integer');
  }

  /** An unsigned integer up to a bound. */
  within(most: bigint): bigint {
    const at = this.#at;
    const value = this.unsigned();
    return value <= most ? value : this.fail(at, 'a smaller unsigned integer');
  }

  /** A signed integer of 64 bits; nobody here asks which. */
  integer(): void {
    const at = this.#at;
    const [major, value] = this.#head();
    if (major > 1) this.fail(at, 'an integer');
    if (value >= 1n << 63n) this.fail(at, 'an integer of 64 bits');
  }

  boolean(): boolean {
    const byte = this.bytes[this.#at];
    if (byte !== 0xf4 && byte !== 0xf5) this.fail(this.#at, 'false or true');
    this.#at += 1;
    return byte === 0xf5;
  }

  byteString(): Uint8Array {
    const at = this.#at;
    const [major, length] = this.#head();
    if (major !== 2) this.fail(at, 'a byte string');
    return this.#take(length, at);
  }

  /** A byte string of a fixed length. */
  fixed(length: number): Uint8Array {
    const at = this.#at;
    const found = this.byteString();
    return found.length === length ? found : this.fail(at, 'a byte string of the fixed length');
  }

  textString(): string {
    const at = this.#at;
    const [major, length] = this.#head();
    if (major !== 3) this.fail(at, 'a text');
    const taken = this.#take(length, at);
    try {
      return text.decode(taken);
    } catch {
      return this.fail(at, 'a text of UTF-8');
    }
  }

  /** How many items follow; never more than bytes are left. */
  array(): number {
    const at = this.#at;
    const [major, count] = this.#head();
    if (major !== 4) this.fail(at, 'an array');
    return count <= BigInt(this.remaining) ? Number(count) : this.fail(at, 'an array that fits into the bytes left');
  }

  /** How many pairs follow, within bounds. */
  map(least: number, most = least): number {
    const at = this.#at;
    const [major, count] = this.#head();
    if (major !== 5) this.fail(at, 'a map');
    return count >= BigInt(least) && count <= BigInt(most) ? Number(count) : this.fail(at, 'a map with the keys of this kind and version');
  }

  /** Exactly this key, then its value. */
  key<T>(key: string, read: () => T): T {
    const at = this.#at;
    const found = this.textString();
    this.#path.push(key);
    if (found !== key) this.fail(at, 'another key');
    const value = read();
    this.#path.pop();
    return value;
  }

  list<T>(read: () => T): T[] {
    const items: T[] = [];
    for (let left = this.array(); left > 0; left -= 1) items.push(read());
    return items;
  }

  part<T>(read: () => T): Part<T> {
    const from = this.#at;
    const value = read();
    return { value, from, to: this.#at };
  }

  /** `null` where it stands, else the value. */
  optional<T>(read: () => T): T | null {
    if (this.bytes[this.#at] !== 0xf6) return read();
    this.#at += 1;
    return null;
  }

  #take(length: bigint, at: number): Uint8Array {
    if (length > BigInt(this.remaining)) this.fail(at, 'a string that fits into the bytes left');
    const start = this.#at;
    this.#at += Number(length);
    return this.bytes.subarray(start, this.#at);
  }

  /** Major type and argument, in the shortest form only. */
  #head(): [number, bigint] {
    const at = this.#at;
    const first = this.bytes[at];
    if (first === undefined) return this.fail(at, 'a value, the bytes end here');
    const short = first & 0x1f;
    if (short <= 23) {
      this.#at += 1;
      return [first >> 5, BigInt(short)];
    }
    if (short > 27) this.fail(at, 'a definite length');
    const width = 2 ** (short - 24);
    if (at + 1 + width > this.bytes.length) this.fail(at, 'a whole number, the bytes end here');
    let value = 0n;
    for (let i = 1; i <= width; i += 1) value = (value << 8n) | BigInt(this.bytes[at + i] ?? 0);
    const least = width === 1 ? 24n : 1n << BigInt(4 * width);
    if (value < least) this.fail(at, 'the shortest form of a number');
    this.#at += 1 + width;
    return [first >> 5, value];
  }
}
