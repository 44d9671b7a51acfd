/** The hub thread: fetches this site's files; never sees a frame. */
import { hubService } from '../src/hub/service';
import { serve, watchRequests, type HubCommands, type HubEvents } from '../src/protocol';

const emit = serve<HubCommands, HubEvents>(self, hubService());
watchRequests((seen) => emit('network.request', seen));
