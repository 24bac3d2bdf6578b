// Reads and writes Arrow IPC streams in AssemblyScript, for models that run in the Sandbox domain; the twin of sdk/c/sandbox_arrow.h.
//
//   const input = new Reader(0), delay = input.column("delay");
//   while (input.next()) for (let row = 0; row < input.rows; row++) if (!input.isNull(delay, row)) sum += input.number(delay, row);
//   new Table().floats("sum", [sum]).write(1);
//
// Read: bool, int8..64, uint8..64, float, double, utf8 (also behind a dictionary), date32/64, timestamp. Written: utf8, int64, float64.
// What is damaged or of another type ends the model with exit code 2, a missing column with 3, an output that can't be written with 7.
// Every offset of a stream is checked against its message. SPDX-License-Identifier: Apache-2.0

// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "fd_read") declare function fdRead(fd: u32, parts: usize, count: u32, done: usize): u32;
// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "fd_write") declare function fdWrite(fd: u32, parts: usize, count: u32, done: usize): u32;
// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "args_sizes_get") declare function argsSizes(count: usize, size: usize): u32;
// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "args_get") declare function argsGet(pointers: usize, text: usize): u32;
// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "proc_exit") declare function procExit(code: u32): void;

export const DAMAGED: u32 = 2, NO_COLUMN: u32 = 3, NOT_WRITTEN: u32 = 7;

/** Ends the model. */
export function exit(code: u32): void {
  procExit(code);
  unreachable();
}

/** The argument list: the model's name, its parameters as JSON, and for a partitionable model its step. */
export function argumentList(): string[] {
  const sizes = new StaticArray<u32>(2), at = changetype<usize>(sizes);
  argsSizes(at, at + 4);
  const pointers = new StaticArray<u32>(sizes[0]), text = new ArrayBuffer(sizes[1]);
  argsGet(changetype<usize>(pointers), changetype<usize>(text));
  const list: string[] = [];
  for (let i = 0; i < pointers.length; i++) list.push(String.UTF8.decodeUnsafe(pointers[i], changetype<usize>(text) + sizes[1] - pointers[i], true));
  return list;
}

/** A number of the flat JSON object of parameters, whose form the domain has checked. */
export function parameter(json: string, name: string, otherwise: f64): f64 {
  const key = '"' + name + '":', at = json.indexOf(key);
  return at < 0 ? otherwise : parseFloat(json.substring(at + key.length));
}

// ---- bytes in and out

const part = new StaticArray<u32>(3); // a WASI scatter list of one part, and the number of bytes moved

/** Bytes read: fewer than asked only at the end of the input. */
function readInto(fd: u32, target: usize, count: u32): u32 {
  let done: u32 = 0;
  while (done < count) {
    part[0] = <u32>target + done;
    part[1] = count - done;
    if (fdRead(fd, changetype<usize>(part), 1, changetype<usize>(part) + 8)) exit(DAMAGED);
    if (part[2] == 0) break;
    done += part[2];
  }
  return done;
}

function writeFrom(fd: u32, source: usize, count: u32): void {
  for (let done: u32 = 0; done < count; done += part[2]) {
    part[0] = <u32>source + done;
    part[1] = count - done;
    if (fdWrite(fd, changetype<usize>(part), 1, changetype<usize>(part) + 8) || part[2] == 0) exit(NOT_WRITTEN);
  }
}

/** Bytes of a message with checked reads, and the flatbuffers in them: a position of 0 is what is absent. */
class Bytes {
  constructor(public data: ArrayBuffer) {}

  get<T>(at: i64): T {
    if (at < 0 || at > <i64>this.data.byteLength - sizeof<T>()) exit(DAMAGED);
    return load<T>(changetype<usize>(this.data) + <usize>at);
  }

  text(at: i64, length: i64): string {
    if (at < 0 || length < 0 || at > <i64>this.data.byteLength - length) exit(DAMAGED);
    return String.UTF8.decodeUnsafe(changetype<usize>(this.data) + <usize>at, <usize>length);
  }

  field(table: i64, index: i32): i64 {
    if (table == 0) return 0;
    const vtable = table - this.get<i32>(table), slot = 4 + 2 * index;
    const offset = slot + 2 > <i32>this.get<u16>(vtable) ? 0 : this.get<u16>(vtable + slot);
    return offset == 0 ? 0 : table + offset;
  }

  follow(at: i64): i64 {
    return at == 0 ? 0 : at + this.get<u32>(at);
  }

  child(table: i64, index: i32): i64 {
    return this.follow(this.field(table, index));
  }

  scalar<T>(table: i64, index: i32, otherwise: T): T {
    const at = this.field(table, index);
    return at == 0 ? otherwise : this.get<T>(at);
  }
}

// ---- reader

const enum Type { Int = 2, Float = 3, Utf8 = 5, Bool = 6, Date = 8, Timestamp = 10 } // Arrow's own numbers
const enum Kind { Schema = 1, Dictionary = 2, Batch = 3 }

const EMPTY = new Bytes(new ArrayBuffer(0));

/** Texts one behind the other with their offsets, in the body of a message. */
class Texts {
  constructor(public body: Bytes, public offsets: i64, public text: i64, public count: i64) {}

  at(row: i64): string {
    if (row < 0 || row >= this.count) exit(DAMAGED);
    const start = this.body.get<i32>(this.offsets + 4 * row), end = this.body.get<i32>(this.offsets + 4 * row + 4);
    return this.body.text(this.text + start, end - start);
  }
}

class Column {
  name: string = "";
  type: i32 = 0;
  width: i32 = 0; // bytes of a value or of an index into the dictionary; 0 for bool and for text that has none
  signed: bool = true;
  scale: f64 = 1; // a stored value times this is the number: seconds since 1970 for dates and timestamps
  dictionary: i64 = -1;
  validity: i64 = -1; // positions in the body of the current batch
  values: i64 = 0;
  texts: Texts | null = null;
}

/** One Arrow stream, batch by batch. */
export class Reader {
  /** Rows of the current batch. */
  rows: i32 = 0;
  private columns: Column[] = [];
  private dictionaries: Map<i64, Texts> = new Map();
  private meta: Bytes = EMPTY;
  private body: Bytes = EMPTY;
  private header: i64 = 0;
  private node: i64 = 0;
  private buffer: i64 = 0;

  constructor(private fd: u32) {
    if (this.message() != Kind.Schema || this.meta.scalar<i16>(this.header, 0, 0) != 0) exit(DAMAGED);
    const fields = this.meta.child(this.header, 1);
    const count: u32 = fields == 0 ? 0 : this.meta.get<u32>(fields);
    for (let i: u32 = 0; i < count; i++) this.columns.push(this.columnOf(this.meta.follow(fields + 4 + 4 * <i64>i)));
  }

  /** The column of that name; ends the model where there is none. */
  column(name: string): i32 {
    for (let i = 0; i < this.columns.length; i++) if (this.columns[i].name == name) return i;
    exit(NO_COLUMN);
    return -1;
  }

  /** Goes on to the next batch; false at the end of the stream. */
  next(): bool {
    let kind: i32;
    while ((kind = this.message()) != 0) {
      if (kind == Kind.Dictionary) {
        const id = this.meta.scalar<i64>(this.header, 0, 0);
        if (this.meta.scalar<u8>(this.header, 2, 0)) exit(DAMAGED); // the domain writes no deltas
        const rows = this.batch(this.meta.child(this.header, 1));
        this.take();
        this.dictionaries.set(id, new Texts(this.body, this.take(), this.take(), rows));
      } else if (kind == Kind.Batch) {
        this.rows = this.batch(this.header);
        for (let i = 0; i < this.columns.length; i++) this.fill(this.columns[i]);
        return true;
      } else exit(DAMAGED);
    }
    return false;
  }

  isNull(column: i32, row: i32): bool {
    const at = this.columns[column].validity;
    return at >= 0 && !(this.body.get<u8>(at + (row >> 3)) >> <u8>(row & 7) & 1);
  }

  /** A number as it is, a bool as 0 or 1, a date or timestamp in seconds since 1970. Not for text, and only where the value is not null. */
  number(column: i32, row: i32): f64 {
    const c = this.columns[column], at = c.values + <i64>row * c.width;
    switch (c.type) {
      case Type.Bool: return <f64>(this.body.get<u8>(c.values + (row >> 3)) >> <u8>(row & 7) & 1);
      case Type.Float: return c.width == 4 ? <f64>this.body.get<f32>(at) : this.body.get<f64>(at);
      case Type.Utf8: exit(DAMAGED);
    }
    return c.scale * (c.signed || c.width < 8 ? <f64>this.whole(c, at) : <f64>this.body.get<u64>(at));
  }

  /** A text, or the digits of a whole number; only where the value is not null. */
  text(column: i32, row: i32): string {
    const c = this.columns[column], at = c.values + <i64>row * c.width;
    if (c.type == Type.Int) return this.whole(c, at).toString();
    if (c.texts === null) exit(DAMAGED);
    return c.texts!.at(c.dictionary < 0 ? row : this.whole(c, at));
  }

  private whole(c: Column, at: i64): i64 {
    switch (c.width) {
      case 1: return c.signed ? <i64>this.body.get<i8>(at) : <i64>this.body.get<u8>(at);
      case 2: return c.signed ? <i64>this.body.get<i16>(at) : <i64>this.body.get<u16>(at);
      case 4: return c.signed ? <i64>this.body.get<i32>(at) : <i64>this.body.get<u32>(at);
      default: return this.body.get<i64>(at);
    }
  }

  /** Reads one message; its kind, or 0 at the end mark. A stream that just stops was cut off. */
  private message(): i32 {
    const word = new StaticArray<u32>(1), at = changetype<usize>(word);
    for (let words = 0; words == 0 || (words == 1 && word[0] == u32.MAX_VALUE); words++) if (readInto(this.fd, at, 4) != 4) exit(DAMAGED);
    if (word[0] == 0) return 0;
    if (word[0] > 1 << 24) exit(DAMAGED);
    this.meta = this.bytes(word[0]);
    const root = <i64>this.meta.get<u32>(0), length = this.meta.scalar<i64>(root, 3, 0);
    this.header = this.meta.child(root, 2);
    if (this.header == 0 || length < 0 || length > 1 << 30) exit(DAMAGED);
    this.body = this.bytes(<u32>length);
    return this.meta.scalar<u8>(root, 1, 0);
  }

  private bytes(count: u32): Bytes {
    const data = new ArrayBuffer(count);
    if (readInto(this.fd, changetype<usize>(data), count) != count) exit(DAMAGED);
    return new Bytes(data);
  }

  private columnOf(field: i64): Column {
    const m = this.meta, c = new Column(), name = m.child(field, 0), type = m.child(field, 3), encoding = m.child(field, 4);
    if (name) c.name = m.text(name + 4, m.get<u32>(name));
    c.type = m.scalar<u8>(field, 2, 0);
    switch (c.type) {
      case Type.Int: this.integer(c, type); break;
      case Type.Float: c.width = m.scalar<i16>(type, 0, 0) == 2 ? 8 : m.scalar<i16>(type, 0, 0) == 1 ? 4 : -1; break;
      case Type.Date: {
        const days = m.scalar<i16>(type, 0, 1) == 0;
        c.width = days ? 4 : 8;
        c.scale = days ? 86400 : 1e-3;
        break;
      }
      case Type.Timestamp: {
        const unit = m.scalar<i16>(type, 0, 0);
        c.width = unit < 0 || unit > 3 ? -1 : 8;
        c.scale = unit == 0 ? 1 : unit == 1 ? 1e-3 : unit == 2 ? 1e-6 : 1e-9;
        break;
      }
      case Type.Utf8: case Type.Bool: break;
      default: exit(DAMAGED);
    }
    if (encoding) {
      if (c.type != Type.Utf8) exit(DAMAGED);
      c.dictionary = m.scalar<i64>(encoding, 0, 0);
      c.width = 4;
      if (m.child(encoding, 1)) this.integer(c, m.child(encoding, 1));
    }
    if (c.width < 0) exit(DAMAGED);
    return c;
  }

  private integer(c: Column, type: i64): void {
    const bits = this.meta.scalar<i32>(type, 0, 0);
    c.width = bits == 8 || bits == 16 || bits == 32 || bits == 64 ? bits / 8 : -1;
    c.signed = this.meta.scalar<u8>(type, 1, 0) != 0;
  }

  /** Begins a record batch: its rows. */
  private batch(header: i64): i32 {
    const rows = this.meta.scalar<i64>(header, 0, 0);
    this.node = this.meta.child(header, 1);
    this.buffer = this.meta.child(header, 2);
    if (this.node == 0 || this.buffer == 0 || this.meta.child(header, 3) != 0 || rows < 0 || rows > i32.MAX_VALUE) exit(DAMAGED); // 3: compressed
    this.node += 4;
    this.buffer += 4;
    return <i32>rows;
  }

  /** The position of the batch's next buffer in the body. */
  private take(): i64 {
    const at = this.meta.get<i64>(this.buffer);
    this.buffer += 16;
    return at;
  }

  private fill(c: Column): void {
    const nulls = this.meta.get<i64>(this.node + 8), validity = this.take();
    this.node += 16;
    c.validity = nulls == 0 ? -1 : validity;
    c.values = this.take();
    if (c.dictionary >= 0) c.texts = this.dictionaries.has(c.dictionary) ? this.dictionaries.get(c.dictionary) : null;
    else if (c.type == Type.Utf8) c.texts = new Texts(this.body, c.values, this.take(), this.rows);
  }
}

// ---- writer

/** A flatbuffer is built from its end towards its start; positions count from the end. */
class Builder {
  private data: Uint8Array = new Uint8Array(1024);
  private slots: StaticArray<i32> = new StaticArray<i32>(8);
  private start: i32 = 0;
  size: i32 = 0;

  private room(count: i32): usize {
    if (this.size + count > this.data.length) {
      const data = new Uint8Array((this.size + count) * 2);
      data.set(this.data.subarray(this.data.length - this.size), data.length - this.size);
      this.data = data;
    }
    this.size += count;
    return this.at(this.size);
  }

  private at(position: i32): usize {
    return this.data.dataStart + this.data.length - position;
  }

  align(width: i32, upcoming: i32 = 0): void {
    while ((this.size + upcoming) % width) store<u8>(this.room(1), 0);
  }

  put<T>(value: T): void {
    this.align(sizeof<T>());
    store<T>(this.room(sizeof<T>()), value);
  }

  putOffset(target: i32): void {
    this.align(4);
    this.put<u32>(this.size + 4 - target);
  }

  putText(text: string): i32 {
    const utf8 = String.UTF8.encode(text);
    this.align(4, utf8.byteLength + 1);
    store<u8>(this.room(1), 0);
    memory.copy(this.room(utf8.byteLength), changetype<usize>(utf8), utf8.byteLength);
    this.put<u32>(utf8.byteLength);
    return this.size;
  }

  begin(): void {
    this.slots.fill(0);
    this.start = this.size;
  }

  slot<T>(slot: i32, value: T): void {
    this.put<T>(value);
    this.slots[slot] = this.size;
  }

  slotOffset(slot: i32, target: i32): void {
    this.putOffset(target);
    this.slots[slot] = this.size;
  }

  end(slots: i32): i32 {
    this.put<i32>(0); // distance to the vtable, written below
    const table = this.size;
    for (let i = slots - 1; i >= 0; i--) store<u16>(this.room(2), <u16>(this.slots[i] ? table - this.slots[i] : 0));
    store<u16>(this.room(2), <u16>(table - this.start));
    store<u16>(this.room(2), <u16>(4 + 2 * slots));
    store<i32>(this.at(table), this.size - table);
    return table;
  }

  /** Writes the message around a header. */
  flush(fd: u32, kind: Kind, header: i32, body: i64): void {
    this.begin();
    this.slot<i64>(3, body);
    this.slotOffset(2, header);
    this.slot<i16>(0, 4); // version V5
    this.slot<u8>(1, <u8>kind);
    const message = this.end(4);
    this.align(8, 4);
    this.putOffset(message);
    mark(fd, this.size);
    writeFrom(fd, this.at(this.size), this.size);
  }
}

function mark(fd: u32, size: u32): void {
  const words = StaticArray.fromArray<u32>([u32.MAX_VALUE, size]);
  writeFrom(fd, changetype<usize>(words), 8);
}

class Output {
  constructor(public name: string, public type: Type, public buffers: ArrayBuffer[]) {}
}

const padded = (size: i32): i32 => (size + 7) & ~7;

/** An Arrow stream of one batch; all columns have the same number of rows. */
export class Table {
  private outputs: Output[] = [];
  private rows: i32 = 0;

  texts(name: string, values: string[]): Table {
    const offsets = new ArrayBuffer(4 * (values.length + 1)), encoded = String.UTF8.encode(values.join(""));
    let at = 0;
    for (let i = 0; i < values.length; i++) {
      at += String.UTF8.byteLength(values[i]);
      store<i32>(changetype<usize>(offsets) + 4 * (i + 1), at);
    }
    return this.add(new Output(name, Type.Utf8, [offsets, encoded]), values.length);
  }

  wholes(name: string, values: i64[]): Table {
    return this.add(new Output(name, Type.Int, [values.slice().buffer.slice(0, 8 * values.length)]), values.length);
  }

  floats(name: string, values: f64[]): Table {
    return this.add(new Output(name, Type.Float, [values.slice().buffer.slice(0, 8 * values.length)]), values.length);
  }

  private add(output: Output, rows: i32): Table {
    if (this.outputs.length > 0 && rows != this.rows) exit(NOT_WRITTEN);
    this.rows = rows;
    this.outputs.push(output);
    return this;
  }

  /** Writes the whole stream. */
  write(fd: u32): void {
    this.schema(fd);
    this.batch(fd);
    mark(fd, 0);
  }

  private schema(fd: u32): void {
    const b = new Builder(), fields = new StaticArray<i32>(this.outputs.length);
    for (let i = fields.length - 1; i >= 0; i--) {
      const type = this.outputs[i].type;
      b.begin();
      if (type == Type.Int) {
        b.slot<i32>(0, 64);
        b.slot<u8>(1, 1); // signed
      } else if (type == Type.Float) b.slot<i16>(0, 2); // double precision
      const typed = b.end(type == Type.Int ? 2 : type == Type.Float ? 1 : 0), name = b.putText(this.outputs[i].name);
      b.put<u32>(0); // no children
      const children = b.size;
      b.begin();
      b.slotOffset(0, name);
      b.slotOffset(3, typed);
      b.slotOffset(5, children);
      b.slot<u8>(1, 1); // nullable
      b.slot<u8>(2, <u8>type);
      fields[i] = b.end(6);
    }
    b.align(4);
    for (let i = fields.length - 1; i >= 0; i--) b.putOffset(fields[i]);
    b.put<u32>(fields.length);
    const vector = b.size;
    b.begin();
    b.slotOffset(1, vector);
    b.flush(fd, Kind.Schema, b.end(2), 0);
  }

  private batch(fd: u32): void {
    const places: i64[] = []; // offset and length of each buffer in the body
    let size = 0;
    for (let i = 0; i < this.outputs.length; i++) {
      const buffers = this.outputs[i].buffers;
      places.push(size);
      places.push(0); // no validity: nothing is null
      for (let j = 0; j < buffers.length; j++) {
        places.push(size);
        places.push(buffers[j].byteLength);
        size += padded(buffers[j].byteLength);
      }
    }
    const b = new Builder();
    b.align(8);
    for (let i = places.length - 1; i >= 0; i--) b.put<i64>(places[i]);
    b.put<u32>(places.length / 2);
    const buffers = b.size;
    b.align(8);
    for (let i = 0; i < this.outputs.length; i++) {
      b.put<i64>(0); // nulls
      b.put<i64>(this.rows);
    }
    b.put<u32>(this.outputs.length);
    const nodes = b.size;
    b.begin();
    b.slot<i64>(0, this.rows);
    b.slotOffset(1, nodes);
    b.slotOffset(2, buffers);
    b.flush(fd, Kind.Batch, b.end(3), size);

    const body = new ArrayBuffer(size);
    let at = changetype<usize>(body);
    for (let i = 0; i < this.outputs.length; i++) {
      for (let j = 0; j < this.outputs[i].buffers.length; j++) {
        const buffer = this.outputs[i].buffers[j];
        memory.copy(at, changetype<usize>(buffer), buffer.byteLength);
        at += padded(buffer.byteLength);
      }
    }
    writeFrom(fd, changetype<usize>(body), size);
  }
}
