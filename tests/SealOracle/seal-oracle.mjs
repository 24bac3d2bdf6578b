// node-seal as an outside witness for tests and measurements: no jail, trusted input. argv[2] is the folder of node-seal.
// Over the pipes both ways: a line of JSON, then as many frames as its member "frames" says, each four bytes of length and the bytes.
import fs from 'node:fs';
import path from 'node:path';

const { default: initialize } = await import(path.join(process.argv[2], 'dist', 'index_throws.js'));
const seal = await initialize();
const none = seal.ComprModeType.none;
const SETS = {
  A: [8192, [50, 50, 50], 576460752303210497n],
  B: [8192, [50, 50, 50, 47, 17], 576460752303210497n],
  C: [4096, [46, 44, 16], 144115188075814913n],
};
const contexts = {};

function of(name) {
  if (!contexts[name]) {
    const [degree, primes, plain] = SETS[name];
    const parameters = new seal.EncryptionParameters(seal.SchemeType.bfv);
    parameters.setPolyModulusDegree(degree);
    parameters.setCoeffModulus(seal.CoeffModulus.Create(degree, Int32Array.from(primes)));
    parameters.setPlainModulus(new seal.Modulus(plain));
    const context = new seal.SEALContext(parameters, true, seal.SecLevelType.tc128);
    contexts[name] = { parameters, context, encoder: new seal.BatchEncoder(context), evaluator: new seal.Evaluator(context) };
  }
  return contexts[name];
}

const buffered = { bytes: Buffer.alloc(0) };
function fill(count) {
  const parts = [buffered.bytes];
  let have = buffered.bytes.length;
  while (have < count) {
    const part = Buffer.alloc(1 << 16);
    const got = fs.readSync(0, part, 0, part.length, null);
    if (got === 0) process.exit(0);
    parts.push(part.subarray(0, got));
    have += got;
  }
  const all = Buffer.concat(parts);
  buffered.bytes = all.subarray(count);
  return all.subarray(0, count);
}
function line() {
  let text = '';
  for (;;) {
    const c = fill(1);
    if (c[0] === 10) return text;
    text += c.toString('latin1');
  }
}
function send(bytes) {
  for (let done = 0; done < bytes.length;) done += fs.writeSync(1, bytes, done, bytes.length - done);
}
function answer(values, frames) {
  send(Buffer.from(JSON.stringify({ ...values, frames: frames.length }) + '\n'));
  for (const frame of frames) {
    const head = Buffer.alloc(4);
    head.writeUInt32LE(frame.length);
    send(head);
    send(frame);
  }
}
const int64s = bytes => new BigInt64Array(new Uint8Array(bytes).buffer);
const raw = array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
const made = (type, context, bytes) => {
  const object = new type();
  object.loadFromArray(context, new Uint8Array(bytes));
  return object;
};
const encoded = (own, bytes) => {
  const plain = new seal.Plaintext();
  own.encoder.encode(int64s(bytes), plain);
  return plain;
};
function timed(runs, work) {
  const times = [];
  for (let i = 0; i < runs; i++) {
    const start = process.hrtime.bigint();
    work();
    times.push(Number(process.hrtime.bigint() - start) / 1e6);
  }
  return times;
}

const operations = {
  parameters: own => [{}, [own.parameters.saveToArray(none)]],
  keys(own) {
    const generator = new seal.KeyGenerator(own.context);
    return [{}, [generator.createPublicKey().saveToArray(none), generator.secretKey().saveToArray(none), generator.createPublicKeySerializable().saveToArray(none)]];
  },
  loadPublicKey: (own, [key]) => [{}, [made(seal.PublicKey, own.context, key).saveToArray(none)]],
  loadSecretKey: (own, [key]) => [{}, [made(seal.SecretKey, own.context, key).saveToArray(none)]],
  loadCiphertext: (own, [ciphertext]) => [{}, [made(seal.Ciphertext, own.context, ciphertext).saveToArray(none)]],
  loadParameters(own, [bytes]) {
    const parameters = new seal.EncryptionParameters(seal.SchemeType.bfv);
    parameters.loadFromArray(new Uint8Array(bytes));
    return [{ same: parameters.parmsId().values().every((v, i) => v === own.parameters.parmsId().values()[i]) }, [parameters.saveToArray(none)]];
  },
  encode: (own, [values]) => [{}, [encoded(own, values).saveToArray(none)]],
  encrypt(own, [key, ...vectors]) {
    const encryptor = new seal.Encryptor(own.context, made(seal.PublicKey, own.context, key));
    return [{}, vectors.map(values => {
      const ciphertext = new seal.Ciphertext();
      encryptor.encrypt(encoded(own, values), ciphertext);
      return ciphertext.saveToArray(none);
    })];
  },
  encryptSymmetric(own, [key, values]) {
    const encryptor = new seal.Encryptor(own.context, new seal.KeyGenerator(own.context).createPublicKey());
    encryptor.setSecretKey(made(seal.SecretKey, own.context, key));
    return [{}, [encryptor.encryptSymmetricSerializable(encoded(own, values)).saveToArray(none)]];
  },
  decrypt(own, [key, ...ciphertexts]) {
    const decryptor = new seal.Decryptor(own.context, made(seal.SecretKey, own.context, key));
    const plain = new seal.Plaintext(), budgets = [];
    const frames = ciphertexts.map(bytes => {
      const ciphertext = made(seal.Ciphertext, own.context, bytes);
      budgets.push(decryptor.invariantNoiseBudget(ciphertext));
      decryptor.decrypt(ciphertext, plain);
      return Buffer.from(raw(own.encoder.decodeBigInt64(plain)));
    });
    return [{ budgets }, frames];
  },
  add(own, ciphertexts) {
    const [first, ...rest] = ciphertexts.map(bytes => made(seal.Ciphertext, own.context, bytes));
    for (const next of rest) own.evaluator.addInplace(first, next);
    return [{}, [first.saveToArray(none)]];
  },
  multiplyPlain(own, [ciphertext, values]) {
    const result = made(seal.Ciphertext, own.context, ciphertext);
    own.evaluator.multiplyPlainInplace(result, encoded(own, values));
    return [{}, [result.saveToArray(none)]];
  },
  // Milliseconds of one operation, with keys and objects ready and nothing read or written.
  time(own, frames, { what, runs }) {
    const generator = new seal.KeyGenerator(own.context);
    const encryptor = new seal.Encryptor(own.context, generator.createPublicKey());
    const decryptor = new seal.Decryptor(own.context, generator.secretKey());
    const values = BigInt64Array.from({ length: own.encoder.slotCount() }, (_, i) => BigInt(i * i) - 10000n);
    const plain = new seal.Plaintext(), other = new seal.Plaintext(), one = new seal.Ciphertext(), sum = new seal.Ciphertext();
    own.encoder.encode(values, plain);
    encryptor.encrypt(plain, sum);
    encryptor.encrypt(plain, one);
    const works = {
      encrypt: () => encryptor.encrypt(plain, one),
      add: () => own.evaluator.addInplace(sum, one),
      decrypt: () => decryptor.decrypt(one, other),
    };
    timed(Math.ceil(runs / 4), works[what]);
    return [{ times: timed(runs, works[what]) }, []];
  },
};

for (;;) {
  const request = JSON.parse(line());
  const frames = Array.from({ length: request.frames }, () => Buffer.from(fill(fill(4).readUInt32LE(0))));
  try {
    const [values, results] = operations[request.op](of(request.set), frames, request);
    answer(values, results);
  } catch (error) {
    answer({ error: String(error?.message ?? error) }, []);
  }
}
