/** The frames thread: decodes images and video; no network. */
import { framesService } from '../src/data/service';
import { serve, watchRequests, type FramesCommands, type FramesEvents } from '../src/protocol';

const emit = serve<FramesCommands, FramesEvents>(
  self,
  framesService((rows) => emit('import.samples', rows)),
);
watchRequests((seen) => emit('network.request', seen));
