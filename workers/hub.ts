/** The hub thread: fetches this site's files, and models when asked; never sees a frame, nor the storage they lie in. */
import '../src/hub/confined';
import { hubService } from '../src/hub/service';
import { serve, watchRequests, type HubCommands, type HubEvents } from '../src/protocol';

const emit = serve<HubCommands, HubEvents>(self, hubService());
watchRequests((seen) => emit('network.request', seen));
