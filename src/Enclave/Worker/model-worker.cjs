// Runs one WebAssembly model in the jail: the only code between foreign code and the kernel that we wrote ourselves.
// Descriptors: 0 one byte for the start and then the input, 1 the output, 2 held messages, 3 the module, 4 the run's settings (JSON), 5 trained parameters if any, 6 the last word.
// The model sees 0, 1, 2 and, when given, the trained parameters as 3. Clock and randomness come from the settings.
'use strict';
const fs = require('node:fs');

const EXIT = { outputTooLarge: 73, outOfMemory: 74, outOfFuel: 75, trapped: 76, refused: 77, guestBase: 80, guestMost: 40 };
const E = { success: 0, badf: 8, fault: 21, inval: 28, nosys: 52, notdir: 54, notsock: 57, spipe: 70, notcapable: 76 };
const STDERR_LIMIT = 65536;

// The second call filter goes in before there is anything to run. The addon registers no module on purpose, so the loader's complaint about that is the sign of success.
if (process.env.SANDBOX_STAGE2) {
  let locked = false;
  try {
    process.dlopen({ exports: {} }, process.env.SANDBOX_STAGE2);
  } catch (error) {
    locked = String(error && error.message).includes('did not self-register');
  }
  if (!locked) process.exit(EXIT.refused);
}

// Reads a memory file from its start and moves no position: what is read before the start counts for nothing.
const piece = Buffer.allocUnsafeSlow(1 << 20);
function readWhole(fd) {
  const parts = [];
  for (let at = 0; ;) {
    const got = fs.readSync(fd, piece, 0, piece.length, at);
    if (got === 0) return Buffer.concat(parts);
    parts.push(Buffer.from(piece.subarray(0, got)));
    at += got;
  }
}

class GuestExit extends Error { constructor(code) { super(); this.code = code; } }

const encoder = new TextEncoder();

// ---- state of the run
const NO_MEMORY = new WebAssembly.Memory({ initial: 0, maximum: 0 });
let settings, trained, memory, fuel, denied, buffer, bytes, view, started, args, open;
let written, stderrWritten, trainedAt, ticks, outputTooLarge, guestCode;
const state = new Uint32Array(4);

// Every run starts from here, whatever was before.
function begin(of, parameters) {
  settings = of;
  trained = parameters;
  memory = NO_MEMORY;
  fuel = denied = buffer = bytes = view = guestCode = null;
  written = stderrWritten = trainedAt = 0;
  ticks = 0n;
  outputTooLarge = false;
  started = BigInt(settings.clock);
  args = settings.args.map(arg => Buffer.concat([encoder.encode(arg), Buffer.from([0])]));
  state.set(settings.seed);
  // What the guest's descriptors stand for. Rights are those of WASI: 0x2 read, 0x40 write, 0x4 seek, 0x20 tell.
  open = new Map([
    [0, { kind: 'in', rights: 0x2n }],
    [1, { kind: 'out', rights: 0x40n }],
    [2, { kind: 'err', rights: 0x40n }],
  ]);
  if (trained) open.set(3, { kind: 'file', rights: 0x26n });
}

// A fresh view whenever the memory has grown; every pointer is checked against it.
function refresh() {
  if (memory.buffer !== buffer) {
    buffer = memory.buffer;
    bytes = new Uint8Array(buffer);
    view = new DataView(buffer);
  }
}
const within = (at, length) => at + length <= buffer.byteLength;

// Bytes that the worker moves for the guest are paid like the guest's own: one unit for eight.
class OutOfFuel extends Error {}
function charge(length) {
  if (fuel === null || length < 8) return;
  const left = fuel.value - BigInt(Math.floor(length / 8));
  fuel.value = left;
  if (left < 0n) throw new OutOfFuel();
}

// sfc32: repeatable numbers from the run's seed, not meant to keep a secret.
function random() {
  const t = (state[0] + state[1] + state[3]) >>> 0;
  state[3] = state[3] + 1;
  state[0] = state[1] ^ (state[1] >>> 9);
  state[1] = state[2] + (state[2] << 3);
  state[2] = ((state[2] << 21) | (state[2] >>> 11)) + t;
  return t;
}

function putStrings(list, pointers, target) {
  refresh();
  for (const item of list) {
    if (!within(pointers, 4) || !within(target, item.length)) return E.fault;
    view.setUint32(pointers, target, true);
    bytes.set(item, target);
    pointers += 4;
    target += item.length;
  }
  return E.success;
}
function putSizes(list, count, size) {
  refresh();
  if (!within(count, 4) || !within(size, 4)) return E.fault;
  view.setUint32(count, list.length, true);
  view.setUint32(size, list.reduce((sum, item) => sum + item.length, 0), true);
  return E.success;
}

// Calls use(offset, length) for each part of a scatter list until it returns less than asked; answers the total or -1.
function scatter(list, count, use) {
  let total = 0;
  if (!within(list, 8 * count)) return -1;
  for (let i = 0; i < count; i++) {
    const at = view.getUint32(list + 8 * i, true), length = view.getUint32(list + 8 * i + 4, true);
    if (!within(at, length) || total + length > 0x7fffffff) return -1;
    charge(length);
    const done = use(at, length);
    total += done;
    if (done < length) break;
  }
  return total;
}

// Fills the whole part, or up to the end of the input: how a pipe was cut must not show in the run.
function readInput(at, length) {
  let done = 0;
  while (done < length) {
    const got = fs.readSync(0, bytes, at + done, length - done, null);
    if (got === 0) break;
    done += got;
  }
  return done;
}
function readTrained(at, length) {
  const part = trained.subarray(trainedAt, trainedAt + length);
  bytes.set(part, at);
  trainedAt += part.length;
  return part.length;
}
function writeOutput(at, length) {
  if (written + length > settings.outputLimit) { outputTooLarge = true; throw new GuestExit(0); }
  for (let done = 0; done < length;) done += fs.writeSync(1, bytes, at + done, length - done);
  written += length;
  return length;
}
function writeHeld(at, length) {
  const room = Math.min(length, STDERR_LIMIT - stderrWritten);
  for (let done = 0; done < room;) done += fs.writeSync(2, bytes, at + done, room - done);
  stderrWritten += room;
  return length; // what goes beyond is dropped without a sign to the model
}

const readers = { in: readInput, file: readTrained }, writers = { out: writeOutput, err: writeHeld };

function transfer(fd, list, count, result, right, uses) {
  refresh();
  const file = open.get(fd), use = file && uses[file.kind];
  if (!use) return E.badf;
  if (!(file.rights & right)) return E.notcapable;
  if (!within(result, 4)) return E.fault;
  const total = scatter(list, count, use);
  if (total < 0) return E.fault;
  view.setUint32(result, total, true);
  return E.success;
}

// Reads the trained parameters at a place of their own and leaves the position alone; a pipe has no places.
function pread(fd, list, count, offset, result) {
  const file = open.get(fd);
  if (!file) return E.badf;
  if (file.kind !== 'file') return E.spipe;
  const before = trainedAt;
  trainedAt = offset < 0n || offset > BigInt(trained.length) ? trained.length : Number(offset);
  try {
    return transfer(fd, list, count, result, 0x2n, readers);
  } finally {
    trainedAt = before;
  }
}

const isOpen = fd => (open.has(fd >>> 0) ? E.success : E.badf);
const noFolder = fd => (open.has(fd >>> 0) ? E.notdir : E.badf);
const noSocket = fd => (open.has(fd >>> 0) ? E.notsock : E.badf);
const notAllowed = fd => (open.has(fd >>> 0) ? E.notcapable : E.badf);

function seek(fd, offset, whence, result, right) {
  refresh();
  const file = open.get(fd);
  if (!file) return E.badf;
  if (file.kind !== 'file') return E.spipe;
  if (!(file.rights & right)) return E.notcapable;
  if (!within(result, 8)) return E.fault;
  const base = whence === 0 ? 0n : whence === 1 ? BigInt(trainedAt) : whence === 2 ? BigInt(trained.length) : -1n;
  const target = base + offset;
  if (base < 0n || target < 0n || target > BigInt(trained.length)) return E.inval;
  trainedAt = Number(target);
  view.setBigUint64(result, target, true);
  return E.success;
}

function poll(subscriptions, events, count, result) {
  refresh();
  if (count === 0) return E.inval;
  if (!within(subscriptions, 48 * count) || !within(events, 32 * count) || !within(result, 4)) return E.fault;
  charge(48 * count);
  const ready = [];
  let soonest = null;
  for (let i = 0; i < count; i++) {
    const at = subscriptions + 48 * i, user = view.getBigUint64(at, true), type = view.getUint8(at + 8);
    if (type === 1 || type === 2) {
      // A pipe is always ready: a read waits for the input, so how fast it comes does not show in the run.
      const file = open.get(view.getUint32(at + 16, true)), uses = type === 1 ? readers : writers;
      ready.push({ user, type, error: file && uses[file.kind] ? E.success : E.badf });
      continue;
    }
    if (type !== 0) return E.inval;
    const clock = view.getUint32(at + 16, true);
    if (clock > 3) {
      ready.push({ user, type, error: E.inval });
      continue;
    }
    const absolute = view.getUint16(at + 40, true) & 1, now = clock === 0 ? started + ticks : ticks;
    let wait = view.getBigUint64(at + 24, true) - (absolute ? now : 0n);
    if (wait < 0n) wait = 0n;
    if (soonest === null || wait < soonest.wait) soonest = { wait, user };
  }
  if (ready.length === 0) {
    ticks += soonest.wait; // sleeping moves the run's clock and takes no time
    ready.push({ user: soonest.user, type: 0, error: E.success });
  }
  ready.forEach(({ user, type, error }, i) => {
    const at = events + 32 * i;
    bytes.fill(0, at, at + 32);
    view.setBigUint64(at, user, true);
    view.setUint16(at + 8, error, true);
    view.setUint8(at + 10, type);
    if (type !== 0 && error === E.success) view.setBigUint64(at + 16, 1n, true);
  });
  view.setUint32(result, ready.length, true);
  return E.success;
}

const wasi = {
  args_get: (pointers, target) => putStrings(args, pointers >>> 0, target >>> 0),
  args_sizes_get: (count, size) => putSizes(args, count >>> 0, size >>> 0),
  environ_get: () => E.success,
  environ_sizes_get: (count, size) => putSizes([], count >>> 0, size >>> 0),
  clock_res_get: (id, result) => {
    refresh();
    result >>>= 0;
    if (id < 0 || id > 3) return E.inval;
    if (!within(result, 8)) return E.fault;
    view.setBigUint64(result, 1000n, true);
    return E.success;
  },
  clock_time_get: (id, precision, result) => {
    refresh();
    result >>>= 0;
    if (id < 0 || id > 3) return E.inval;
    if (!within(result, 8)) return E.fault;
    ticks += 1000n; // each look moves the run's clock by one microsecond
    view.setBigUint64(result, id === 0 ? started + ticks : ticks, true);
    return E.success;
  },
  random_get: (at, length) => {
    refresh();
    at >>>= 0;
    length >>>= 0;
    if (!within(at, length)) return E.fault;
    charge(8 * length); // dearer than copying
    for (let i = 0; i < length; i += 4) {
      const word = random();
      for (let j = 0; j < 4 && i + j < length; j++) bytes[at + i + j] = word >>> (8 * j);
    }
    return E.success;
  },
  sched_yield: () => E.success,
  proc_exit: code => {
    guestCode = code >>> 0;
    throw new GuestExit(guestCode);
  },
  proc_raise: () => E.nosys,
  poll_oneoff: (subscriptions, events, count, result) => poll(subscriptions >>> 0, events >>> 0, count >>> 0, result >>> 0),
  fd_read: (fd, list, count, result) => transfer(fd >>> 0, list >>> 0, count >>> 0, result >>> 0, 0x2n, readers),
  fd_write: (fd, list, count, result) => transfer(fd >>> 0, list >>> 0, count >>> 0, result >>> 0, 0x40n, writers),
  fd_pread: (fd, list, count, offset, result) => pread(fd >>> 0, list >>> 0, count >>> 0, offset, result >>> 0),
  fd_pwrite: fd => (open.get(fd >>> 0)?.kind === 'file' ? E.notcapable : open.has(fd >>> 0) ? E.spipe : E.badf),
  fd_close: fd => (open.delete(fd >>> 0) ? E.success : E.badf),
  fd_renumber: (from, to) => {
    const file = open.get(from >>> 0);
    if (!file) return E.badf;
    open.delete(from >>> 0);
    open.set(to >>> 0, file);
    return E.success;
  },
  fd_seek: (fd, offset, whence, result) => seek(fd >>> 0, offset, whence, result >>> 0, 0x4n),
  fd_tell: (fd, result) => seek(fd >>> 0, 0n, 1, result >>> 0, 0x20n),
  fd_advise: fd => (!open.has(fd >>> 0) ? E.badf : open.get(fd >>> 0).kind === 'file' ? E.success : E.spipe),
  fd_allocate: fd => (open.get(fd >>> 0)?.kind === 'file' ? E.notcapable : open.has(fd >>> 0) ? E.spipe : E.badf),
  fd_datasync: isOpen,
  fd_sync: isOpen,
  fd_fdstat_get: (fd, result) => {
    refresh();
    const file = open.get(fd >>> 0);
    result >>>= 0;
    if (!file) return E.badf;
    if (!within(result, 24)) return E.fault;
    bytes.fill(0, result, result + 24);
    view.setUint8(result, file.kind === 'file' ? 4 : 0); // a regular file, else unknown: a pipe has no type in WASI
    view.setBigUint64(result + 8, file.rights, true);
    view.setBigUint64(result + 16, file.kind === 'file' ? 0n : file.rights, true);
    return E.success;
  },
  fd_fdstat_set_flags: isOpen,
  fd_fdstat_set_rights: (fd, base, inheriting) => {
    const file = open.get(fd >>> 0);
    if (!file) return E.badf;
    if (BigInt.asUintN(64, base) & ~file.rights || BigInt.asUintN(64, inheriting) & ~file.rights) return E.notcapable;
    file.rights = BigInt.asUintN(64, base);
    return E.success;
  },
  fd_filestat_get: (fd, result) => {
    refresh();
    const file = open.get(fd >>> 0);
    result >>>= 0;
    if (!file) return E.badf;
    if (!within(result, 64)) return E.fault;
    bytes.fill(0, result, result + 64);
    view.setUint8(result + 16, file.kind === 'file' ? 4 : 0);
    view.setBigUint64(result + 32, file.kind === 'file' ? BigInt(trained.length) : 0n, true);
    return E.success;
  },
  fd_filestat_set_size: notAllowed,
  fd_filestat_set_times: notAllowed,
  fd_prestat_get: () => E.badf, // no folder is open before the start
  fd_prestat_dir_name: () => E.badf,
  fd_readdir: noFolder,
  path_open: noFolder,
  path_filestat_get: noFolder,
  path_filestat_set_times: noFolder,
  path_create_directory: noFolder,
  path_remove_directory: noFolder,
  path_rename: noFolder,
  path_unlink_file: noFolder,
  path_readlink: noFolder,
  path_link: noFolder,
  path_symlink: (path, length, fd) => noFolder(fd),
  sock_accept: noSocket,
  sock_recv: noSocket,
  sock_send: noSocket,
  sock_shutdown: noSocket,
};

function run(moduleBytes) {
  let module;
  try {
    module = new WebAssembly.Module(moduleBytes);
    for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
      if (from !== 'wasi_snapshot_preview1' || kind !== 'function' || !Object.hasOwn(wasi, name)) return EXIT.refused;
    }
  } catch (error) {
    return error instanceof WebAssembly.CompileError ? EXIT.refused : 1;
  }
  // Whoever was refused memory and then ends badly has met the limit; what it makes of the refusal itself is its own affair.
  const full = () => denied !== null && denied.value !== 0;
  const usedUp = () => fuel !== null && fuel.value < 0n;
  try {
    const instance = new WebAssembly.Instance(module, { wasi_snapshot_preview1: wasi });
    const { memory: shown, _start: start } = instance.exports;
    if (typeof start !== 'function') return EXIT.refused;
    if (shown instanceof WebAssembly.Memory) memory = shown;
    denied = instance.exports[settings.denied];
    if (settings.fuel !== null) fuel = instance.exports[settings.fuel];
    start();
    guestCode = 0;
    return 0;
  } catch (error) {
    if (outputTooLarge) return EXIT.outputTooLarge;
    if (error instanceof GuestExit) {
      if (error.code === 0) return 0;
      return full() ? EXIT.outOfMemory : EXIT.guestBase + Math.min(error.code, EXIT.guestMost);
    }
    if (error instanceof OutOfFuel || usedUp()) return EXIT.outOfFuel;
    if (error instanceof WebAssembly.LinkError) return EXIT.refused;
    // Before the instance exists a RangeError means that its memory could not be made; later it is the call stack.
    if (error instanceof RangeError) return denied === null ? EXIT.outOfMemory : EXIT.trapped;
    if (error instanceof WebAssembly.RuntimeError) return full() ? EXIT.outOfMemory : EXIT.trapped;
    return 1;
  }
}

// Whatever of the engine and of this script runs for the first time costs it some milliseconds: a module of ours pays for them before there is a job.
// (module (import fd_read, fd_write) (memory (export "memory") 1) (global (export "fuel") (mut i64) (i64.const 64)) (func (export "_start") both with zeros for all but the descriptor))
const own = 'AGFzbQEAAAABDAJgBH9/f38Bf2AAAAJEAhZ3YXNpX3NuYXBzaG90X3ByZXZpZXcxB2ZkX3JlYWQAABZ3YXNpX3NuYXBzaG90X3ByZXZpZXcxCGZkX3dyaXRlAAADAgEBBQMBAAEGBwF+AULAAAsHGgMGbWVtb3J5AgAGX3N0YXJ0AAIEZnVlbAMA'
  + 'ChoBGABBAEEAQQBBABAAGkEBQQBBAEEAEAEaCw==';
begin(JSON.parse('{"args":["own"],"clock":"0","seed":[0,0,0,1],"outputLimit":0,"denied":"","fuel":"fuel","trained":false}'), null);
if (run(Buffer.from(own, 'base64')) !== 0 || fuel.value !== 64n || readWhole(4) === null) process.exit(EXIT.refused);

// A jail may be started ahead of its job: the first byte of the input says that the job is there. The end of the input instead means that none will come.
if (fs.readSync(0, Buffer.alloc(1), 0, 1, null) !== 1) process.exit(EXIT.refused);

const given = JSON.parse(readWhole(4).toString('utf8'));
begin(given, given.trained ? readWhole(5) : null);
const ended = run(readWhole(3));
// The last word: the code of the end, then the guest's own exit code, when it had one, and what is left of the fuel. Whoever hears it reads the counters and kills this process:
// coming down by itself takes the engine longer than a short run.
fs.writeSync(6, `${ended} ${JSON.stringify({ code: guestCode, fuel: fuel === null ? null : String(fuel.value) })}\n`);
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
