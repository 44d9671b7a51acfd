/** The peer thread: another engine asked about the same frame; no network. Started only when the user asks for it. */
import { PeerService } from '../src/peer/service';
import { serve, watchRequests, type PeerCommands, type PeerEvents } from '../src/protocol';

const service = new PeerService(
  (event, payload) => emit(event, payload),
  // The attempts of the proof itself are shown as such; what comes later is recorded.
  () => watchRequests((seen) => emit('network.request', seen)),
);
const emit = serve<PeerCommands, PeerEvents>(self, service);
