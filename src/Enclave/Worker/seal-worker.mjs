// Homomorphic sums with node-seal (Microsoft SEAL 4.1.2) in the jail. One task a process, framed over the pipes:
// a frame is its length (4 bytes, little-endian) and its bytes. First frame: the task in one byte and the letter of the parameter set;
// the frames after it are its input.
//   1 keys      ->                                        <- public key, secret key
//   2 encrypt   -> public key, then vectors of int64      <- one ciphertext for each
//   3 sum       -> number of sums, then which sum (4),
//                  weight (8) and ciphertext              <- for each one byte (1 taken, 0 refused), after the end every sum
//   4 decrypt   -> secret key, then ciphertexts           <- one vector of int64 for each
//   5 multiply  -> ciphertext, vector of int64            <- ciphertext
// An empty frame ends the input. The parameter sets are fixed here; nothing about them is read from outside. Ciphertexts and keys are
// SEAL's wire format without compression. Errors carry no text: a decryption that fails must not say why.
import fs from 'node:fs';
import initialize from './node_modules/node-seal/dist/index_throws.js';

const SETS = {
  A: { degree: 8192, primes: [50, 50, 50], plain: 576460752303210497n },
  B: { degree: 8192, primes: [50, 50, 50, 47, 17], plain: 576460752303210497n },
  C: { degree: 4096, primes: [46, 44, 16], plain: 144115188075814913n },
};
const REFUSED = 77;

function fill(target) {
  for (let done = 0; done < target.length;) {
    const got = fs.readSync(0, target, done, target.length - done, null);
    if (got === 0) process.exit(REFUSED);
    done += got;
  }
  return target;
}
function read() { // one frame; null for the empty one
  const length = fill(Buffer.alloc(4)).readUInt32LE(0);
  if (length > 1 << 20) process.exit(REFUSED);
  return length === 0 ? null : fill(new Uint8Array(length));
}
function write(bytes) {
  const head = Buffer.alloc(4);
  head.writeUInt32LE(bytes.length);
  for (const part of [head, bytes]) {
    for (let done = 0; done < part.length;) done += fs.writeSync(1, part, done, part.length - done);
  }
}

const first = read();
const set = SETS[String.fromCharCode(first?.[1])];
if (!set) process.exit(REFUSED);

const seal = await initialize();
const none = seal.ComprModeType.none;
const parameters = new seal.EncryptionParameters(seal.SchemeType.bfv);
parameters.setPolyModulusDegree(set.degree);
parameters.setCoeffModulus(seal.CoeffModulus.Create(set.degree, Int32Array.from(set.primes)));
parameters.setPlainModulus(new seal.Modulus(set.plain));
const context = new seal.SEALContext(parameters, true, seal.SecLevelType.tc128);
if (!context.parametersSet()) process.exit(REFUSED);

const int64s = bytes => new BigInt64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8);
const raw = array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

const fresh = Array.from(context.firstParmsId().values());

// A ciphertext as encryption makes it: two parts, coefficient form, first level of our parameters, not a plain number in disguise.
function load(target, bytes) {
  try {
    target.loadFromArray(context, bytes);
    return target.size() === 2 && !target.isNttForm() && !target.isTransparent() && target.parmsId().values().every((v, i) => v === fresh[i]);
  } catch {
    return false;
  }
}

const tasks = {
  1() {
    const generator = new seal.KeyGenerator(context);
    write(generator.createPublicKey().saveToArray(none));
    write(generator.secretKey().saveToArray(none));
  },
  2() {
    const key = new seal.PublicKey();
    key.loadFromArray(context, read());
    const encoder = new seal.BatchEncoder(context), encryptor = new seal.Encryptor(context, key);
    const plain = new seal.Plaintext(), cipher = new seal.Ciphertext();
    for (let values = read(); values !== null; values = read()) {
      encoder.encode(int64s(values), plain);
      encryptor.encrypt(plain, cipher);
      write(cipher.saveToArray(none));
    }
  },
  3() {
    const evaluator = new seal.Evaluator(context), encoder = new seal.BatchEncoder(context);
    const parts = Buffer.from(read()).readUInt32LE(0);
    if (parts > 1 << 16) process.exit(REFUSED);
    const sums = new Array(parts).fill(null), next = new seal.Ciphertext(), factor = new seal.Plaintext();
    let refused = 0;
    for (let frame = read(); frame !== null; frame = read()) {
      const head = Buffer.from(frame.buffer, frame.byteOffset, 12);
      const part = head.readUInt32LE(0), weight = head.readBigInt64LE(4);
      if (part >= parts) process.exit(REFUSED);
      const taken = load(next, frame.subarray(12));
      if (taken) {
        if (weight !== 1n) { // the same whole number in every slot is a constant polynomial
          encoder.encode(new BigInt64Array(set.degree).fill(weight), factor);
          evaluator.multiplyPlainInplace(next, factor);
        }
        if (sums[part]) evaluator.addInplace(sums[part], next);
        else (sums[part] = new seal.Ciphertext()).assign(next);
      } else if (++refused > 1000) process.exit(REFUSED); // SEAL leaks a little with each exception
      write(Uint8Array.of(taken ? 1 : 0));
    }
    for (const sum of sums) write(sum ? sum.saveToArray(none) : new Uint8Array(0));
  },
  4() {
    const key = new seal.SecretKey(), bytes = read();
    key.loadFromArray(context, bytes);
    bytes.fill(0);
    const encoder = new seal.BatchEncoder(context), decryptor = new seal.Decryptor(context, key);
    const plain = new seal.Plaintext(), cipher = new seal.Ciphertext();
    for (let next = read(); next !== null; next = read()) {
      if (!load(cipher, next)) process.exit(REFUSED);
      decryptor.decrypt(cipher, plain);
      write(raw(encoder.decodeBigInt64(plain)));
    }
  },
  5() {
    const product = new seal.Ciphertext(), factors = new seal.Plaintext();
    if (!load(product, read())) process.exit(REFUSED);
    new seal.BatchEncoder(context).encode(int64s(read()), factors);
    new seal.Evaluator(context).multiplyPlainInplace(product, factors);
    write(product.saveToArray(none));
  },
};

try {
  const task = tasks[first[0]];
  if (!task) process.exit(REFUSED);
  task();
  process.exit(0);
} catch {
  process.exit(REFUSED);
}
