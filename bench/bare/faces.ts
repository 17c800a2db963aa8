// The bare library: the four networks one after the other on tensors that lie ready. What no engine around them can be faster than.
import { Tensor } from 'onnxruntime-node';
import { networkFiles, openSession, type NetworkName } from '../../worker/face/networks.ts';

/** Inputs of one check, by network. */
export type Prepared = Record<NetworkName, Float32Array>;

export async function openBareNetworks(folder: string): Promise<(inputs: Prepared) => Promise<void>> {
  const networks = await Promise.all(Object.entries(networkFiles).map(async ([name, file]) => {
    const session = await openSession(folder, file);
    return { name: name as NetworkName, session, shape: file.shape, input: session.inputNames[0]! };
  }));
  return async (inputs) => {
    for (const { name, session, shape, input } of networks) await session.run({ [input]: new Tensor('float32', inputs[name], shape) });
  };
}
