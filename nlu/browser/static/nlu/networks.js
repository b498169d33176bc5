// Run the two exported networks by ONNX Runtime Web.

import * as ort from "../onnxruntime/ort.js";

ort.env.wasm.numThreads = 1; // more would need headers that make a page "cross-origin isolated"
const own = (name) => new URL(`../onnxruntime/${name}`, import.meta.url).href;
ort.env.wasm.wasmPaths = { mjs: own("wasm.js"), wasm: own("wasm.wasm") };
ort.env.logLevel = "error";

const ARRAYS = { F64: Float64Array, F32: Float32Array, U8: Uint8Array, I8: Int8Array, I32: Int32Array };

/** An exported network: its graph, and the weights that the graph reads from beside it, as bytes. */
export class Network {
  static async open(graph, weights, weightsName) {
    const session = await ort.InferenceSession.create(graph, {
      executionProviders: ["wasm"],
      externalData: [{ path: weightsName, data: weights }],
    });
    return new Network(session);
  }

  constructor(session) {
    this.session = session;
  }

  /** One output for one utterance, as a flat array. */
  async run(inputs, output) {
    const feed = Object.fromEntries(this.session.inputNames.map((name) => [name, inputs[name]]));
    const found = await this.session.run(feed, [output]);
    return found[output].data;
  }
}

/** What the networks read of one utterance, as tensors. */
export function tensorsOf({ places, ids, flags, ngram }) {
  const units = places.length;
  const grams = ngram.length ? ngram : [0];
  return {
    ids: new ort.Tensor("int64", BigInt64Array.from(ids.flat(), BigInt), [ids.length, 1, units]),
    flags: new ort.Tensor("float32", flags, [1, units, flags.length / units]),
    ngram: new ort.Tensor("int64", BigInt64Array.from(grams, BigInt), [1, grams.length]),
    lengths: new ort.Tensor("int32", Int32Array.from([units]), [1]),
  };
}

/** A tensor out of the bytes of a safetensors file: a header's length, the header as JSON, the numbers. */
export function tensorIn(bytes, name) {
  const head = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + head)));
  const { dtype, data_offsets: [start, end] } = header[name];
  return new ARRAYS[dtype](bytes.slice(8 + head + start, 8 + head + end).buffer);
}
