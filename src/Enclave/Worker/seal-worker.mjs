// Homomorphic sums with node-seal (Microsoft SEAL 4.1.2) in the jail. One task a process, framed over the pipes:
// a frame is its length (4 bytes, little-endian) and its bytes. First frame: the task in one byte; the frames after it are its input.
//   1 keys      ->                                  <- public key, secret key
//   2 encrypt   -> public key, then vectors of int64 <- one ciphertext for each
//   3 sum       -> groups of ciphertexts             <- for each one byte (1 taken, 0 refused), after each group its sum
//   4 decrypt   -> secret key, then ciphertexts      <- one vector of int64 for each
// An empty frame ends a group and the input. Everything is parameter set A; nothing about it is read from outside. Ciphertexts and keys are
// SEAL's wire format without compression. Errors carry no text: a decryption that fails must not say why.
import fs from 'node:fs';
import initialize from './node_modules/node-seal/dist/index_throws.js';

const DEGREE = 8192, PRIMES = [50, 50, 50], PLAIN = 576460752303210497n;
const REFUSED = 77;

const seal = await initialize();
const none = seal.ComprModeType.none;
const parameters = new seal.EncryptionParameters(seal.SchemeType.bfv);
parameters.setPolyModulusDegree(DEGREE);
parameters.setCoeffModulus(seal.CoeffModulus.Create(DEGREE, Int32Array.from(PRIMES)));
parameters.setPlainModulus(new seal.Modulus(PLAIN));
const context = new seal.SEALContext(parameters, true, seal.SecLevelType.tc128);
if (!context.parametersSet()) process.exit(REFUSED);

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
    const evaluator = new seal.Evaluator(context);
    const sum = new seal.Ciphertext(), next = new seal.Ciphertext();
    let refused = 0;
    for (let first = read(); first !== null; first = read()) {
      let any = false;
      for (let bytes = first; bytes !== null; bytes = read()) {
        const taken = load(next, bytes);
        if (taken) {
          if (any) evaluator.addInplace(sum, next);
          else sum.assign(next);
          any = true;
        } else if (++refused > 1000) process.exit(REFUSED); // SEAL leaks a little with each exception
        write(Uint8Array.of(taken ? 1 : 0));
      }
      write(any ? sum.saveToArray(none) : new Uint8Array(0));
    }
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
};

try {
  const task = tasks[read()?.[0]];
  if (!task) process.exit(REFUSED);
  task();
  process.exit(0);
} catch {
  process.exit(REFUSED);
}
