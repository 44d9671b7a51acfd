/**
 * The one import of tfjs in the house: the core with its gradients, and the two backends. The `@tensorflow/tfjs`
 * package would add the WebGL backend, layers, converters and data readers to the trainer's bundle for nothing.
 * Use the functional form (`tf.mul(a, b)`): the chained one (`a.mul(b)`) is not registered here.
 */
// First the core itself: registering gradients reads its flags.
import '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';

export * from '@tensorflow/tfjs-core';
